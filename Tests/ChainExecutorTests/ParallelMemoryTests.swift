import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

/// Values go after their last reader, whoever that is.
struct ParallelMemoryTests {
  private func dense(_ sizes: [Int]) throws -> Problem {
    try Problem(
      factors: zip(sizes, sizes.dropFirst()).enumerated().map {
        Factor(name: "J\($0)", rows: $1.1, columns: $1.0)
      })
  }

  /// In a plan where each step reads the one before there is no choice: the
  /// peak is the priced one on any number of workers.
  @Test func aChainOfStepsHasThePeakOfItsPlan() throws {
    let problem = try dense([40, 30, 20, 10, 5, 40])
    let plan = try #require(try Baselines(of: problem)[.reverse])
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let executor = Executor(handingOver: .free)
    var random = SplitMix64(seed: 1)
    for _ in 0..<50 {
      let schedule = randomSchedule(of: plan, using: &random)
      let run = try executor.run(
        plan, of: problem, operands: operands, following: schedule,
        workers: 1)
      #expect(run.peakBytes == 8 * Int(plan.peakEntries))
    }
  }

  /// The peak lies between what the largest step needs and all values at once.
  @Test func peaksAreWithinTheirBounds() throws {
    let executor = Executor(handingOver: .free)
    try withSeeds(0..<40) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try dense(
        (0..<9).map { _ in random.integer(in: 2...30) })
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      func entries(_ id: Int?) -> Int {
        guard let id else { return 0 }
        if case .given = plan.plan.steps[id] { return 0 }
        return Int(plan.steps[id].pattern.storedEntries)
      }
      let needs = plan.steps.indices.map { id in
        let (first, second) = plan.plan.steps[id].operands
        return entries(id) + entries(first) + entries(second)
      }
      let all = plan.steps.indices.reduce(0) { $0 + entries($1) }
      for _ in 0..<10 {
        let schedule = randomSchedule(of: plan, using: &random)
        let run = try executor.run(
          plan, of: problem, operands: operands, following: schedule)
        #expect(run.peakBytes >= 8 * needs.max()!, "seed \(seed)")
        #expect(run.peakBytes <= 8 * all, "seed \(seed)")
      }
    }
  }

  /// One worker follows the order of the plan, and so reaches its peak.
  @Test func oneWorkerHasThePeakOfItsPlan() throws {
    let executor = Executor(handingOver: .free)
    try withSeeds(0..<40) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try dense(
        (0..<9).map { _ in random.integer(in: 2...30) })
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let schedule = Schedule(listing: plan, machines: 1)
      let run = try executor.run(
        plan, of: problem,
        operands: try RandomOperands.operands(for: problem, seed: seed),
        following: schedule)
      #expect(run.peakBytes == 8 * Int(plan.peakEntries), "seed \(seed)")
    }
  }

  @Test func repeatedRunsStopAllocating() throws {
    let problem = try dense([64, 32, 48, 16, 64, 20, 64])
    var random = SplitMix64(seed: 2)
    let plan = try randomPlan(for: problem, using: &random)
      .priced(for: problem)
    let operands = try RandomOperands.operands(for: problem, seed: 2)
    let executor = Executor(handingOver: .free)
    let schedule = Schedule(listing: plan, machines: 2)
    for _ in 0..<20 {
      _ = try executor.run(
        plan, of: problem, operands: operands, following: schedule)
    }
    // The block and the result.
    #expect(executor.workspace.allocations == 2)
  }
}
