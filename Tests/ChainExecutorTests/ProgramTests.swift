import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

/// A program makes what an executor makes, bit for bit, as often as it is run.
struct ProgramTests {
  /// Runs both with changing entries, some of which are given on demand.
  private func compare(
    _ plan: PricedPlan, _ problem: Problem, _ executor: Executor,
    seed: UInt64, runs: Int = 2
  ) throws {
    let program = try Program(
      plan, of: problem,
      entriesOnDemand: { (seed + UInt64($0)).isMultiple(of: 2) })
    let workspace = Workspace()
    for run in 0..<UInt64(runs) {
      let operands = try RandomOperands.operands(
        for: problem, seed: 7 * seed + run)
      let expected = try executor.run(plan, of: problem, operands: operands)
      try program.give(operands, in: workspace)
      let count = try program.run(
        WritingOperands(operands: operands), in: workspace)
      for (index, target) in expected.targets.enumerated() {
        let agrees = program.target(index, in: workspace, is: target)
        #expect(agrees, "seed \(seed), \(plan.plan.steps)")
      }
      #expect(count.fma == plan.fma, "seed \(seed)")
      #expect(count.evaluations == expected.evaluations, "seed \(seed)")
    }
  }

  /// All orders of short chains of all structures, given and matrix-free.
  @Test(arguments: 0..<4)
  func everyPlanAgrees(batch: Int) throws {
    let executor = Executor()
    try withSeeds(UInt64(10 * batch)..<UInt64(10 * batch + 10)) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try ExecutorTests.chain(&random)
      let plans = try #require(PlanEnumeration(problem))
      var (failure, count): ((any Error)?, Int) = (nil, 0)
      plans.forEach { plan in
        do {
          try compare(
            try plan.priced(for: problem), problem, executor, seed: seed,
            runs: 1)
        } catch { failure = error }
        count += 1
        return failure == nil && count < 100
      }
      if let failure { throw failure }
    }
  }

  @Test func longerChains() throws {
    let executor = Executor()
    var count = 0
    try withSeeds(0..<150) { seed in
      var random = SplitMix64(seed: seed)
      let problem = randomProblem(seed: seed, maxFactors: 9)
      let plan = randomPlan(for: problem, using: &random)
      guard let priced = try? plan.priced(for: problem) else { return }
      try compare(priced, problem, executor, seed: seed)
      count += 1
    }
    #expect(count > 100)
  }

  /// Several targets, tied factors, shared values.
  @Test func jointProblems() throws {
    let executor = Executor()
    var count = 0
    try withSeeds(0..<200) { seed in
      var random = SplitMix64(seed: seed)
      let problem = randomJointProblem(seed: seed)
      guard let plan = foldedPlan(for: problem, using: &random) else { return }
      try compare(plan, problem, executor, seed: seed)
      count += 1
    }
    #expect(count > 100)
  }

  /// Counted is priced, and the bits agree, for each pair of structures.
  @Test(arguments: 0..<Samples.kinds, 0..<Samples.kinds)
  func everyPairOfStructures(outer: Int, inner: Int) throws {
    var random = SplitMix64(seed: UInt64(10 * outer + inner))
    let executor = Executor()
    for size in [1, 5, 12, 24] {
      let patterns = [
        try Samples.pattern(inner, size, size, &random),
        try Samples.pattern(outer, size, size, &random),
      ]
      let problem = try Problem(
        factors: patterns.enumerated().map {
          Factor(
            name: "J\($0)", rows: size, columns: size,
            structure: $1.structure)
        })
      let plan = try Plan(
        steps: [
          .given(factor: 0), .given(factor: 1), .multiply(outer: 1, inner: 0),
        ], targets: [2]
      ).priced(for: problem)
      try compare(plan, problem, executor, seed: UInt64(size))
    }
  }

  /// Large enough for every routine of BLAS.
  @Test func largeDenseChains() throws {
    let executor = Executor()
    for sizes in [
      [90, 70, 110, 1, 64], [1, 200, 40, 33], [17, 16, 15, 9, 8],
    ] {
      let problem = try Problem(
        factors: zip(sizes, sizes.dropFirst()).enumerated().map {
          Factor(name: "J\($0)", rows: $1.1, columns: $1.0)
        })
      var random = SplitMix64(seed: 3)
      for seed in UInt64(0)..<4 {
        try compare(
          try randomPlan(for: problem, using: &random).priced(for: problem),
          problem, executor, seed: seed)
      }
    }
  }

  private struct Broken: Error {}

  /// Fails as often as it is told to, then answers 1 everywhere.
  private final class Failing: Operands {
    var failures = 1

    func apply(
      _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
      into block: inout MutableSpan<Double>
    ) throws {
      failures -= 1
      if failures >= 0 { throw Broken() }
      for position in block.indices { block[position] = 1 }
    }
  }

  private func eliminating() throws -> (PricedPlan, Problem) {
    let problem = try Problem(
      factors: [
        Factor(name: "A", rows: 4, columns: 4),
        Factor(
          name: "B", rows: 4, columns: 4, isGiven: false, tangentCost: 10),
      ])
    let plan = try Plan(
      steps: [
        .given(factor: 0), .eliminate(factor: 1, mode: .tangent, operand: 0),
      ], targets: [1]
    ).priced(for: problem)
    return (plan, problem)
  }

  @Test func aFailingOperandNamesStepAndFactor() throws {
    let (plan, problem) = try eliminating()
    let (program, workspace) = (try Program(plan, of: problem), Workspace())
    try program.give(
      RandomOperands.operands(for: problem, seed: 1), in: workspace)
    let operands = Failing()
    let error = #expect(throws: ChainError.self) {
      try program.run(operands, in: workspace)
    }
    #expect(error?.location == "/steps/1")
    #expect(error?.expected == "tangents of \"B\"")
    #expect(error?.found.contains("Broken") == true)
    #expect(try program.run(operands, in: workspace).fma == 40)
    #expect(
      try program.target(0, in: workspace).denseEntries()
        == [Double](repeating: 1, count: 16))
  }

  @Test func matrixFreeStepsNeedOperands() throws {
    let (plan, problem) = try eliminating()
    let error = #expect(throws: ChainError.self) {
      let (program, workspace) = (try Program(plan, of: problem), Workspace())
      try program.give(
        RandomOperands.operands(for: problem, seed: 1), in: workspace)
      try program.run(in: workspace)
    }
    #expect(error?.kind == .unsupported)
    #expect(error?.location == "/steps/1")
    let missing = #expect(throws: ChainError.self) {
      try Program(plan, of: problem).run(in: Workspace())
    }
    #expect(missing?.kind == .malformed && missing?.location == "/steps/0")
  }

  @Test func aPlanOfAnotherProblemIsRefused() throws {
    let (plan, _) = try eliminating()
    let others = [
      [Factor(name: "A", rows: 4, columns: 4)],
      [
        Factor(name: "A", rows: 4, columns: 4),
        Factor(name: "B", rows: 4, columns: 4),
      ],
      [
        Factor(name: "A", rows: 4, columns: 4),
        Factor(name: "B", rows: 9, columns: 4, tangentCost: 10),
      ],
      [
        Factor(name: "A", rows: 4, columns: 4, structure: .diagonal),
        Factor(name: "B", rows: 4, columns: 4, tangentCost: 10),
      ],
    ]
    for factors in others {
      let error = #expect(throws: ChainError.self) {
        _ = try Program(plan, of: try Problem(factors: factors))
      }
      #expect(error?.kind == .invalidPlan)
    }
  }

  @Test func onlyWhatIsReadIsFilledIn() throws {
    let (plan, problem) = try eliminating()
    let program = try Program(plan, of: problem)
    #expect(program.readsEntries(ofFactor: 0))
    #expect(!program.readsEntries(ofFactor: 1))
    #expect(program.targetPattern(0).isDense)
  }

  @Test func entriesOnDemandHaveToBeWritten() throws {
    let (plan, problem) = try eliminating()
    let program = try Program(
      plan, of: problem, entriesOnDemand: { _ in true })
    #expect(!program.readsEntries(ofFactor: 0))
    let error = #expect(throws: ChainError.self) {
      try program.run(Failing(), in: Workspace())
    }
    #expect(error?.kind == .unsupported)
    #expect(error?.location == "/factors/0")
  }

  /// A factor alone is its own target.
  @Test func aTargetMayBeGivenOnDemand() throws {
    let problem = try Problem(factors: [Factor(name: "A", rows: 3, columns: 2)])
    let plan = try Plan(steps: [.given(factor: 0)], targets: [0])
      .priced(for: problem)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    for onDemand in [true, false] {
      let (program, workspace) = (
        try Program(plan, of: problem, entriesOnDemand: { _ in onDemand }),
        Workspace()
      )
      try program.give(operands, in: workspace)
      try program.run(WritingOperands(operands: operands), in: workspace)
      let entries = try #require(operands[0].entries)
      #expect(program.target(0, in: workspace, is: entries))
    }
  }

  /// A result that is held is never written again; one that isn't is, so that
  /// two buffers are enough for results that replace each other.
  @Test func heldTargetsSurviveLaterRuns() throws {
    let problem = try Problem(
      factors: (0..<2).map { Factor(name: "J\($0)", rows: 3, columns: 3) })
    let plan = try Plan(
      steps: [
        .given(factor: 0), .given(factor: 1), .multiply(outer: 1, inner: 0),
      ], targets: [2]
    ).priced(for: problem)
    let (program, workspace) = (try Program(plan, of: problem), Workspace())
    func run(_ seed: UInt64) throws -> Matrix {
      try program.give(
        RandomOperands.operands(for: problem, seed: seed), in: workspace)
      try program.run(in: workspace)
      return program.target(0, in: workspace)
    }
    let first = try run(1)
    let entries = try first.denseEntries()
    var last = try run(2)
    #expect(try first.denseEntries() == entries)
    #expect(try last.denseEntries() != entries)
    last = try run(3)
    let allocations = workspace.allocations
    for seed in UInt64(4)..<20 {
      let before = try last.denseEntries()
      let next = try run(seed)
      #expect(try last.denseEntries() == before)
      last = next
    }
    #expect(workspace.allocations == allocations)
    #expect(try first.denseEntries() == entries)
  }
}
