import ChainRandom
import ChainSolvers
import ChainTestSupport
import Dispatch
import JacobianChain
import Testing

@testable import ChainExecutor

/// Steps run side by side, and work goes where somebody is free.
struct ConcurrencyTests {
  /// Two operands that return only when both have been called: one after the
  /// other they never do.
  private func meeting() throws -> (PricedPlan, Problem, [any Operand]) {
    struct Alone: Error {}
    let problem = try Problem(
      factors: ["A", "B"].map {
        Factor(
          name: $0, rows: 2, columns: 2, isGiven: false, tangentCost: 10)
      })
    let plan = try Plan(
      steps: [
        .accumulate(factor: 0, mode: .tangent),
        .accumulate(factor: 1, mode: .tangent), .multiply(outer: 1, inner: 0),
      ], targets: [2]
    ).priced(for: problem)
    let here = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
    let operands = (0..<2).map { index in
      OperatorOperand(
        rows: 2, columns: 2,
        tangent: { seeds, _ in
          here[index].signal()
          guard here[1 - index].wait(timeout: .now() + 10) == .success else {
            throw Alone()
          }
          return seeds
        })
    }
    return (plan, problem, operands)
  }

  @Test func stepsRunSideBySide() throws {
    let (plan, problem, operands) = try meeting()
    let run = try Executor(handingOver: .free).run(
      plan, of: problem, operands: operands,
      following: Schedule(listing: plan, machines: 2))
    #expect(run.workers == 2)
    #expect(run.countedFMA == plan.fma)
  }

  /// A schedule that has everything on one machine: the other one steals.
  @Test func idleWorkersSteal() throws {
    let (plan, problem, operands) = try meeting()
    var schedule = Schedule(listing: plan, machines: 1)
    schedule.machines = 2
    let run = try Executor(handingOver: .free).run(
      plan, of: problem, operands: operands, following: schedule)
    #expect(run.stolenSteps >= 1)
  }

  /// The rules without threads: any interleaving of any number of workers with
  /// any faults ends with the error of the first faulty step, or with all
  /// steps done once, after their operands.
  @Test func everyInterleavingEnds() throws {
    try withSeeds(0..<2000) { seed in
      var random = SplitMix64(seed: seed)
      let problem = randomProblem(seed: seed, maxFactors: 12, limits: false)
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let order = try WorkOrder(
        randomSchedule(of: plan, using: &random), of: plan, workers: nil, .free)
      let faulty = Set(plan.steps.indices.filter { _ in random.oneIn(9) })
      var board = Board(order)
      var done = Set<Int>()
      let value = try Matrix.dense(rows: 1, columns: 1) { $0[0] = 0 }
      for (id, step) in plan.plan.steps.enumerated() {
        guard case .given = step else { continue }
        if faulty.contains(id) {
          board.fail(id, Executor.lost(id))
          break
        }
        board.put(value, of: id)
        done.insert(id)
      }
      var present = Set(0..<order.workers)
      var busy: [Int: Int] = [:]
      while !present.isEmpty {
        let worker = present.sorted()[random.integer(in: 0...present.count - 1)]
        if let step = busy[worker] {
          busy[worker] = nil
          if faulty.contains(step) {
            board.giveUp(step, Executor.lost(step))
          } else {
            _ = board.finish(step, .init(value: value), seconds: 0)
            #expect(done.insert(step).inserted, "seed \(seed)")
          }
          continue
        }
        switch board.move(of: worker) {
        case .perform(let task):
          busy[worker] = task.step
          let (first, second) = plan.plan.steps[task.step].operands
          #expect((first == nil) == (task.first == nil), "seed \(seed)")
          #expect((second == nil) == (task.second == nil), "seed \(seed)")
        case .leave:
          present.remove(worker)
        case nil:
          // Who waits, waits for somebody.
          try #require(!busy.isEmpty, "seed \(seed)")
        }
      }
      if let first = faulty.min() {
        let error = #expect(throws: ChainError.self) { try board.targets() }
        #expect(error == Executor.lost(first), "seed \(seed)")
      } else {
        #expect(done.count == plan.steps.count, "seed \(seed)")
        #expect(try board.targets().count == 1, "seed \(seed)")
      }
    }
  }
}
