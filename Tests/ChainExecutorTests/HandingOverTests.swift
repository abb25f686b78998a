import ChainSolvers
import JacobianChain
import Testing

@testable import ChainExecutor

/// Whether workers are begun for a schedule: when that is sooner done.
struct HandingOverTests {
  /// (D·C)·(B·A) with square factors, each half on a machine of its own.
  private func halves(
    _ size: Int
  ) throws -> (problem: Problem, plan: PricedPlan, schedule: Schedule) {
    let problem = try Problem(
      factors: ["A", "B", "C", "D"].map {
        Factor(name: $0, rows: size, columns: size)
      })
    let plan = try Plan(
      steps: (0..<4).map { .given(factor: $0) } + [
        .multiply(outer: 1, inner: 0), .multiply(outer: 3, inner: 2),
        .multiply(outer: 5, inner: 4),
      ], targets: [6]
    ).priced(for: problem)
    return (problem, plan, Schedule(listing: plan, machines: 2))
  }

  /// Two products of 20 µs each aren't worth a thread; two of 1 ms are.
  @Test(arguments: [(8, 1), (100, 1), (150, 1), (250, 2), (400, 2)])
  func threadsAreBegunWhereTheyPay(size: Int, workers: Int) throws {
    let (_, plan, schedule) = try halves(size)
    #expect(
      schedule.pays(for: plan, workers: 2, .usual) == (workers == 2))
    #expect(
      try schedule.workers(for: plan, asked: nil, .usual) == workers)
  }

  @Test func aGivenNumberOfWorkersIsKept() throws {
    let (problem, plan, schedule) = try halves(4)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    func workers(_ asked: Int?) throws -> Int {
      try Executor().run(
        plan, of: problem, operands: operands, following: schedule,
        workers: asked
      ).workers
    }
    #expect(try workers(nil) == 1)
    #expect(try workers(2) == 2)
  }

  /// One step after the other gains nothing, however long the steps are.
  @Test func aChainOfStepsHasOneWorker() throws {
    let problem = try Problem(
      factors: (0..<4).map {
        Factor(name: "J\($0)", rows: 500, columns: 500)
      })
    let plan = try #require(try Baselines(of: problem)[.forward])
    let schedule = Schedule(listing: plan, machines: 3)
    #expect(!schedule.pays(for: plan, workers: 3, .usual))
  }
}
