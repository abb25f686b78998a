import ChainCatalog
import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

/// Whoever performs a step: entries and counts are those of the sequential
/// run of the same plan, bit for bit.
struct ParallelTests {
  /// Runs a plan both ways; the numbers of the second run must be those of the
  /// first, and its counts those that were priced.
  private func expectSame(
    _ sequential: Execution, _ parallel: Execution, _ plan: PricedPlan,
    _ comment: Comment
  ) {
    #expect(parallel.countedFMA == plan.fma, comment)
    #expect(parallel.stepFMA == sequential.stepFMA, comment)
    #expect(parallel.evaluations == sequential.evaluations, comment)
    #expect(parallel.targets.count == sequential.targets.count, comment)
    for (a, b) in zip(sequential.targets, parallel.targets) {
      #expect(a.pattern == b.pattern && a.bits == b.bits, comment)
    }
  }

  /// S alone, S under and S over a dense factor, and S between two.
  @Test(arguments: [(5, 5), (4, 6), (6, 3)])
  func everyStructureAgrees(rows: Int, columns: Int) throws {
    var random = SplitMix64(seed: 1)
    let executor = Executor(handingOver: .free)
    for structure in everyStructure(rows: rows, columns: columns) {
      for isGiven in [true, false] {
        let problem = try Problem(
          factors: [
            Factor(name: "A", rows: columns, columns: 4),
            Factor(
              name: "S", rows: rows, columns: columns, structure: structure,
              isGiven: isGiven, tangentCost: isGiven ? nil : 7,
              adjointCost: isGiven ? nil : 9),
            Factor(name: "B", rows: 5, columns: rows),
          ], targets: [[1], [0, 1], [1, 2], [0, 1, 2]])
        let steps: [Step] = [
          .given(factor: 0), .given(factor: 2),
          isGiven
            ? .given(factor: 1) : .accumulate(factor: 1, mode: .tangent),
          isGiven
            ? .multiply(outer: 2, inner: 0)
            : .eliminate(factor: 1, mode: .tangent, operand: 0),
          isGiven
            ? .multiply(outer: 1, inner: 2)
            : .eliminate(factor: 1, mode: .adjoint, operand: 1),
          .multiply(outer: 4, inner: 0),
        ]
        let plan = try Plan(steps: steps, targets: [2, 3, 4, 5])
          .priced(for: problem)
        let operands = try RandomOperands.operands(for: problem, seed: 3)
        let sequential = try executor.run(
          plan, of: problem, operands: operands)
        for _ in 0..<3 {
          let parallel = try executor.run(
            plan, of: problem, operands: operands,
            following: randomSchedule(of: plan, using: &random))
          expectSame(sequential, parallel, plan, "\(structure) \(isGiven)")
        }
      }
    }
  }

  /// Ten thousand random schedules of chains with everything that a chain can
  /// have; most schedules are bad ones.
  @Test(arguments: 0..<10)
  func randomSchedulesAgree(batch: UInt64) throws {
    let executor = Executor(handingOver: .free)
    var stolen = 0
    try withSeeds(100 * batch..<100 * batch + 100) { seed in
      var random = SplitMix64(seed: seed)
      let problem = randomProblem(seed: seed, maxFactors: 10, limits: false)
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let sequential = try executor.run(plan, of: problem, operands: operands)
      for _ in 0..<10 {
        let schedule = randomSchedule(of: plan, using: &random)
        let parallel = try executor.run(
          plan, of: problem, operands: operands, following: schedule)
        expectSame(sequential, parallel, plan, "seed \(seed)")
        #expect(parallel.workers <= max(1, schedule.tasks.count))
        stolen += parallel.stolenSteps
      }
    }
    #expect(stolen > 0)
  }

  /// Several targets, repeated factors, values that many steps read.
  @Test(arguments: 0..<4)
  func jointPlansAgree(batch: UInt64) throws {
    let executor = Executor(handingOver: .free)
    try withSeeds(30 * batch..<30 * batch + 30) { seed in
      let problem = randomJointProblem(seed: seed)
      guard let forward = try Baselines(of: problem)[.forward] else { return }
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let sequential = try executor.run(
        forward, of: problem, operands: operands)
      var random = SplitMix64(seed: seed)
      for _ in 0..<10 {
        let parallel = try executor.run(
          forward, of: problem, operands: operands,
          following: randomSchedule(of: forward, using: &random))
        expectSame(sequential, parallel, forward, "seed \(seed)")
      }
    }
  }

  /// What is large enough for OpenBLAS to use threads, were it let.
  @Test func largeProductsAgree() throws {
    let sizes = [300, 200, 350, 90, 260, 310, 280, 300]
    let problem = try Problem(
      factors: zip(sizes, sizes.dropFirst()).enumerated().map {
        Factor(name: "J\($0)", rows: $1.1, columns: $1.0)
      })
    var random = SplitMix64(seed: 5)
    let operands = try RandomOperands.operands(for: problem, seed: 5)
    let executor = Executor(handingOver: .free)
    for seed in 0..<6 {
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let sequential = try executor.run(plan, of: problem, operands: operands)
      for machines in [1, 2, 3, 7] {
        let parallel = try executor.run(
          plan, of: problem, operands: operands,
          following: Schedule(listing: plan, machines: machines))
        expectSame(sequential, parallel, plan, "\(seed) on \(machines)")
      }
    }
  }

  @Test func anyNumberOfWorkers() throws {
    let problem = try Problem(
      factors: (0..<6).map { Factor(name: "J\($0)", rows: 9, columns: 9) })
    var random = SplitMix64(seed: 8)
    let plan = try randomPlan(for: problem, using: &random)
      .priced(for: problem)
    let operands = try RandomOperands.operands(for: problem, seed: 8)
    let executor = Executor(handingOver: .free)
    let sequential = try executor.run(plan, of: problem, operands: operands)
    #expect(sequential.workers == 1)
    for machines in [1, 2, 5, 100] {
      let schedule = Schedule(listing: plan, machines: machines)
      for workers in [nil, 1, 2, 64] {
        let parallel = try executor.run(
          plan, of: problem, operands: operands, following: schedule,
          workers: workers, timingSteps: true)
        expectSame(sequential, parallel, plan, "\(machines)")
        #expect(parallel.workers == min(5, workers ?? machines))
        #expect(parallel.stepSeconds?.count == plan.steps.count)
        if parallel.workers == 1 { #expect(parallel.stolenSteps == 0) }
      }
    }
  }

  /// A target that is a given factor, and a plan without a single task.
  @Test func nothingToDo() throws {
    let problem = try Problem(
      factors: [Factor(name: "A", rows: 3, columns: 3)], targets: [[0], [0]])
    let plan = try Plan(steps: [.given(factor: 0)], targets: [0, 0])
      .priced(for: problem)
    let operands = try RandomOperands.operands(for: problem, seed: 8)
    let run = try Executor(handingOver: .free).run(
      plan, of: problem, operands: operands,
      following: Schedule(machines: 4, tasks: []))
    #expect(run.targets.count == 2)
    #expect(run.targets[1].bits == operands[0].entries?.bits)
    #expect(run.peakBytes == 0 && run.workers == 1)
  }
}

extension Matrix {
  /// The stored doubles as bits: NaN equals itself, 0 differs from −0.
  var bits: [UInt64] {
    (0..<storedCount).map { base[$0].bitPattern }
  }
}
