import JacobianChain

/// Runs plans with numbers: a `Program` and a `Workspace` for whoever runs a
/// plan once, or a few of them in turns.
///
///     let executor = Executor()
///     let plan = try solution.plan.priced(for: problem)
///     let run = try executor.run(plan, of: problem, operands: operands)
///     run.targets[0][0, 0]
///
/// Law: `countedFMA` of a run is the price of its plan.
///
/// An executor keeps its memory, and the programs of the last few plans; use
/// one per thread. Executors on different threads don't disturb each other.
///
/// Two ways to use several cores: `Executor(threads:)` splits each dense
/// product; a run that follows a schedule performs steps side by side.
public final class Executor {
  /// The vectors that products use on this processor: "portable", "avx2" or
  /// "avx512". They are chosen when they are first needed, whatever the build,
  /// after a check of their results.
  package static var kernels: String { Loops.current.name }

  /// The fma of an order above which it is not carried out only to be compared
  /// with a better one: nobody would wait for it.
  package static let patience: UInt128 = 500_000_000_000

  /// Threads of the dense products when one step runs at a time.
  package let threads: Int
  /// Where programs run.
  package let workspace = Workspace()
  /// What workers cost.
  private let handingOver: HandingOver
  /// The last programs, the newest last.
  private var programs: [Prepared] = []

  /// A program, and what it was asked for.
  private struct Prepared {
    let program: Program
    var schedule: Schedule?
    var workers: Int?
  }

  /// Creates an executor without memory.
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
  /// With a schedule every worker does the steps of its machine in order of their
  /// start. One whose next step isn't ready yet takes a ready step of another
  /// machine: prices are fma, reality is seconds. `stolenSteps` counts these.
  /// Workers cost some 100 µs a run, and a value that changes hands some 10: a
  /// plan that would take longer by that has one worker, unless their number is
  /// given.
  ///
  /// Laws: entries and counts with workers are those of the sequential run, bit
  /// for bit; so is the error, if there is one.
  ///
  /// - Parameters:
  ///   - plan: priced for this problem.
  ///   - operands: one per factor of the problem, in its order; several workers
  ///     call them from several threads.
  ///   - schedule: who does what when; `machines` workers are used, but no
  ///     more than there are tasks, and one where that is sooner done. nil for
  ///     one step after the other.
  ///   - workers: the number of workers, in any case.
  ///   - timingSteps: whether to read the clock around every step (50 ns).
  ///   - places: where dense targets go, by target; nil, or fewer of them, for
  ///     the workspace. What is there is no longer counted.
  ///   - control: asked before every step whether to stop.
  /// - Throws: `ChainError`: operands, plan or schedule don't fit the problem, a
  ///   value doesn't fit into memory, or an operand failed; the location is the
  ///   step. `limitReached` or `interrupted` when `control` stopped it. NaN
  ///   and infinity are no errors.
  public func run(
    _ plan: PricedPlan, of problem: Problem, operands: [Operand],
    following schedule: Schedule? = nil, workers: Int? = nil,
    timingSteps: Bool = false, places: [ResultPlace?] = [],
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> Execution {
    try operands.check(for: problem)
    let program = try program(plan, of: problem, schedule, workers)
    let clock = ContinuousClock()
    let start = clock.now
    defer { workspace.letGo() }
    try program.give(operands, in: workspace)
    try program.begin(in: workspace, at: places)
    var record = Record(program, timing: timingSteps, control: control)
    var stolenSteps = 0
    var peak = program.peakBytes(at: places)
    if program.chunked != nil {
      peak = try program.performInChunks(operands, in: workspace, &record)
    } else if let order = program.order {
      stolenSteps = try program.perform(
        operands, by: order, workspace.memories, &record)
    } else {
      try program.perform(operands, workspace.memories, &record)
    }
    return Execution(
      targets: program.targets.indices.map {
        program.target($0, in: workspace)
      },
      countedFMA: record.count.fma, stepFMA: record.stepFMA,
      evaluations: record.count.evaluations,
      seconds: (clock.now - start) / .seconds(1),
      stepSeconds: timingSteps ? record.stepSeconds : nil,
      peakBytes: peak, workers: program.workers, stolenSteps: stolenSteps)
  }

  /// The program of a plan, kept for the next runs.
  private func program(
    _ plan: PricedPlan, of problem: Problem, _ schedule: Schedule?,
    _ workers: Int?
  ) throws(ChainError) -> Program {
    // Equal arrays share memory when a run is repeated: comparing is O(1).
    let known = programs.firstIndex {
      $0.schedule == schedule && $0.workers == workers
        && $0.program.plan == plan && $0.program.problem == problem
    }
    if let known {
      programs.append(programs.remove(at: known))
    } else {
      if programs.count == Self.mostPrograms { programs.removeFirst() }
      let program =
        if let schedule {
          try Program(
            plan, of: problem, following: schedule, workers: workers,
            handingOver)
        } else {
          try Program(
            plan, of: problem, keepingSeeds: false, threads: threads)
        }
      programs.append(
        Prepared(program: program, schedule: schedule, workers: workers))
    }
    return programs[programs.count - 1].program
  }

  private static let mostPrograms = 8
}
