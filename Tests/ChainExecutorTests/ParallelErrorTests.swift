import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

/// What goes wrong in a parallel run is told once, and the same every time.
struct ParallelErrorTests {
  private struct Broken: Error {}

  /// Matrix-free 3 × 3 factors, some of which fail, and how often they were
  /// called.
  private final class Calls: Sendable {
    let count = Monitor(0)

    func operands(
      _ number: Int, failing: Set<Int>
    ) throws -> [Operand] {
      var random = SplitMix64(seed: 1)
      return try (0..<number).map { index in
        let hidden = Operand(
          hiding: try Matrix.random(
            Pattern(denseRows: 3, columns: 3), using: &random))
        return Operand(
          rows: 3, columns: 3,
          tangent: {
            self.count.withLock { $0 += 1 }
            if failing.contains(index) { throw Broken() }
            try hidden.apply(.tangent, to: $0, width: $1, into: &$2)
          },
          adjoint: {
            self.count.withLock { $0 += 1 }
            if failing.contains(index) { throw Broken() }
            try hidden.apply(.adjoint, to: $0, width: $1, into: &$2)
          })
      }
    }
  }

  private func functions(_ number: Int) throws -> Problem {
    try Problem(
      factors: (0..<number).map {
        Factor(
          name: "F\($0)", rows: 3, columns: 3, isGiven: false,
          tangentCost: 5, adjointCost: 5)
      })
  }

  /// The error is the one of the sequential run, with any faults, on any
  /// schedule; nothing is left behind and nobody goes on.
  @Test(arguments: 0..<5)
  func theErrorOfTheSequentialRun(batch: UInt64) throws {
    let executor = Executor(handingOver: .free)
    let problem = try functions(8)
    try withSeeds(40 * batch..<40 * batch + 40) { seed in
      var random = SplitMix64(seed: seed)
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let failing = Set(
        (0..<random.integer(in: 1...3)).map { _ in random.integer(in: 0...7) })
      let calls = Calls()
      let operands = try calls.operands(8, failing: failing)
      let expected = #expect(throws: ChainError.self) {
        try executor.run(plan, of: problem, operands: operands)
      }
      for _ in 0..<5 {
        let schedule = randomSchedule(of: plan, using: &random)
        let error = #expect(throws: ChainError.self) {
          try executor.run(
            plan, of: problem, operands: operands, following: schedule)
        }
        #expect(error == expected, "seed \(seed)")
      }
    }
  }

  /// What reads the value that never came isn't begun.
  @Test func aFaultInTheMiddleStopsTheRun() throws {
    let problem = try functions(40)
    let steps: [Step] =
      [.accumulate(factor: 0, mode: .tangent)]
      + (1..<40).map { .eliminate(factor: $0, mode: .tangent, operand: $0 - 1) }
    let plan = try Plan(steps: steps, targets: [39]).priced(for: problem)
    let calls = Calls()
    let operands = try calls.operands(40, failing: [20])
    let executor = Executor(handingOver: .free)
    let error = #expect(throws: ChainError.self) {
      try executor.run(
        plan, of: problem, operands: operands,
        following: Schedule(listing: plan, machines: 3))
    }
    #expect(error?.location == "/steps/20")
    #expect(calls.count.withLock { $0 } == 21)
    // The executor is as good as new.
    let run = try executor.run(
      plan, of: problem, operands: try calls.operands(40, failing: []),
      following: Schedule(listing: plan, machines: 3))
    #expect(run.countedFMA == plan.fma)
  }

  @Test func entriesThatAreMissingAreFoundFirst() throws {
    let problem = try Problem(
      factors: [
        Factor(name: "A", rows: 3, columns: 3),
        Factor(name: "B", rows: 3, columns: 3),
      ])
    let plan = try Plan(
      steps: [
        .given(factor: 0), .given(factor: 1), .multiply(outer: 1, inner: 0),
      ], targets: [2]
    ).priced(for: problem)
    let given = try RandomOperands.operands(for: problem, seed: 1)
    let operands: [Operand] = [
      given[0], Operand(rows: 3, columns: 3),
    ]
    let error = #expect(throws: ChainError.self) {
      try Executor(handingOver: .free).run(
        plan, of: problem, operands: operands,
        following: Schedule(listing: plan, machines: 2))
    }
    #expect(error?.location == "/steps/1")
    #expect(error?.found == "an operand that can only be applied")
  }

  @Test func aScheduleOfAnotherPlanIsRefused() throws {
    let problem = try functions(3)
    func plan(_ modes: [Mode]) throws -> PricedPlan {
      try Plan(
        steps: modes.enumerated().map {
          .accumulate(factor: $0.offset, mode: $0.element)
        } + [
          .multiply(outer: 1, inner: 0), .multiply(outer: 2, inner: 3),
        ], targets: [4]
      ).priced(for: problem)
    }
    let chosen = try plan([.tangent, .tangent, .adjoint])
    let operands = try Calls().operands(3, failing: [])
    let good = Schedule(listing: chosen, machines: 2)
    var late = good
    late.tasks[4].start += 1
    var missing = good
    missing.tasks.removeLast()
    var twice = good
    twice.tasks[1] = twice.tasks[0]
    var early = good
    early.tasks[4].start = 0
    early.tasks[4].finish = 27
    var strange = good
    strange.tasks[0].machine = 2
    let executor = Executor(handingOver: .free)
    for schedule in [late, missing, twice, early, strange] {
      let error = #expect(throws: ChainError.self) {
        try executor.run(
          chosen, of: problem, operands: operands, following: schedule)
      }
      #expect(error?.kind == .invalidPlan)
      #expect(error?.location.hasPrefix("/schedule") == true)
    }
    _ = try executor.run(
      chosen, of: problem, operands: operands, following: good)
    // A kept schedule is looked at again when the plan is another one.
    let shorter = try Plan(
      steps: [
        .accumulate(factor: 0, mode: .tangent),
        .eliminate(factor: 1, mode: .tangent, operand: 0),
        .eliminate(factor: 2, mode: .tangent, operand: 1),
      ], targets: [2]
    ).priced(for: problem)
    #expect(throws: ChainError.self) {
      try executor.run(
        shorter, of: problem, operands: operands, following: good)
    }
  }
}
