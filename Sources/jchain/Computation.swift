import ChainExecutor
import ChainFormats
import ChainReports
import JacobianChain

/// A plan carried out once on the numbers of its problem, and verified.
struct Computation {
  /// One operand per factor.
  let operands: [Operand]
  /// The Jacobian of each target.
  var targets: [Matrix] { execution.targets }
  /// What it took.
  let execution: Execution
  /// How the Jacobians compare with an independent evaluation.
  let verification: RunRecord.Verification
  /// Why a Jacobian is wrong, when one is.
  let refusal: ChainError?
  /// The seed of what didn't come from files; nil when all of it did.
  let seed: UInt64?

  /// Reads or draws the entries, runs and verifies; nil when it is stopped
  /// before the Jacobians are there.
  ///
  /// - Parameter places: where the targets go; empty for memory.
  /// - Throws: `ChainError`: what the files, the executor and the verification
  ///   refuse, before all what doesn't fit into memory.
  init?(
    _ planned: Solved, of file: ProblemFile, seed: UInt64,
    by executor: Executor, places: [ResultPlace?] = [], control: SearchControl
  ) throws(ChainError) {
    let problem = planned.problem
    try RunMemory.check(planned)
    var data: [Int: Matrix] = [:]
    for (index, path) in file.dataFiles.enumerated() {
      guard let path else { continue }
      data[index] = try MatrixFile.read(
        path, for: problem.patterns[index], control)
    }
    operands = try RandomOperands.operands(
      for: problem, seed: seed, data: data)
    self.seed = data.count == problem.factors.count ? nil : seed
    if control.shouldStop() != nil { return nil }
    execution = try executor.run(
      planned.plan, of: problem, operands: operands, places: places)
    if control.shouldStop() != nil { return nil }
    (verification, refusal) = try Self.verify(
      execution, planned.plan, problem, operands, seed, control)
  }

  private static func verify(
    _ execution: Execution, _ plan: PricedPlan, _ problem: Problem,
    _ operands: [Operand], _ seed: UInt64, _ control: SearchControl
  ) throws(ChainError) -> (RunRecord.Verification, refusal: ChainError?) {
    var verdict = RunRecord.Verification.Verdict.verified
    var refusal: ChainError?
    var (error, bound) = (0.0, 0.0)
    var (columns, probes) = (0, 0)
    for (target, matrix) in execution.targets.enumerated() {
      let verification = try Verification(
        of: matrix, target: target, in: problem, operands: operands,
        seed: seed)
      error = max(error, verification.maxRelativeError)
      bound = max(bound, verification.errorBound)
      switch verification.verdict {
      case .agrees: break
      case .illConditioned where verdict == .verified:
        verdict = .illConditioned
      case .illConditioned: break
      case .disagrees, .unrepresentable:
        verdict = .wrong
        if refusal == nil {
          refusal = verification.refusal(
            of: plan, target: target, in: problem, operands: operands,
            control: control)
        }
      }
      switch verification.method {
      case .oneHot(let count): columns += count
      case .probes(let count): probes += count
      }
    }
    let record = RunRecord.Verification(
      verdict: verdict, maxRelativeError: error, errorBound: bound,
      method: Self.words(columns, probes))
    return (record, refusal)
  }

  private static func words(_ columns: Int, _ probes: Int) -> String {
    [(columns, "one-hot product"), (probes, "random probe")]
      .filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
      .joined(separator: " and ")
  }
}
