import ChainRandom
import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Patterns by number")
struct PatternTableTests {
  @Test("Numbers are those of the patterns; products and prices theirs")
  func likeThePatterns() throws {
    var table = PatternTable()
    var known: [Int: Pattern] = [:]
    func number(_ pattern: Pattern) throws -> Int {
      let number = table.number(of: pattern)
      let same = known.updateValue(pattern, forKey: number) ?? pattern
      try #require(same == pattern && table.pattern(number) == pattern)
      return number
    }
    for (m, k, n) in [(1, 1, 1), (2, 3, 4), (4, 4, 4), (3, 1, 5), (4, 2, 4)] {
      for outer in everyPattern(rows: m, columns: k) {
        for inner in everyPattern(rows: k, columns: n) {
          let (a, b) = (try number(outer), try number(inner))
          for _ in 0..<2 {
            let id = try table.product(a, b)
            let product = table.pattern(id)
            let truth = try Pattern.product(outer, inner)
            let price = CostModel.multiply(outer, inner)
            let direct = try table.product(outer, inner)
            try #require(product == truth && direct == truth)
            try #require(table.price(a, b) == price)
            try #require(table.price(outer, inner) == price)
          }
          for mode in Mode.allCases {
            let expected = CostModel.evaluations(mode, outer)
            try #require(table.evaluations(mode, a) == expected)
            try #require(table.evaluations(mode, outer) == expected)
          }
        }
      }
    }
    #expect(Set(known.values).count == known.count)
    #expect(table.count >= known.count)
  }

  /// Their hashes see a sample of the entries only.
  @Test("Patterns that differ in one entry have different numbers")
  func neverMerged() throws {
    let n = 40
    var table = PatternTable()
    var numbers = Set<Int>()
    for missing in 0..<n * n {
      let entries = (0..<n * n).filter { $0 != missing }
      let sparse = try SparsePattern(
        rows: n, columns: n, rowIndices: entries.map { $0 / n },
        columnIndices: entries.map { $0 % n })
      numbers.insert(
        table.number(of: pattern(.sparse(sparse), rows: n, columns: n)))
    }
    #expect(numbers.count == n * n)
  }

  @Test("A steady pattern is multiplied once, whatever the word")
  func steady() throws {
    let step = try TiedSteps.tridiagonal(states: 12, parameters: 2)
    let own = pattern(step.structure, rows: step.rows, columns: step.columns)
    var table = PatternTable()
    let first = table.number(of: own)
    var power = first
    for _ in 0..<5000 { power = try table.product(first, power) }
    // A fills up within 11 steps.
    #expect(table.count == 11)
    #expect(table.computedProducts == 11)
  }

  @Test("What is released can be priced, and comes again")
  func released() throws {
    var generator = SplitMix64(seed: 4)
    let n = 3000
    func drawn() throws -> Pattern {
      let entries = (0..<n).flatMap { row in
        (0..<n).filter { _ in !generator.oneIn(4) }.map { (row, $0) }
      }
      return pattern(
        .sparse(
          try SparsePattern(
            rows: n, columns: n, rowIndices: entries.map(\.0),
            columnIndices: entries.map(\.1))), rows: n, columns: n)
    }
    var table = PatternTable()
    let patterns = [try drawn(), try drawn(), try drawn()]
    let numbers = patterns.map { table.number(of: $0) }
    table.release(allBut: [numbers[2]])
    #expect(table.pattern(numbers[2]) == patterns[2])
    for (i, outer) in patterns.enumerated() {
      for (j, inner) in patterns.enumerated() {
        #expect(
          table.price(numbers[i], numbers[j])
            == CostModel.multiply(outer, inner))
      }
    }
    let again = table.number(of: patterns[0])
    #expect(again != numbers[0] && table.pattern(again) == patterns[0])
  }
}
