import JacobianChain

extension Program {
  /// Who share the steps.
  var workers: Int { order?.workers ?? 1 }

  /// Performs all steps with several workers.
  ///
  /// See `Executor`.
  ///
  /// - Returns: the steps that were done by another worker than scheduled.
  func perform(
    _ operands: some Operands & Sendable, by order: WorkOrder,
    _ memories: Memories, _ record: inout Record
  ) throws(ChainError) -> Int {
    let board = Monitor(Board(order, record))
    Crew.run(order.workers) { worker in
      self.labour(worker, order, operands, memories, board)
    }
    let end = board.withLock { $0 }
    if let failure = end.failure { throw failure.error }
    record = end.record
    return end.stolenSteps
  }

  /// What one worker does from beginning to end.
  private func labour(
    _ worker: Int, _ order: WorkOrder, _ operands: some Operands,
    _ memories: Memories, _ board: Monitor<Board>
  ) {
    let clock = ContinuousClock()
    let (isTiming, control) = board.withLock {
      ($0.record.isTiming, $0.record.control)
    }
    while case .perform(let step) = board.wait(for: { $0.move(of: worker) }) {
      let start = isTiming ? clock.now : nil
      var count = Count()
      var failure: ChainError?
      do throws(ChainError) {
        try control.checkpoint()
        for index in order.ranks[step] {
          try perform(instructions[index], operands, memories, &count)
        }
      } catch {
        failure = error
      }
      let seconds = start.map { (clock.now - $0) / .seconds(1) } ?? 0
      board.change { board in
        if let failure {
          board.giveUp(step, failure)
        } else {
          board.finish(step, count, seconds: seconds)
        }
      }
    }
  }
}
