import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

@Suite("Graphs run: counted is priced, and the blocks are right")
struct GraphRunTests {
  /// Every plan of a seeded graph with its operands.
  private func withPlans(
    _ seeds: Range<UInt64>, _ draw: GraphDraw = GraphDraw(),
    _ body: (PricedPlan, Problem, [Operand]) throws -> Void
  ) throws {
    try withSeeds(seeds) { seed in
      var draw = draw
      if seed.isMultiple(of: 3) { draw.tied = 2 }
      let problem = randomGraph(seed: seed, draw)
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let baselines = try Baselines(of: problem)
      for baseline in Baseline.all(for: problem) {
        guard let plan = baselines[baseline] else { continue }
        try body(plan, problem, operands)
      }
    }
  }

  @Test("All baselines, verified against dense propagation")
  func verified() throws {
    let executor = Executor()
    var (agreeing, cancelling) = (0, 0)
    try withPlans(0..<150) { plan, problem, operands in
      let run = try executor.run(plan, of: problem, operands: operands)
      try #require(run.countedFMA == plan.fma)
      for (target, matrix) in run.targets.enumerated() {
        let check = try Verification(
          of: matrix, target: target, in: problem, operands: operands)
        switch check.verdict {
        case .agrees: agreeing += 1
        // x − x: nothing is left that rounding could be small against.
        case .illConditioned where check.outlier == nil: cancelling += 1
        case .illConditioned, .disagrees, .unrepresentable:
          Issue.record("\(check)")
        }
      }
    }
    #expect(agreeing > 50 * cancelling, "\(agreeing), \(cancelling)")
  }

  @Test("A wrong entry is found")
  func wrong() throws {
    let executor = Executor()
    var found = 0
    try withPlans(0..<40) { plan, problem, operands in
      let run = try executor.run(plan, of: problem, operands: operands)
      for (target, matrix) in run.targets.enumerated()
      where matrix.storedCount > 0 {
        let wrong = try matrix.changing(0) { $0 * (1 + 1e-6) }
        guard wrong.base[0] != matrix.base[0] else { continue }
        let check = try Verification(
          of: wrong, target: target, in: problem, operands: operands)
        try #require(check.verdict == .disagrees)
        found += 1
      }
    }
    #expect(found > 50)
  }

  @Test("Sequential, on workers and as a program: the same bits")
  func allEngines() throws {
    let executor = Executor(handingOver: .free)
    var draw = GraphDraw()
    draw.matrixFree = 0
    try withPlans(0..<60, draw) { plan, problem, operands in
      let run = try executor.run(plan, of: problem, operands: operands)
      let entries = try run.targets.map { try $0.denseEntries() }
      let schedule = PlanScheduling().schedule(plan, machines: 2).schedule
      let side = try executor.run(
        plan, of: problem, operands: operands, following: schedule, workers: 2)
      try #require(try side.targets.map { try $0.denseEntries() } == entries)
      try #require(side.countedFMA == plan.fma)
      let (program, workspace) = (
        try Program(plan, of: problem), Workspace()
      )
      try program.give(operands, in: workspace)
      try #require(try program.run(in: workspace).fma == plan.fma)
      for target in entries.indices {
        try #require(
          try program.target(target, in: workspace).denseEntries()
            == entries[target])
      }
    }
  }

  @Test("Sums of every pair of structures, and products with signs")
  func sums() throws {
    var random = SplitMix64(seed: 5)
    for (m, n) in [(1, 1), (3, 3), (4, 6), (6, 4), (5, 5)] {
      let patterns = everyPattern(rows: m, columns: n)
      for a in patterns {
        let first = try Matrix.random(a, using: &random)
        let x = try first.denseEntries()
        for b in patterns {
          let second = try Matrix.random(b, using: &random)
          let sum = try Matrix.sum(first, second)
          let expected = zip(x, try second.denseEntries()).map(+)
          guard try sum.denseEntries() == expected else {
            Issue.record("\(a) + \(b)")
            continue
          }
          #expect(sum.pattern == (try Pattern.union(a, b)))
        }
        let minus = try Pattern(
          rows: m, columns: m, structure: .negatedIdentity, at: "")
        let product = try Matrix.product(
          Matrix.random(minus, using: &random), first)
        #expect(product.fma == 0)
        #expect(try product.matrix.denseEntries() == x.map { -$0 }, "\(a)")
      }
    }
  }
}
