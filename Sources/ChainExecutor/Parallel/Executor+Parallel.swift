import JacobianChain

extension Executor {
  /// Computes the targets of a problem with several workers.
  ///
  /// Every worker does the steps of its machine in order of their start. One
  /// whose next step isn't ready yet takes a ready step of another machine:
  /// prices are fma, reality is seconds. `stolenSteps` counts these.
  ///
  /// Laws: entries and counts are those of the sequential run of the same plan,
  /// bit for bit; so is the error, if there is one.
  ///
  /// Workers cost some 50 µs a run, and a value that changes hands some 10: a
  /// plan that would take longer by that has one worker, unless their number is
  /// given.
  ///
  /// - Parameters:
  ///   - plan: priced for this problem.
  ///   - operands: one per factor of the problem, in its order; see `Operand`
  ///     for what several threads demand.
  ///   - schedule: who does what when; `machines` workers are used, but no
  ///     more than there are tasks, and one where that is sooner done.
  ///   - workers: the number of workers, in any case.
  ///   - timingSteps: whether to read the clock around every step (50 ns).
  /// - Throws: `ChainError`: what the sequential run throws, and `invalidPlan`
  ///   when the schedule doesn't fit the plan.
  public func run(
    _ plan: PricedPlan, of problem: Problem, operands: [any Operand],
    following schedule: Schedule, workers: Int? = nil,
    timingSteps: Bool = false
  ) throws(ChainError) -> Execution {
    try Self.check(plan, problem, operands)
    try Self.checkIsWhole(plan)
    let order = try prepared(schedule, plan, workers)
    let clock = ContinuousClock()
    let start = clock.now
    workspace.beginRun()
    let work = StepWork(
      plan: plan, problem: problem, operands: operands, workspace: workspace,
      compressions: compressions)
    let board = Monitor(Self.board(order, work))
    Crew.run(order.workers) { Self.labour($0, work, board, timingSteps) }
    let end = board.withLock { $0 }
    return Execution(
      targets: try end.targets(),
      countedFMA: end.stepFMA.reduce(0, +), stepFMA: end.stepFMA,
      evaluations: end.evaluations, seconds: (clock.now - start) / .seconds(1),
      stepSeconds: timingSteps ? end.stepSeconds : nil,
      peakBytes: workspace.peakBytes, workers: order.workers,
      stolenSteps: end.stolenSteps)
  }

  /// The work order of a schedule, kept for the next run.
  private func prepared(
    _ schedule: Schedule, _ plan: PricedPlan, _ workers: Int?
  ) throws(ChainError) -> WorkOrder {
    // Equal arrays share memory when a run is repeated: comparing is O(1).
    if let kept = workOrder, kept.asked == workers, kept.schedule == schedule,
      kept.plan == plan
    {
      return kept
    }
    let made = try WorkOrder(
      schedule, of: plan, workers: workers, handingOver)
    workOrder = made
    return made
  }

  /// A board with the given entries on it.
  private static func board(_ order: WorkOrder, _ work: StepWork) -> Board {
    var board = Board(order)
    for (id, step) in work.plan.plan.steps.enumerated() {
      guard case .given(let factor) = step else { continue }
      do throws(ChainError) {
        board.put(try work.entries(of: factor, id), of: id)
      } catch {
        board.fail(id, error)
        break
      }
    }
    return board
  }

  /// What one worker does from beginning to end.
  private static func labour(
    _ worker: Int, _ work: StepWork, _ board: Monitor<Board>, _ timing: Bool
  ) {
    let clock = ContinuousClock()
    while case .perform(var task) = board.wait(for: { $0.move(of: worker) }) {
      let start = timing ? clock.now : nil
      var made: StepWork.Made?
      var failure: ChainError?
      do throws(ChainError) {
        made = try work.perform(task.step, task.first, task.second)
      } catch {
        failure = error
      }
      let seconds = start.map { (clock.now - $0) / .seconds(1) } ?? 0
      // What was read and made is let go before the books are closed: so
      // whoever frees a value comes after all who have read it, by the lock
      // alone.
      (task.first, task.second) = (nil, nil)
      _ = board.change { board in
        if let failure { board.giveUp(task.step, failure) }
        return made.take().map {
          board.finish(task.step, $0, seconds: seconds)
        }
      }
    }
  }
}
