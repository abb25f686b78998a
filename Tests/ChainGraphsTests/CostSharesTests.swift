import ChainRandom
import Testing

@testable import ChainGraphs

/// Shares of costs, and the spans that they are bracketed in.
@Suite struct CostSharesTests {
  @Test("Shares of any set of cells cost no more than the dearest of them")
  func sharesAreCovered() throws {
    var random = SplitMix64(seed: 11)
    for _ in 0..<200 {
      let count = random.integer(in: 1...6)
      let prices = (0..<count).map { _ in random.integer(in: 1...9) }
      let uses = prices.enumerated().map {
        CostShares.Use(cell: $0, price: $1)
      }
      var shares = try #require(
        CostShares([uses], fixed: [Double](repeating: 0, count: count)))
      for _ in 0..<10 {
        let used = (0..<count).filter { _ in random.oneIn(2) }
        let votes = shares.votes(of: used)
        shares.shift(
          to: votes, by: Double(random.integer(in: 0...1_000_000_000)) / 1e6)
        var exact = shares
        exact.round()
        for set in 1..<1 << count {
          let members = (0..<count).filter { set >> $0 & 1 == 1 }
          let sum = members.reduce(0.0) { $0 + exact.cells[$1] }
          #expect(sum <= Double(members.map { prices[$0] }.max()!))
        }
        #expect(exact.cells.allSatisfy { $0 >= 0 })
      }
    }
  }

  @Test("Nobody disagrees where all use a cost, or none")
  func agreement() throws {
    let uses = (0..<3).map { CostShares.Use(cell: $0, price: 5) }
    let shares = try #require(CostShares([uses], fixed: [0, 0, 0, 0]))
    #expect(shares.votes(of: [0, 1, 2]).disagreement == 0)
    #expect(shares.votes(of: [3]).disagreement == 0)
    #expect(shares.votes(of: [1]).disagreement > 0)
  }

  @Test("Costs of 2⁵⁰ are refused: sums of shares wouldn't be exact")
  func largeCosts() {
    let use = CostShares.Use(cell: 0, price: 1 << 50)
    #expect(CostShares([[use]], fixed: [0]) == nil)
  }

  @Test("Brackets chains as the dynamic program over dimensions does")
  func bracketsChains() {
    var random = SplitMix64(seed: 12)
    var scratch = PathSpans.Scratch()
    for length in 1...9 {
      let spans = PathSpans(length: length)
      #expect(spans.count == PathSpans.cellCount(length: length))
      let sizes = (0...length).map { _ in random.integer(in: 1...9) }
      var cells = [Double](repeating: .infinity, count: spans.count)
      for i in 0..<length {
        cells[spans.leaf(i)] = 0
        for j in i + 1...length {
          for m in i + 1..<max(i + 1, j) {
            cells[spans.product(i, m, j)] = Double(
              sizes[i] * sizes[m] * sizes[j])
          }
        }
      }
      func least(_ i: Int, _ j: Int) -> Int {
        (i + 1..<max(i + 1, j)).map {
          least(i, $0) + least($0, j) + sizes[i] * sizes[$0] * sizes[j]
        }.min() ?? 0
      }
      var marked: [Int] = []
      let price = spans.leastPrice(cells, &scratch) { marked.append($0) }
      #expect(price == Double(least(0, length)))
      #expect(Set(marked).count == 2 * length - 1)
      #expect(marked.reduce(0) { $0 + cells[$1] } == price)
    }
  }
}
