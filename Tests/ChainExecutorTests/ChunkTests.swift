import ChainFormats
import ChainRandom
import ChainSolvers
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

@testable import ChainExecutor

/// Plans in chunks: the same Jacobian, at their price, within their peak.
@Suite("Chunks: counted is priced, bytes too")
struct ChunkTests {
  @Test("Every structure, every mode, loops in both orders", arguments: 0..<6)
  func random(batch: Int) throws {
    var (runs, sums, staged) = (0, 0, 0)
    try withSeeds(UInt64(100 * batch)..<UInt64(100 * batch + 100)) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try ChunkSamples.chain(&random)
      let plan = randomPlan(for: problem, using: &random)
      let whole = try plan.priced(for: problem)
      let cut = ChunkSamples.cut(whole, problem, &random)
      // A target without entries, or a factor alone, isn't cut.
      guard whole.steps[plan.targets[0]].pattern.storedEntries > 0,
        whole.resultBytes > 0
      else {
        #expect(throws: ChainError.self) { try cut.priced(for: problem) }
        return
      }
      let priced: PricedPlan
      do throws(ChainError) {
        priced = try cut.priced(for: problem)
      } catch {
        // Products with identities rename what others own.
        try #require(!cut.chunks!.stages.isEmpty, "\(cut)")
        try #require(error.expected.hasPrefix("a value of its own"), "\(error)")
        return
      }
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let expected = try Executor().run(whole, of: problem, operands: operands)
      let executor = Executor()
      let run = try executor.run(priced, of: problem, operands: operands)
      try #require(run.countedFMA == priced.fma, "\(cut)")
      try #require(run.stepFMA == priced.steps.map(\.fma))
      try #require(
        run.evaluations == priced.steps.reduce(0) { $0 + $1.evaluations })
      try #require(run.peakBytes == Int(priced.peakBytes), "\(cut)")
      let (found, right) = (
        try run.targets[0].denseEntries(),
        try expected.targets[0].denseEntries()
      )
      try #require(Samples.error(found, right) <= 1e-13, "\(cut)")
      let (program, workspace) = (
        try Program(priced, of: problem), Workspace()
      )
      try program.give(operands, in: workspace)
      for _ in 0..<2 {
        let count = try program.run(operands, in: workspace)
        try #require(count.fma == priced.fma)
        let again = program.target(0, in: workspace)
        try #require(again.bits == run.targets[0].bits)
      }
      runs += 1
      if cut.chunks!.loops.areSummed { sums += 1 }
      if !cut.chunks!.stages.isEmpty { staged += 1 }
    }
    #expect(runs > 50, "\(runs)")
    #expect(sums > 10, "\(sums)")
    #expect(staged > 10, "\(staged)")
  }

  private final class Memory: Sendable {
    nonisolated(unsafe) let base: UnsafeMutablePointer<Double>
    init(_ count: Int) { base = .allocate(capacity: count) }
    deinit { base.deallocate() }
  }

  @Test("A result that is put elsewhere doesn't count")
  func elsewhere() throws {
    var runs = 0
    try withSeeds(0..<120) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try ChunkSamples.chain(&random)
      var plan = randomPlan(for: problem, using: &random)
      if random.oneIn(2) {
        plan = ChunkSamples.cut(
          try plan.priced(for: problem), problem, &random)
      }
      guard let priced = try? plan.priced(for: problem),
        let working = priced.workingBytes
      else { return }
      let isEvaluated =
        priced.steps[plan.targets[0]].evaluations > 0
      let shape = problem.shape(ofTarget: 0)
      let memory = Memory(shape.rows * shape.columns)
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let executor = Executor()
      let run = try executor.run(
        priced, of: problem, operands: operands,
        places: [
          ResultPlace(
            memory.base, count: shape.rows * shape.columns, owner: memory)
        ])
      try #require(run.targets[0].base == memory.base)
      // Of a block that an operand writes where it stays there is one.
      try #require(
        isEvaluated && plan.chunks == nil
          ? run.peakBytes <= Int(working) : run.peakBytes == Int(working),
        "\(plan)")
      (plan.chunks, plan.seedsAtOnce) = (nil, nil)
      let right = try Executor().run(
        plan.priced(for: problem), of: problem, operands: operands)
      let (a, b) = (
        try run.targets[0].denseEntries(), try right.targets[0].denseEntries()
      )
      try #require(Samples.error(a, b) <= 1e-13)
      runs += 1
    }
    #expect(runs > 30, "\(runs)")
  }

  @Test("Chunks that don't fit are refused")
  func refusals() throws {
    let problem = try Problem(factors: [
      Factor(name: "A", rows: 4, columns: 6),
      Factor(name: "B", rows: 3, columns: 4),
    ])
    var plan = try Solved(problem).plan.plan
    for loops in [
      [], [.init(.rows, parts: 1)], [.init(.rows, parts: 4)],
      [.init(.columns, parts: 7)],
      [.init(.rows, parts: 2), .init(.rows, parts: 2)],
      [
        .init(.rows, parts: 2), .init(.columns, parts: 2, remakes: true),
      ],
      [.init(.shared(after: 1), parts: 1)],
      [.init(.shared(after: 1), parts: 5)],
      [.init(.shared(after: 0), parts: 2)],
      [.init(.shared(after: 2), parts: 2)],
      [
        .init(.shared(after: 1), parts: 2), .init(.shared(after: 1), parts: 2),
      ],
    ] as [[Chunks.Loop]] {
      plan.chunks = Chunks(loops)
      let error = #expect(throws: ChainError.self) {
        try plan.priced(for: problem)
      }
      #expect(error?.kind == .invalidPlan && error?.location == "/chunks")
    }
    for stages in [
      [.init(0)], [.init(9)], [.init(plan.targets[0])],
      [.init(plan.targets[0], [.init(.rows, parts: 2)])],
    ] as [[Chunks.Stage]] {
      plan.chunks = Chunks([.init(.rows, parts: 3)], after: stages)
      let error = #expect(throws: ChainError.self, "\(stages)") {
        try plan.priced(for: problem)
      }
      #expect(error?.kind == .invalidPlan && error?.location == "/chunks")
    }
    plan.chunks = nil
    plan.seedsAtOnce = 0
    let noSeeds = #expect(throws: ChainError.self) {
      try plan.priced(for: problem)
    }
    #expect(noSeeds?.location == "/seedsAtOnce")
    plan.seedsAtOnce = nil
    // More passes than an integer holds.
    let wide = 1 << 33
    let huge = try Problem(factors: [
      Factor(name: "A", rows: 2, columns: wide),
      Factor(name: "B", rows: wide, columns: 2),
    ])
    plan.chunks = Chunks([
      .init(.rows, parts: wide), .init(.columns, parts: wide),
    ])
    let tooMany = #expect(throws: ChainError.self) {
      try plan.priced(for: huge)
    }
    #expect(tooMany?.expected == "at most \(Chunks.passLimit) passes")
    plan.chunks = Chunks([.init(.rows, parts: 3)])
    let priced = try plan.priced(for: problem)
    let error = #expect(throws: ChainError.self) {
      try Program(
        priced, of: problem, following: Schedule(listing: priced, machines: 2))
    }
    #expect(error?.kind == .unsupported && error?.location == "/chunks")
  }

  @Test("Entries that operands write are written anew before each run")
  func entriesOnDemand() throws {
    let problem = try Problem(factors: [
      Factor(name: "A", rows: 4, columns: 6),
      Factor(
        name: "D", rows: 4, columns: 4, structure: .diagonal),
      Factor(name: "I", rows: 4, columns: 4, structure: .identity),
      Factor(name: "B", rows: 3, columns: 4),
    ])
    var plan = try Solved(problem).plan.plan
    plan.chunks = Chunks([.init(.rows, parts: 3), .init(.columns, parts: 2)])
    let priced = try plan.priced(for: problem)
    let whole = try Program(priced, of: problem)
    let workspace = Workspace()
    for mayBeWritten in [{ _ in true }, { $0 == 1 }] as [(Int) -> Bool] {
      let program = try Program(
        priced, of: problem, entriesOnDemand: mayBeWritten)
      for seed in 1...2 as ClosedRange<UInt64> {
        let operands = try RandomOperands.operands(for: problem, seed: seed)
        let expected = Workspace()
        try whole.give(operands, in: expected)
        try whole.run(in: expected)
        let before = try operands.map { try $0.entries!.denseEntries() }
        for factor in operands.indices {
          #expect(
            !program.readsEntries(ofFactor: factor) || !mayBeWritten(factor))
          // Of those that are written nothing is taken, nor written into.
          try program.give(
            operands[factor].entries!, asFactor: factor, in: workspace)
        }
        let count = try program.run(
          WritingOperands(operands: operands), in: workspace)
        #expect(count.fma == priced.fma)
        #expect(
          program.target(0, in: workspace, is: whole.target(0, in: expected)))
        let others = try RandomOperands.operands(for: problem, seed: 9)
        try program.run(WritingOperands(operands: others), in: workspace)
        #expect(try operands.map { try $0.entries!.denseEntries() } == before)
      }
    }
  }
}
