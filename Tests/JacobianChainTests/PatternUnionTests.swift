import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Sums of patterns: the tags equal the expanded patterns")
struct PatternUnionTests {
  @Test("Unions of all pairs up to 6 × 6, either way round, and not a unit")
  func allUnions() throws {
    for (m, n) in (1...6).flatMap({ m in (1...6).map { (m, $0) } }) {
      let samples = everyPattern(rows: m, columns: n).map {
        (pattern: $0, naive: NaivePattern($0))
      }
      for a in samples {
        for b in samples {
          let union = try Pattern.union(a.pattern, b.pattern)
          guard NaivePattern(union) == a.naive | b.naive else {
            Issue.record("\(a.pattern) ∪ \(b.pattern) = \(union)")
            continue
          }
          if union.structure.isUnit {
            Issue.record("\(a.pattern) ∪ \(b.pattern) is a unit")
          }
          if try Pattern.union(b.pattern, a.pattern) != union {
            Issue.record("\(b.pattern) ∪ \(a.pattern) is encoded otherwise")
          }
        }
      }
    }
  }

  @Test("What has a closed form keeps it")
  func closedForms() throws {
    func union(
      _ a: Structure, _ b: Structure, _ m: Int, _ n: Int
    ) throws -> Structure {
      try Pattern.union(
        pattern(a, rows: m, columns: n), pattern(b, rows: m, columns: n)
      ).structure
    }
    let n = 1 << 30
    #expect(try union(.identity, .identity, n, n) == .diagonal)
    #expect(try union(.identity, .negatedIdentity, n, n) == .diagonal)
    #expect(try union(.diagonal, .identity, n, n) == .diagonal)
    #expect(try union(.identity, .identity, 1, 1) == .dense)
    #expect(
      try union(
        .banded(lower: 2, upper: 0), .banded(lower: 0, upper: 3), n, n + 5)
        == .banded(lower: 2, upper: 3))
    #expect(
      try union(.negatedIdentity, .banded(lower: 1, upper: 0), n, n)
        == .banded(lower: 1, upper: 0))
    let (small, large) = (
      Structure.blockDiagonal(count: 1 << 28, rows: 4, columns: 4),
      Structure.blockDiagonal(count: 1 << 26, rows: 16, columns: 16)
    )
    #expect(try union(small, large, n, n) == large)
    #expect(try union(.identity, small, n, n) == small)
    #expect(try union(.dense, small, n, n) == .dense)
    // Lists that make a closed form are no list.
    #expect(
      try union(
        .selection([0, 1, 2, 3]),
        .sparse(sparse(4, 4) { $0 == $1 + 1 }), 4, 4)
        == .banded(lower: 1, upper: 0))
    #expect(
      try union(
        .sparse(sparse(4, 6) { $0 < 2 && $1 < 3 }),
        .sparse(sparse(4, 6) { $0 > 1 && $1 > 2 }), 4, 6)
        == .blockDiagonal(count: 2, rows: 2, columns: 3))
  }

  @Test("Signs: products of units and their negatives, however bracketed")
  func signs() throws {
    let units: [Structure] = [
      .identity, .negatedIdentity, .selection([2, 0, 2]),
      .negatedSelection([1, 1, 0]), .selection([0, 1, 2]),
    ]
    let patterns = units.map { pattern($0, rows: 3, columns: 3) }
    func sign(_ pattern: Pattern) -> Double { pattern.structure.unit! }
    for a in patterns {
      for b in patterns {
        let product = try Pattern.product(a, b)
        #expect(sign(product) == sign(a) * sign(b))
        for c in patterns {
          #expect(
            try Pattern.product(Pattern.product(a, b), c)
              == Pattern.product(a, Pattern.product(b, c)))
        }
      }
    }
    let minus = patterns[1]
    #expect(try Pattern.product(minus, minus) == patterns[0])
    let dense = pattern(.dense, rows: 3, columns: 9)
    #expect(CostModel.multiply(minus, dense) == 0)
  }
}
