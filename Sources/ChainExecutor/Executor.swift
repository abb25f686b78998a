import COpenBLAS
import JacobianChain

/// Runs plans with numbers: multiplies, applies, counts every fma, and frees
/// each value at its last use.
///
///     let executor = Executor()
///     let plan = try solution.plan.priced(for: problem)
///     let run = try executor.run(plan, of: problem, operands: operands)
///     run.targets[0].entry(0, 0)
///
/// Law: `countedFMA` of a run is the price of its plan.
///
/// An executor keeps its pool of buffers and its colourings from run to run;
/// use one per thread. Executors on different threads don't disturb each
/// other, but the number of BLAS threads is one for the process.
public final class Executor {
  /// Threads of the dense products.
  public let threads: Int
  /// The pool that values and temporaries come from.
  public let workspace = Workspace()
  /// Colourings of matrix-free steps, by step, with the pattern they are for.
  private var compressions: [Int: [Mode: Compression]] = [:]

  /// Creates an executor with an empty pool.
  ///
  /// - Parameter threads: of the dense products, at least 1.
  public init(threads: Int = 1) {
    self.threads = max(1, threads)
  }

  /// Computes the targets of a problem in the order of a plan.
  ///
  /// - Parameters:
  ///   - plan: priced for this problem.
  ///   - operands: one per factor of the problem, in its order.
  ///   - timingSteps: whether to read the clock around every step (50 ns).
  /// - Throws: `ChainError`: operands or plan don't fit the problem, a value
  ///   doesn't fit into memory, or an operand failed; the location is the
  ///   step. NaN and infinity are no errors.
  public func run(
    _ plan: PricedPlan, of problem: Problem, operands: [any Operand],
    timingSteps: Bool = false
  ) throws(ChainError) -> Execution {
    try Self.check(plan, problem, operands)
    if openblas_get_num_threads() != Int32(threads) {
      openblas_set_num_threads(Int32(threads))
    }
    let clock = ContinuousClock()
    let start = clock.now
    workspace.beginRun()
    let steps = plan.plan.steps
    let lastUses = plan.plan.lastUses
    var values = [Matrix?](repeating: nil, count: steps.count)
    var stepFMA: [UInt128] = []
    stepFMA.reserveCapacity(steps.count)
    var stepSeconds: [Double]? = timingSteps ? [] : nil
    var (total, evaluations): (UInt128, Int) = (0, 0)
    var before = start
    for (id, step) in steps.enumerated() {
      let made = try perform(step, id, plan, problem, operands, values)
      stepFMA.append(made.fma)
      total += made.fma
      evaluations += made.evaluations
      if lastUses[id] != id { values[id] = made.value }
      let (first, second) = step.operands
      if let first, lastUses[first] == id { values[first] = nil }
      if let second, lastUses[second] == id { values[second] = nil }
      if timingSteps {
        let now = clock.now
        stepSeconds?.append((now - before) / .seconds(1))
        before = now
      }
    }
    // A target lives to the end: its last use lies behind the last step.
    let targets = plan.plan.targets.compactMap { values[$0] }
    return Execution(
      targets: targets, countedFMA: total, stepFMA: stepFMA,
      evaluations: evaluations, seconds: (clock.now - start) / .seconds(1),
      stepSeconds: stepSeconds, peakBytes: workspace.peakBytes)
  }

  /// What one step makes.
  private struct Made {
    var value: Matrix
    var fma: UInt128 = 0
    var evaluations = 0
  }

  private func perform(
    _ step: Step, _ id: Int, _ plan: PricedPlan, _ problem: Problem,
    _ operands: [any Operand], _ values: [Matrix?]
  ) throws(ChainError) -> Made {
    switch step {
    case .given(let factor):
      return Made(value: try entries(of: factor, id, problem, operands))
    case .accumulate(let factor, let mode):
      let compression = compression(plan.steps[id].pattern, mode, id)
      return try evaluate(
        factor, mode, nil, compression, id, problem, operands[factor])
    case .multiply(let outer, let inner):
      guard let a = values[outer], let b = values[inner] else {
        throw Self.lost(id)
      }
      let (value, fma) = try Matrix.product(
        a, b, pattern: plan.steps[id].pattern, in: workspace)
      return Made(value: value, fma: UInt128(fma))
    case .eliminate(let factor, let mode, let operand):
      guard let value = values[operand] else { throw Self.lost(id) }
      let compression = compression(plan.steps[id].pattern, mode, id)
      return try evaluate(
        factor, mode, value, compression, id, problem, operands[factor])
    }
  }

  /// A matrix-free step: compress, apply to all seeds at once, decompress.
  private func evaluate(
    _ factor: Int, _ mode: Mode, _ value: Matrix?, _ compression: Compression,
    _ id: Int, _ problem: Problem, _ operand: any Operand
  ) throws(ChainError) -> Made {
    let pattern = compression.pattern
    guard compression.count > 0 else {
      // Nothing can be nonzero, so there is nothing to evaluate.
      return Made(value: try Matrix(zero: pattern, in: workspace))
    }
    let block: Matrix
    let evaluations: Int
    do {
      let seeds =
        if let value {
          try compression.compress(value, in: workspace)
        } else {
          try compression.seeds(in: workspace)
        }
      switch mode {
      case .tangent:
        evaluations = seeds.columns
        block = try operand.tangent(seeds, in: workspace)
      case .adjoint:
        evaluations = seeds.rows
        block = try operand.adjoint(seeds, in: workspace)
      }
    } catch {
      throw Self.failed(error, mode, problem.factors[factor].name, id)
    }
    let height = mode == .tangent ? operand.rows : evaluations
    let width = mode == .tangent ? evaluations : operand.columns
    guard block.pattern.isDense, block.rows == height, block.columns == width
    else {
      throw ChainError(
        .malformed, at: "/steps/\(id)",
        expected: "a dense \(height) × \(width) block of \(mode)s of "
          + "\"\(problem.factors[factor].name)\"",
        found: "\(block.pattern.structure.name), "
          + "\(block.rows) × \(block.columns)",
        advice: "let the operand return one column per tangent seed, one row "
          + "per adjoint seed")
    }
    let cost = problem.factors[factor].cost(mode) ?? 0
    return Made(
      value: try compression.restore(block, in: workspace),
      fma: UInt128(evaluations) * UInt128(cost), evaluations: evaluations)
  }

  /// The colouring of a step, kept for the next run of the same plan.
  private func compression(
    _ pattern: Pattern, _ mode: Mode, _ id: Int
  ) -> Compression {
    // Equal patterns of one plan share memory: comparing them is O(1).
    if let kept = compressions[id]?[mode], kept.pattern == pattern {
      return kept
    }
    let made = Compression(of: pattern, mode)
    compressions[id, default: [:]][mode] = made
    return made
  }
}
