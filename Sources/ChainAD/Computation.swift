import CChainKernels
import ChainExecutor
import JacobianChain

/// What runs a request, with memory of its own.
final class Computation {
  let planned: PlannedRequest
  /// By factor, those that were needed so far.
  private var transposes: [Int: Transpose] = [:]
  /// λ_k of the functions whose curvature is wanted; set before each run.
  var weights: [Int: [Double]] = [:]
  /// What has made them; nil where they are known.
  var adjoints: Computation?
  /// All entries of C_k, by node, where parts of them are wanted.
  var wholeCurvatures: [Int: WholeEntries] = [:]
  /// Blocks that are turned before and after C is applied to them.
  private var turned = (seeds: Doubles(count: 0), products: Doubles(count: 0))
  /// The block of tangents or adjoints of the last run, row by row.
  private(set) var seeds: [Double] = []
  /// Of factors whose entries stay from point to point: the version of the
  /// parameters that they were filled in with, −1 before.
  private var filled: [Int]
  private let workspace = Workspace()
  /// What the last run has done; nil before one.
  private(set) var count: Program.Count?
  /// Whether something left the range of doubles in the last run, where there
  /// are several factors.
  var leftRange = false
  /// The move after which all that functions have was kept; 0 for none.
  var wholeMove = 0

  init(_ planned: PlannedRequest) {
    self.planned = planned
    filled = [Int](repeating: -1, count: planned.roles.count)
  }

  var program: Program { planned.program }
  var roles: [Role] { planned.roles }
  var solved: Solved { planned.solved }
  var request: Request { planned.request }

  /// The only target of the request at a point.
  ///
  /// - Parameter seeds: the block of tangents, n × w, or of adjoints, w × m,
  ///   row by row; empty when the request has none.
  /// - Throws: `ChainError`; as `target(_:_:)`, and that of a function that
  ///   failed.
  func target(
    _ trajectory: Trajectory, at point: [Double], seeds: [Double] = []
  ) throws(ChainError) -> Matrix {
    try run(trajectory, at: point, seeds: seeds)
    return try target(0, trajectory)
  }

  /// Moves to a point and computes the targets there.
  @inline(__always)
  func run(
    _ trajectory: Trajectory, at point: [Double], seeds: [Double] = []
  ) throws(ChainError) {
    trajectory.kept = planned.kept
    try trajectory.move(to: point, end: planned.end)
    try run(whereItStands: trajectory, seeds: seeds)
  }

  /// Computes the targets at the point where a trajectory stands that keeps
  /// what this plan asks for.
  @inline(__always)
  func run(
    whereItStands trajectory: Trajectory, seeds: [Double] = []
  ) throws(ChainError) {
    self.seeds = seeds
    let operands = ComputationOperands(
      computation: self, trajectory: trajectory)
    try fillIn(operands)
    trajectory.hasForeignPole = false
    guard planned.joinsFactors else {
      count = try program.run(operands, in: workspace)
      return
    }
    let before = range_flags_begin()
    count = try program.run(operands, in: workspace)
    leftRange = range_flags_end(before)
  }

  /// Fills in the entries that stay from point to point, where there are new
  /// parameters.
  private func fillIn(_ operands: ComputationOperands) throws(ChainError) {
    for (factor, role) in roles.enumerated()
    where program.readsEntries(ofFactor: factor) {
      guard case .function(let k) = role else { continue }
      let version = operands.trajectory.parameterVersions[k]
      guard filled[factor] != version else { continue }
      let entries = try Matrix(solved.problem.patterns[factor]) {
        entries throws(ChainError) in
        try operands.entries(ofFactor: factor, into: &entries)
      }
      try program.give(entries, asFactor: factor, in: workspace)
      filled[factor] = version
    }
  }

  /// What the last run made of a target, which later ones leave alone.
  ///
  /// - Throws: `ChainError` when an entry isn't finite, whatever the order; it
  ///   names the function that made it.
  /// - Complexity: O(stored entries); where something left the range of doubles
  ///   as `mended`, or as `exactTarget`.
  func target(
    _ index: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> Matrix {
    let target = program.finiteTarget(index, in: workspace)
    if let target, !trajectory.hasForeignPole {
      return leftRange ? try mended(target, index, trajectory) : target
    }
    return try exactTarget(index, trajectory)
  }

  /// What the last run made of all targets; as `target(_:_:)`.
  func targets(_ trajectory: Trajectory) throws(ChainError) -> [Matrix] {
    var matrices: [Matrix] = []
    for index in solved.plan.plan.targets.indices {
      matrices.append(try target(index, trajectory))
    }
    return matrices
  }

  /// Memory for two blocks of so many doubles, which hold anything.
  func scratch(_ count: Int) -> (Output, Output) {
    (Doubles.grow(&turned.seeds, count), Doubles.grow(&turned.products, count))
  }

  /// What turns the blocks and the entries of J_kᵀ.
  func transpose(_ factor: Int) throws(ChainError) -> Transpose {
    if let known = transposes[factor] { return known }
    let made = try Transpose(of: planned.transposed[factor]!)
    transposes[factor] = made
    return made
  }
}
