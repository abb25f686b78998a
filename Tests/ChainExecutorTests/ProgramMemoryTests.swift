import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

/// What a program keeps in memory, and that its runs ask for no more.
struct ProgramMemoryTests {
  private func dense(_ sizes: [Int]) throws -> Problem {
    try Problem(
      factors: zip(sizes, sizes.dropFirst()).enumerated().map {
        Factor(name: "J\($0)", rows: $1.1, columns: $1.0)
      })
  }

  /// Places of the dead are taken over: never less than the priced peak, and
  /// with values in whole cache lines hardly more.
  @Test func placesAreReused() throws {
    try withSeeds(0..<60) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try dense(
        (0..<12).map { _ in 8 * random.integer(in: 1...4) })
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      let program = try Program(plan, of: problem)
      let all = plan.steps.reduce(0) { sum, step in
        guard case .multiply = step.step else { return sum }
        return sum + Int(step.pattern.storedEntries)
      }
      #expect(program.peakBytes >= 8 * Int(plan.peakEntries), "seed \(seed)")
      #expect(program.peakBytes <= 8 * all, "seed \(seed)")
      #expect(
        program.peakBytes <= 16 * Int(plan.peakEntries), "seed \(seed)")
    }
  }

  /// A long chain, folded: two values alive at a time, whatever its length.
  @Test func aLongChainNeedsTwoPlaces() throws {
    let problem = try dense([Int](repeating: 8, count: 1001))
    var steps = (0..<1000).map { Step.given(factor: $0) }
    for factor in 1..<1000 {
      steps.append(
        .multiply(outer: factor, inner: factor == 1 ? 0 : steps.count - 1))
    }
    let plan = try Plan(steps: steps, targets: [steps.count - 1])
      .priced(for: problem)
    #expect(try Program(plan, of: problem).peakBytes == 2 * 64 * 8)
    // The result is elsewhere; entries on demand are read at once, two factors,
    // then one a product, and leave their places to values.
    #expect(try Program(plan, of: problem).blockCount == 2 * 64)
    let program = try Program(
      plan, of: problem, entriesOnDemand: { _ in true })
    #expect(program.peakBytes == 2 * 64 * 8)
    #expect(program.blockCount == 3 * 64)
  }

  /// The unit vectors of dense factors of one size are kept once.
  @Test func unitSeedsAreShared() throws {
    let problem = try Problem(
      factors: (0..<3).map {
        Factor(
          name: "J\($0)", rows: 8, columns: 8, isGiven: false, tangentCost: 1,
          adjointCost: 1)
      })
    let plan = try Plan(
      steps: [
        .accumulate(factor: 0, mode: .tangent),
        .accumulate(factor: 1, mode: .adjoint),
        .multiply(outer: 1, inner: 0),
        .accumulate(factor: 2, mode: .tangent),
        .multiply(outer: 3, inner: 2),
      ], targets: [4]
    ).priced(for: problem)
    // The seeds, and never more than three values at a time.
    #expect(try Program(plan, of: problem).peakBytes == 4 * 64 * 8)
  }

  @Test func arenaPlacesNeverOverlap() throws {
    try withSeeds(0..<50) { seed in
      var random = SplitMix64(seed: seed)
      var arena = Arena()
      var taken: [Range<Int>] = []
      for _ in 0..<200 {
        if taken.isEmpty || !random.oneIn(2) {
          let most = random.oneIn(4) ? 4000 : 40
          let place = try arena.take(random.integer(in: 1...most))
          #expect(place.lowerBound.isMultiple(of: 8))
          #expect(place.upperBound <= arena.count)
          #expect(taken.allSatisfy { !$0.overlaps(place) }, "seed \(seed)")
          taken.append(place)
        } else {
          let index = random.integer(in: 0...taken.count - 1)
          arena.giveBack(taken.remove(at: index))
        }
      }
      for place in taken { arena.giveBack(place) }
      // All of it is one place again.
      let (count, lines) = (arena.count, (arena.count - 1) / 8)
      for line in 0...lines {
        #expect(try arena.take(8) == 8 * line..<8 * line + 8)
      }
      #expect(arena.count == count)
    }
  }

  /// Products of the operands' entries by plain loops, into the given block.
  private final class PlainOperands: Operands {
    private let entries: [[Double]]
    private let shapes: [(rows: Int, columns: Int)]

    init(_ problem: Problem) throws {
      var random = SplitMix64(seed: 1)
      entries = try problem.patterns.map {
        try Matrix.random($0, using: &random).denseEntries()
      }
      shapes = problem.patterns.map { ($0.rows, $0.columns) }
    }

    func apply(
      _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
      into block: inout MutableSpan<Double>
    ) throws {
      let (m, n) = shapes[index]
      let isTangent = mode == .tangent
      for i in 0..<(isTangent ? m : width) {
        for j in 0..<(isTangent ? width : n) {
          var sum = 0.0
          for p in 0..<(isTangent ? n : m) {
            sum +=
              isTangent
              ? entries[index][i * n + p] * seeds[p * width + j]
              : seeds[i * m + p] * entries[index][p * n + j]
          }
          block[i * (isTangent ? width : n) + j] = sum
        }
      }
    }
  }

  #if canImport(Glibc)
    /// A probe that sees nothing proves nothing.
    @Test(.enabled(if: AllocationProbe.works))
    func theProbeSeesAnExecutor() throws {
      let problem = try dense([4, 4, 4])
      let plan = try #require(fold(problem))
      let operands = try RandomOperands.operands(for: problem, seed: 1)
      let executor = Executor()
      #expect(
        !AllocationProbe.isSilent {
          _ = try? executor.run(plan, of: problem, operands: operands)
        })
    }

    /// A program of given factors that has run once.
    private func prepared(
      _ plan: PricedPlan, _ problem: Problem
    ) throws -> () -> Void {
      let (program, workspace) = (try Program(plan, of: problem), Workspace())
      try program.give(
        RandomOperands.operands(for: problem, seed: 1), in: workspace)
      try program.run(in: workspace)
      return { _ = try? program.run(in: workspace) }
    }

    private func fold(_ problem: Problem) -> PricedPlan? {
      var random = SplitMix64(seed: 1)
      return foldedPlan(for: problem, using: &random)
    }

    @Test(.enabled(if: AllocationProbe.works))
    func denseChainsAllocateNothing() throws {
      for sizes in [[Int](repeating: 4, count: 11), [40, 30, 1, 20, 50]] {
        let problem = try dense(sizes)
        let run = try prepared(try #require(fold(problem)), problem)
        let isSilent = AllocationProbe.isSilent { run() }
        #expect(isSilent, "\(sizes)")
      }
    }

    /// Every pair of structures.
    @Test(
      .enabled(if: AllocationProbe.judgesIterators),
      arguments: 0..<Samples.kinds, 0..<Samples.kinds)
    func structuredProductsAllocateNothing(outer: Int, inner: Int) throws {
      var random = SplitMix64(seed: UInt64(100 + 10 * outer + inner))
      for size in [6, 12] {
        let problem = try Problem(
          factors: try [inner, outer].enumerated().map {
            Factor(
              name: "J\($0)", rows: size, columns: size,
              structure: try Samples.pattern($1, size, size, &random)
                .structure)
          })
        let run = try prepared(try #require(fold(problem)), problem)
        let isSilent = AllocationProbe.isSilent { run() }
        #expect(isSilent, "\(problem.patterns)")
      }
    }

    @Test(.enabled(if: AllocationProbe.judgesIterators))
    func matrixFreeChainsAllocateNothing() throws {
      var count = 0
      try withSeeds(0..<40) { seed in
        var random = SplitMix64(seed: seed)
        let problem = randomProblem(seed: seed, limits: false)
        let plan = try randomPlan(for: problem, using: &random)
          .priced(for: problem)
        let operands = try PlainOperands(problem)
        let (program, workspace) = (
          try Program(plan, of: problem), Workspace()
        )
        try program.give(
          RandomOperands.operands(for: problem, seed: seed), in: workspace)
        let first = try program.run(operands, in: workspace)
        if first.evaluations > 0 { count += 1 }
        let isSilent = AllocationProbe.isSilent {
          _ = try? program.run(operands, in: workspace)
        }
        #expect(isSilent, "seed \(seed)")
      }
      #expect(count > 10)
    }
  #endif
}
