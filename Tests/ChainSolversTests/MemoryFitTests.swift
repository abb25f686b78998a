import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainSolvers

/// The search for a plan under a limit on memory.
@Suite struct MemoryFitTests {
  /// Asked ever more often before it stops, the search ends without a plan at
  /// first, then with one that fits.
  @Test func whatWasFoundBeforeAStopIsReturned() throws {
    let problem = denseChain([60, 20, 3, 20, 60])
    let free = try Solved(problem).plan
    let limit = free.resultBytes + (free.peakBytes - free.resultBytes) / 4
    func fit(_ control: SearchControl) throws -> MemoryFit {
      try MemoryFit(free, of: problem, limit: limit, control)
    }
    var whole = try fit(.unlimited)
    let best = try whole.plan()
    #expect(best.peakBytes <= limit && whole.stopReason == nil)
    var refused = 0
    var prices: [UInt128] = []
    for calls in 0..<2000 where prices.last != best.price {
      let control = stopping(after: calls)
      guard var stopped = try? fit(control) else { continue }
      do {
        let plan = try stopped.plan()
        #expect(plan.peakBytes <= limit && plan.price >= best.price)
        // There was more to look at.
        #expect(control.shouldStop() == .interrupted)
        #expect(stopped.stopReason == .interrupted)
        prices.append(plan.price)
      } catch {
        #expect(error.kind == .interrupted)
        #expect(error.location == "/limits/memory")
        refused += 1
      }
    }
    #expect(refused > 0)
    #expect(prices.last == best.price)
  }

  /// What is dismissed, be it before its passes are planned, needs more bytes
  /// than it may; whatever the loops.
  @Test func budgetsAreKeptToTheByte() throws {
    var (kept, beside) = (0, 0)
    try withSeeds(0..<600) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try ChunkSamples.chain(&random)
      var plan = randomPlan(for: problem, using: &random)
      let cut = ChunkSamples.cut(
        try plan.priced(for: problem), problem, &random)
      plan.seedsAtOnce = cut.seedsAtOnce
      let whole = try plan.priced(for: problem)
      guard let chunks = cut.chunks,
        let known = try? cut.priced(for: problem)
      else { return }
      func isWithin(_ peak: UInt128, countsResults: Bool) throws -> Bool {
        try whole.cut(
          chunks, for: problem,
          within: Budget(peak: peak, countsResults: countsResults), .unlimited
        ) != nil
      }
      try #require(try isWithin(known.peakBytes, countsResults: true))
      try #require(try !isWithin(known.peakBytes - 1, countsResults: true))
      kept += 1
      guard let peak = known.workingBytes, peak > 0 else { return }
      try #require(try isWithin(peak, countsResults: false))
      try #require(try !isWithin(peak - 1, countsResults: false))
      beside += 1
    }
    #expect(kept > 200 && beside > 50, "\(kept), \(beside)")
  }

  /// Numbers of parts whose product no integer holds are passed over.
  @Test func sidesOfAnyLengthAreCut() throws {
    let wide = 1 << 33
    let problem = try denseChain([wide, 1, wide])
      .with(limits: Limits(memory: 1 << 30))
    let solved = try Solved(problem)
    #expect(solved.plan.peakBytes > 1 << 30 && solved.needsMappedResults)
  }

  /// Where parts look alike a plan needs no more bytes in more of them, so the
  /// fewest that fit are bisected; elsewhere it may, so they are tried in turn.
  @Test func theFewestPartsThatFitAreFound() throws {
    var (falling, rising) = (0, 0)
    try withSeeds(0..<300) { seed in
      var random = SplitMix64(seed: seed)
      let problem = try ChunkSamples.chain(&random)
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      guard problem.factors.count > 1, plan.resultBytes > 0 else { return }
      let shared = Chunks.Side.shared(
        after: random.integer(in: 1...problem.factors.count - 1))
      for side in [.rows, .columns, shared] {
        let loops = side.ladder(in: problem).map {
          [Chunks.Loop(side, parts: $0)]
        }
        let peaks = try loops.map { loops in
          var cut = plan.plan
          cut.chunks = Chunks(loops)
          return try cut.priced(for: problem).peakBytes
        }
        if peaks != peaks.sorted(by: >) {
          try #require(loops[0].looks(in: problem) > 1, "\(side): \(peaks)")
          rising += 1
        } else {
          falling += 1
        }
        for limit in Set(peaks) {
          let found = try loops.first(in: problem) {
            peaks[loops.firstIndex(of: $0)!] <= limit
          }
          try #require(
            found == loops[peaks.firstIndex { $0 <= limit }!], "\(peaks)")
        }
      }
    }
    #expect(falling > 100 && rising > 3, "\(falling) fall, \(rising) rise")
  }
}
