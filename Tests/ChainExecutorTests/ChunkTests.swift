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
  /// A chain of four to six factors of every structure, given or not.
  private func chain(_ random: inout SplitMix64) throws -> Problem {
    var factors: [Factor] = []
    var columns = random.integer(in: 2...9)
    for index in 0..<random.integer(in: 1...5) {
      let rows = random.oneIn(2) ? columns : random.integer(in: 2...9)
      let structures = everyStructure(rows: rows, columns: columns).filter {
        switch $0 {
        case .submatrix, .negatedSelection: false
        default: true
        }
      }
      let isPlain = random.oneIn(2)
      let modes = random.integer(in: 0...5)
      factors.append(
        Factor(
          name: "J\(index)", rows: rows, columns: columns,
          structure: isPlain
            ? .dense
            : structures[random.integer(in: 0...structures.count - 1)],
          isGiven: modes == 0 || modes == 5,
          tangentCost: [1, 4, 5].contains(modes) ? 7 : nil,
          adjointCost: [2, 3, 4, 5].contains(modes) ? 11 : nil))
      columns = rows
    }
    return try Problem(factors: factors)
  }

  /// Loops for a value of some factors of the chain; over no dimension that one
  /// of the values that it reads has summed over.
  private func loops(
    _ problem: Problem, _ span: Range<Int>, reading: [Range<Int>] = [],
    _ random: inout SplitMix64
  ) -> [Chunks.Loop] {
    let rows = Chunks.Side.rows.length(in: problem, span)
    let columns = Chunks.Side.columns.length(in: problem, span)
    var loops: [Chunks.Loop] = []
    if random.oneIn(2), rows > 1 {
      loops.append(.init(.rows, parts: random.integer(in: 2...rows)))
    }
    if loops.isEmpty || random.oneIn(2), columns > 1 {
      loops.append(
        .init(.columns, parts: random.integer(in: 2...columns)))
    }
    let shared = span.dropFirst().map { Chunks.Side.shared(after: $0) }
      .filter { side in !reading.contains { side.isInside($0) } }
    if !shared.isEmpty, random.oneIn(2) {
      let side = shared[random.integer(in: 0...shared.count - 1)]
      let length = side.length(in: problem)
      if length > 1 {
        loops.insert(
          .init(side, parts: random.integer(in: 2...length)),
          at: random.integer(in: 0...loops.count))
      }
    }
    if random.oneIn(2) { loops.reverse() }
    if !loops.isEmpty { loops[0].remakes = random.oneIn(3) }
    return loops
  }

  /// Loops around the whole, or values one after the other in loops of their
  /// own; all seeds at once, or a few at a time.
  private func cut(
    _ whole: PricedPlan, _ problem: Problem, _ random: inout SplitMix64
  ) -> Plan {
    var plan = whole.plan
    let spans = whole.steps.map { $0.innermost!..<$0.outermost! + 1 }
    var values: [Int] = []
    if random.oneIn(2) {
      values = plan.steps.indices.filter { id in
        if case .given = plan.steps[id] { return false }
        // What only has another name is no value of its own.
        return id != plan.targets[0]
          && whole.steps[id].pattern.storedEntries > 0
          && random.oneIn(2)
      }
    }
    func loops(_ step: Int) -> [Chunks.Loop] {
      let inside = values.filter {
        $0 < step && spans[step].contains(spans[$0].lowerBound)
      }.map { spans[$0] }
      return self.loops(problem, spans[step], reading: inside, &random)
    }
    let stages = values.map {
      Chunks.Stage($0, random.oneIn(3) ? [] : loops($0))
    }
    plan.chunks = Chunks(
      !stages.isEmpty && random.oneIn(4) ? [] : loops(plan.targets[0]),
      after: stages)
    if random.oneIn(2) { plan.seedsAtOnce = random.integer(in: 1...4) }
    return plan
  }

  @Test("Every structure, every mode, loops in both orders", arguments: 0..<6)
  func random(batch: Int) throws {
    var (runs, sums, staged) = (0, 0, 0)
    try withSeeds(UInt64(100 * batch)..<UInt64(100 * batch + 100)) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try chain(&random)
      let plan = randomPlan(for: problem, using: &random)
      let whole = try plan.priced(for: problem)
      let cut = cut(whole, problem, &random)
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
      let problem = try chain(&random)
      var plan = randomPlan(for: problem, using: &random)
      if random.oneIn(2) {
        plan = cut(try plan.priced(for: problem), problem, &random)
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

  /// Whatever the chain: a limit is kept to the byte, or refused with a peak
  /// above it; never at less than the price without one.
  @Test("Limits on random chains of every structure", arguments: 0..<4)
  func randomLimits(batch: Int) throws {
    var (kept, refused, sparing, staged) = (0, 0, 0, 0)
    try withSeeds(UInt64(40 * batch)..<UInt64(40 * batch + 40)) { seed in
      var random = SplitMix64(seed: 7000 + seed)
      var problem = try chain(&random)
      var objective = Objective.fma
      if random.oneIn(2) {
        problem = try timed(problem, seed: seed)
        objective = .time(try randomProfile(seed: seed))
      }
      let free = try Solved(problem, objective: objective).plan
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let right = try Executor().run(free, of: problem, operands: operands)
        .targets[0].denseEntries()
      let room = free.peakBytes - free.resultBytes
      for share in [4, 2, 1, UInt128(random.integer(in: 0...3))] {
        var limits = problem.limits
        limits.memory = Int(max(1, free.resultBytes + room * share / 4))
        let limited = try problem.with(limits: limits)
        let solved: Solved
        do throws(ChainError) {
          solved = try Solved(limited, objective: objective)
        } catch {
          try #require(error.kind == .infeasible && share < 4, "\(error)")
          let found = error.expected.split(separator: " ")
            .compactMap { UInt128($0) }
          try #require(found.allSatisfy { $0 > limits.memory! }, "\(error)")
          refused += 1
          continue
        }
        let plan = solved.plan
        try #require(plan.price >= free.price)
        if share == 4 { try #require(plan == free) }
        guard !solved.needsMappedResults else { continue }
        try #require(plan.peakBytes <= limits.memory!)
        let run = try Executor().run(plan, of: limited, operands: operands)
        try #require(run.peakBytes == Int(plan.peakBytes), "\(plan.plan)")
        try #require(run.countedFMA == plan.fma)
        let made = try run.targets[0].denseEntries()
        try #require(Samples.error(made, right) <= 1e-13, "\(plan.plan)")
        kept += 1
        if plan.plan.seedsAtOnce != nil { sparing += 1 }
        if plan.plan.chunks.map({ !$0.stages.isEmpty }) ?? false { staged += 1 }
      }
    }
    #expect(
      kept > 40 && refused > 3 && sparing > 0 && staged > 0,
      "\(kept) kept, \(refused) refused, \(sparing) sparing, \(staged) staged")
  }

  /// What needed more than the price without a limit, or was refused, when all
  /// seeds were evaluated at once and only the target had loops.
  @Test(
    "Values in loops of their own and few seeds at a time cost nothing",
    arguments: [
      ("accumulate-first", 2), ("tape-unlimited", 2), ("tape-unlimited", 4),
      ("tape-limited", 2), ("tape-limited", 4),
    ] as [(String, UInt128)])
  func stages(name: String, share: UInt128) throws {
    let url = try #require(
      PeakBytesTests.problems.first {
        $0.lastPathComponent == "\(name).json"
      })
    let problem = try ProblemFile(
      parsing: Files.read(url.path), file: name,
      directory: url.deletingLastPathComponent().path
    ).problem
    let free = try Solved(problem).plan
    var limits = problem.limits
    limits.memory = Int(
      free.resultBytes + (free.peakBytes - free.resultBytes) / share)
    let plan = try Solved(problem.with(limits: limits)).plan
    #expect(plan.peakBytes <= limits.memory!)
    #expect(plan.fma == free.fma)
    #expect(plan.plan.isInParts)
  }

  /// Those that a debug build searches in a moment.
  static let limited: Set<String> = [
    "w01-autoencoder-600", "autoencoder-activations", "selection-both-ends",
    "sparse-arrow", "sparse-mesh", "tape-limited", "tape-unlimited",
    "accumulate-first", "mixed-given-and-matrix-free",
  ]

  /// Limits between the results alone and what the best plan takes are kept to
  /// the byte, or refused with the least peak that was found.
  @Test(
    "Limits on workloads and structured problems",
    arguments: PeakBytesTests.problems.filter {
      limited.contains($0.deletingPathExtension().lastPathComponent)
    })
  func limits(_ url: URL) throws {
    let problem = try ProblemFile(
      parsing: Files.read(url.path), file: url.lastPathComponent,
      directory: url.deletingLastPathComponent().path
    ).problem
    let free = try Solved(problem).plan
    let room = free.peakBytes - free.resultBytes
    guard free.resultBytes > 0, room > 0 else { return }
    let runs = free.fma <= 10_000_000 && free.resultBytes < 1 << 26
    let operands =
      runs ? try RandomOperands.operands(for: problem, seed: 1) : []
    let right =
      runs
      ? try Executor().run(free, of: problem, operands: operands).targets : []
    for (numerator, denominator) in [(1, 1), (1, 2), (1, 4)]
      as [(UInt128, UInt128)]
    {
      var limits = problem.limits
      let limit = free.resultBytes + room * numerator / denominator
      limits.memory = Int(limit)
      let limited = try problem.with(limits: limits)
      let solved: Solved
      do {
        solved = try Solved(limited)
      } catch {
        #expect(error.kind == .infeasible && numerator < denominator)
        continue
      }
      #expect(
        solved.needsMappedResults
          ? solved.plan.workingBytes ?? .max <= limit
          : solved.plan.peakBytes <= limit)
      #expect(solved.plan.fma >= free.fma)
      if numerator == denominator { #expect(solved.plan == free) }
      guard runs, !solved.needsMappedResults,
        solved.plan.fma <= 10 * free.fma
      else { continue }
      let run = try Executor().run(
        solved.plan, of: limited, operands: operands)
      #expect(run.peakBytes == Int(solved.plan.peakBytes))
      #expect(run.countedFMA == solved.plan.fma)
      for (a, b) in zip(run.targets, right) {
        let error = Samples.error(
          try a.denseEntries(), try b.denseEntries())
        #expect(error <= 1e-13)
      }
    }
  }
}
