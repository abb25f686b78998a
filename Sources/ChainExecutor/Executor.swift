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
/// other.
///
/// Two ways to use several cores: `Executor(threads:)` splits each dense
/// product; `run(_:of:operands:following:workers:timingSteps:)` performs steps
/// side by side, as a schedule says. A plan that is run very often, on small
/// matrices above all, is prepared once: `Program`.
public final class Executor {
  /// The vectors that products use on this processor: "portable", "avx2" or
  /// "avx512". They are chosen when they are first needed, whatever the build,
  /// after a check of their results.
  public static var kernels: String { Loops.current.name }

  /// Threads of the dense products when one step runs at a time.
  public let threads: Int
  /// The pool that values and temporaries come from.
  public let workspace = Workspace()
  /// Colourings of matrix-free steps.
  let compressions = CompressionCache()
  /// What workers cost.
  let handingOver: HandingOver
  /// The last schedule that was followed, made ready for its workers.
  var workOrder: WorkOrder?

  /// Creates an executor with an empty pool.
  ///
  /// - Parameter threads: of the dense products, at least 1.
  public convenience init(threads: Int = 1) {
    self.init(threads: threads, handingOver: .usual)
  }

  init(threads: Int = 1, handingOver: HandingOver) {
    self.threads = max(1, threads)
    self.handingOver = handingOver
  }

  /// Computes the targets of a problem in the order of a plan.
  ///
  /// - Parameters:
  ///   - plan: priced for this problem.
  ///   - operands: one per factor of the problem, in its order.
  ///   - timingSteps: whether to read the clock around every step (50 ns).
  ///   - places: where dense targets go, by target; nil, or fewer of them, for
  ///     the pool. What is there is no longer counted.
  ///   - control: asked before every step whether to stop.
  /// - Throws: `ChainError`: operands or plan don't fit the problem, a value
  ///   doesn't fit into memory, or an operand failed; the location is the
  ///   step. `limitReached` or `interrupted` when `control` stopped it. NaN
  ///   and infinity are no errors.
  public func run(
    _ plan: PricedPlan, of problem: Problem, operands: [any Operand],
    timingSteps: Bool = false, places: [ResultPlace?] = [],
    control: SearchControl = .unlimited
  ) throws(ChainError) -> Execution {
    try Self.check(plan, problem, operands)
    let clock = ContinuousClock()
    let start = clock.now
    workspace.beginRun(threads: threads)
    let done: Performed
    if let chunked = try plan.chunked(for: problem, control) {
      done = try performInChunks(
        chunked, operands, places.first ?? nil, control, timingSteps)
    } else {
      done = try perform(
        plan, of: problem, operands, places, control, timingSteps)
    }
    return Execution(
      targets: done.targets, countedFMA: done.stepFMA.reduce(0, +),
      stepFMA: done.stepFMA, evaluations: done.evaluations,
      seconds: (clock.now - start) / .seconds(1),
      stepSeconds: timingSteps ? done.stepSeconds : nil,
      peakBytes: workspace.peakBytes, workers: 1, stolenSteps: 0)
  }

  /// What the steps of a plan have made.
  struct Performed {
    var targets: [Matrix] = []
    var stepFMA: [UInt128]
    var stepSeconds: [Double]
    var evaluations = 0

    init(steps count: Int) {
      stepFMA = [UInt128](repeating: 0, count: count)
      stepSeconds = [Double](repeating: 0, count: count)
    }
  }

  /// Performs the steps of a plan without chunks.
  func perform(
    _ plan: PricedPlan, of problem: Problem, _ operands: [any Operand],
    _ places: [ResultPlace?], _ control: SearchControl, _ timingSteps: Bool
  ) throws(ChainError) -> Performed {
    let work = StepWork(
      plan: plan, problem: problem, operands: operands, workspace: workspace,
      compressions: compressions,
      places: ResultPlace.bySteps(places, of: plan))
    let clock = ContinuousClock()
    let steps = plan.plan.steps
    let lastUses = plan.plan.lastUses
    var values = [Matrix?](repeating: nil, count: steps.count)
    var done = Performed(steps: steps.count)
    var before = timingSteps ? clock.now : nil
    for (id, step) in steps.enumerated() {
      try control.checkpoint()
      let (first, second) = step.operands
      let made = try work.perform(
        id, first.flatMap { values[$0] }, second.flatMap { values[$0] })
      done.stepFMA[id] = made.fma
      done.evaluations += made.evaluations
      if lastUses[id] != id { values[id] = made.value }
      if let first, lastUses[first] == id { values[first] = nil }
      if let second, lastUses[second] == id { values[second] = nil }
      if let last = before {
        let now = clock.now
        done.stepSeconds[id] = (now - last) / .seconds(1)
        before = now
      }
    }
    // A target lives to the end: its last use lies behind the last step.
    done.targets = plan.plan.targets.compactMap { values[$0] }
    return done
  }
}
