import ChainRandom
import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("First-fit: the colours of its definition, in linear time and stoppable")
struct FirstFitTests {
  @Test("Random patterns of short and long rows get the colours of the oracle")
  func oracle() throws {
    try withSeeds(0..<120) { seed in
      var generator = SplitMix64(seed: seed)
      let (m, n) = (
        generator.integer(in: 1...50), generator.integer(in: 33...90)
      )
      // Rows differ: nearly full ones among those of a few entries.
      let rarities = (0..<m).map { _ in generator.integer(in: 1...24) }
      let sample = sparse(m, n) { row, _ in
        let rarity = rarities[row]
        return rarity > 12
          ? !generator.oneIn(rarity) : generator.oneIn(rarity)
      }
      for pattern in [sample, sample.transposed] {
        let found = pattern.colouring(.tangent)
        guard let best = ColouringOracle(pattern).best else {
          try #require(found.count == pattern.columns)
          continue
        }
        let colours = (0..<pattern.columns).map { found.colour(of: $0) }
        try #require(colours == best.map { $0 < 0 ? nil : Int($0) })
        try #require(found.count == Int(best.max()!) + 1)
      }
    }
  }

  @Test("Runs hold what a set holds, in any order of insertion")
  func runs() throws {
    try withSeeds(0..<50) { seed in
      var generator = SplitMix64(seed: seed)
      var (runs, set) = (ColourRuns(), Set<Int32>())
      for _ in 0..<60 {
        let colour = Int32(generator.integer(in: 0...80))
        if set.insert(colour).inserted { runs.insert(colour) }
        let first = Int32(generator.integer(in: 0...82))
        try #require(
          runs.firstFree(from: first) == (first...).first { !set.contains($0) })
        var seen: [Int32] = []
        runs.forEach(from: first) { seen.append($0) }
        try #require(seen == set.filter { $0 >= first }.sorted())
      }
    }
  }

  /// What is quadratic in one of them would take minutes.
  @Test("Nearly full rows and columns cost what they hold")
  func longRows() throws {
    let n = 50_000
    let row = sparseRow(n) { $0 != 17 }
    #expect(row.colouring(.tangent).count == n - 1)
    #expect(row.colouring(.adjoint).count == 1)
    #expect(row.transposed.colouring(.tangent).count == 1)
    // An arrow without its corner: no row is ever full from colour 0 on.
    let arrow = SparsePattern(
      rows: n, columns: n,
      rowStarts: [0, n - 1] + (1..<n).map { n - 1 + 2 * $0 },
      columnIndices: Array(1..<n) + (1..<n).flatMap { [0, $0] })
    #expect(arrow.colouring(.tangent).count == n)
    #expect(arrow.colouring(.adjoint).count == n)
  }

  @Test("Long rows that disagree by a few entries")
  func nearlyEqualRows() throws {
    let n = 40_000
    var generator = SplitMix64(seed: 5)
    let rows = (0..<6).map { _ in
      (0..<n).filter { _ in !generator.oneIn(30) }
    }
    let pattern = SparsePattern(
      rows: 6, columns: n,
      rowStarts: rows.reduce(into: [0]) { $0.append($0.last! + $1.count) },
      columnIndices: rows.flatMap { $0 })
    let found = pattern.colouring(.tangent)
    let longest = rows.map(\.count).max()!
    #expect(found.count >= longest && found.count < n)
    for row in rows {
      #expect(Set(row.map { found.colour(of: $0)! }).count == row.count)
    }
  }

  @Test("A wide shape with a few entries costs what it holds")
  func wide() {
    let width = 1 << 40
    let pattern = SparsePattern(
      rows: 3, columns: width, rowStarts: [0, 1, 4, 5],
      columnIndices: [6, 5, 9, width - 1, width - 1])
    let (columns, rows) = (
      pattern.colouring(.tangent), pattern.colouring(.adjoint)
    )
    #expect(columns.count == 3 && rows.count == 2)
    #expect([5, 9, width - 1].map { columns.colour(of: $0) } == [0, 1, 2])
    #expect(columns.colour(of: 6) == 0 && columns.colour(of: 7) == nil)
    #expect((0..<3).map { rows.colour(of: $0) } == [0, 0, 1])
  }

  @Test("A pattern is coloured once, whoever asks, and equality ignores that")
  func once() {
    let pattern = sparseRow(100) { $0 != 3 }
    let copy = Pattern(canonical: .sparse(pattern), rows: 1, columns: 100)
    #expect(pattern.memo.withLock { $0.isEmpty })
    #expect(copy.columnColours == 99 && copy.rowColours == 1)
    #expect(pattern.memo.withLock { $0.count } == 2)
    let other = sparseRow(100) { $0 != 3 }
    #expect(pattern == other && pattern.hashValue == other.hashValue)
    #expect(pattern != sparseRow(100) { $0 != 4 })
  }

  @Test("A stop ends a colouring that takes long, and a short one is finished")
  func stop() throws {
    var generator = SplitMix64(seed: 9)
    let n = 1_500
    let heavy = sparse(n, n) { _, _ in generator.oneIn(3) }
    #expect {
      try heavy.colouring(.tangent, stopping(after: 1))
    } throws: {
      ($0 as? ChainError)?.kind == .interrupted
    }
    #expect(heavy.memo.withLock { $0.isEmpty })
    let light = sparseRow(100) { $0 != 3 }
    #expect(try light.colouring(.tangent, stopping(after: 0)).count == 99)
  }

  private func sparseRow(
    _ n: Int, _ isThere: (Int) -> Bool
  ) -> SparsePattern {
    let columns = (0..<n).filter(isThere)
    return SparsePattern(
      rows: 1, columns: n, rowStarts: [0, columns.count],
      columnIndices: columns)
  }
}
