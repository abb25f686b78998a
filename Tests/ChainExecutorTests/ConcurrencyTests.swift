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
  private func meeting() throws -> (PricedPlan, Problem, [Operand]) {
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
      Operand(
        rows: 2, columns: 2,
        tangent: { seeds, _, block in
          here[index].signal()
          guard here[1 - index].wait(timeout: .now() + 10) == .success else {
            throw Alone()
          }
          for place in seeds.indices { block[place] = seeds[place] }
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

  /// The rules without threads: any interleaving of any number of workers with
  /// any faults ends with the error of the first faulty step, or with all
  /// steps done once, after those that they wait for; and nobody writes where a
  /// step is at work, although one between them was left out after an error.
  @Test func everyInterleavingEnds() throws {
    try withSeeds(0..<2000) { seed in
      var random = SplitMix64(seed: seed)
      let problem = randomProblem(seed: seed, maxFactors: 12, limits: false)
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let schedule = randomSchedule(of: plan, using: &random)
      let program = try Program(
        plan, of: problem, following: schedule, workers: nil, .free)
      guard let order = program.order else { return }
      let before = Self.before(order)
      let faulty = Set(
        schedule.tasks.map(\.step).filter { _ in random.oneIn(9) })
      func error(_ step: Int) -> ChainError {
        ChainError(
          .unsupported, at: "/steps/\(step)", expected: "", found: "",
          advice: "")
      }
      var board = Board(order, Record(program))
      var begun = Set<Int>()
      var done = Set<Int>()
      var present = Set(0..<order.workers)
      var busy: [Int: Int] = [:]
      while !present.isEmpty {
        let worker = present.sorted()[random.integer(in: 0...present.count - 1)]
        if let step = busy[worker] {
          busy[worker] = nil
          if faulty.contains(step) {
            board.giveUp(step, error(step))
          } else {
            board.finish(step, .init(), seconds: 0)
            #expect(done.insert(step).inserted, "seed \(seed)")
          }
          continue
        }
        switch board.move(of: worker) {
        case .perform(let step):
          busy[worker] = step
          #expect(begun.insert(step).inserted, "seed \(seed)")
          let others = busy.filter { $0.key != worker }.values
          try #require(before[step].isDisjoint(with: others), "seed \(seed)")
          let (first, second) = plan.plan.steps[step].operands
          for case let value? in [first, second] {
            if case .given = plan.plan.steps[value] { continue }
            #expect(done.contains(value), "seed \(seed)")
          }
        case .leave:
          present.remove(worker)
        case nil:
          // Who waits, waits for somebody.
          try #require(!busy.isEmpty, "seed \(seed)")
        }
      }
      if let first = faulty.min() {
        #expect(board.failure?.error == error(first), "seed \(seed)")
      } else {
        #expect(board.failure == nil && done.count == schedule.tasks.count)
      }
    }
  }

  /// For each step those that it waits for, directly or through others.
  private static func before(_ order: WorkOrder) -> [Set<Int>] {
    var before = order.followers.map { _ in Set<Int>() }
    for task in order.schedule.tasks {
      for follower in order.followers[task.step] {
        before[follower].formUnion(before[task.step].union([task.step]))
      }
    }
    return before
  }
}
