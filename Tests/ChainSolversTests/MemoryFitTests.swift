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
    #expect(best.peakBytes <= limit)
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

  /// Numbers of parts whose product no integer holds are passed over.
  @Test func sidesOfAnyLengthAreCut() throws {
    let wide = 1 << 33
    let problem = try denseChain([wide, 1, wide])
      .with(limits: Limits(memory: 1 << 30))
    let solved = try Solved(problem)
    #expect(solved.plan.peakBytes > 1 << 30 && solved.needsMappedResults)
  }
}
