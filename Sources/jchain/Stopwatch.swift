import ChainExecutor
import JacobianChain

/// Seconds of several orders of one problem, on one core and on the same
/// seeded random entries: those of the processor, which other work on the
/// machine hardly changes.
struct Stopwatch {
  /// Seconds that all runs may take together.
  private static let budget = 3.0
  /// Orders that are predicted to take longer aren't run: 10 s.
  private static let patience: UInt128 = 10_000_000_000

  private let problem: Problem
  private let operands: [Operand]
  private let control: SearchControl

  /// Draws the entries; nil where they don't fit into memory.
  init?(_ problem: Problem, control: SearchControl) {
    let operands = try? RandomOperands.operands(for: problem, seed: 1)
    guard let operands else { return nil }
    (self.problem, self.operands, self.control) = (problem, operands, control)
  }

  /// The median of each order's runs, in turns so that a machine whose speed
  /// drifts is fair to them; nil for what takes too long or doesn't fit.
  func medians(_ plans: [PricedPlan]) -> [Double?] {
    var samples = plans.map { _ in [Double]() }
    // With memory of its own no order pays for that of another.
    var runs = plans.map { plan -> PreparedRun? in
      plan.price > Self.patience
        || RunMemory.excess(of: plan, beyond: problem.limits.memory) != nil
        ? nil : try? PreparedRun(plan, of: problem, operands: operands)
    }
    func run(_ index: Int) -> Double? {
      guard let prepared = runs[index] else { return nil }
      do throws(ChainError) {
        let before = ProcessorClock.seconds
        try prepared.run()
        return ProcessorClock.seconds - before
      } catch {
        runs[index] = nil
        return nil
      }
    }
    for index in plans.indices where control.shouldStop() == nil {
      // The first one warms up.
      _ = run(index)
    }
    let runnable = plans.indices.filter { runs[$0] != nil }
    Turns.take(runnable, within: Self.budget, control) { index, counts in
      if let seconds = run(index), counts { samples[index].append(seconds) }
    }
    return control.shouldStop() == nil
      ? samples.map(Turns.median) : plans.map { _ in nil }
  }
}
