import ChainRandom
import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Colours: valid, no more than needed, in closed form where there is one")
struct ColouringTests {
  @Test("Every sample up to 8 × 8 has a valid colouring within its bounds")
  func validity() throws {
    for (m, n) in (1...8).flatMap({ m in (1...8).map { (m, $0) } }) {
      for sample in everyPattern(rows: m, columns: n) {
        let truth = NaivePattern(sample)
        Self.check(
          sample.columnColouring, sample.columnColours, truth, "\(sample)")
        Self.check(
          sample.rowColouring, sample.rowColours, truth.transposed,
          "transposed \(sample)")
      }
    }
  }

  private static func check(
    _ colouring: Colouring, _ count: Int, _ truth: NaivePattern,
    _ comment: Comment
  ) {
    #expect(colouring.count == count, comment)
    #expect(count <= truth.columns, comment)
    #expect(count >= truth.rowCounts.max()!, comment)
    for row in 0..<truth.rows {
      var used = Set<Int>()
      for column in 0..<truth.columns where truth[row, column] {
        guard let colour = colouring.colour(of: column) else {
          Issue.record("no colour for column \(column) of \(comment)")
          continue
        }
        if colour < 0 || colour >= count || !used.insert(colour).inserted {
          Issue.record("colour \(colour) clashes in row \(row) of \(comment)")
        }
      }
    }
  }

  @Test("Closed forms of the model on square shapes")
  func closedForms() {
    for n in 1...9 {
      func colours(_ structure: Structure) -> [Int] {
        let sample = pattern(structure, rows: n, columns: n)
        return [sample.columnColours, sample.rowColours]
      }
      #expect(colours(.dense) == [n, n])
      #expect(colours(.diagonal) == [1, 1])
      #expect(colours(.identity) == [1, 1])
      for (lower, upper) in [(0, 0), (1, 0), (0, 2), (1, 1), (3, 2)] {
        // A band that leaves the shape on one side is shorter on that side.
        let width = min(lower, n - 1) + min(upper, n - 1) + 1
        #expect(
          colours(.banded(lower: lower, upper: upper))
            == [min(n, width), min(n, width)])
      }
    }
    let blocks = pattern(
      .blockDiagonal(count: 7, rows: 3, columns: 5), rows: 21, columns: 35)
    #expect([blocks.columnColours, blocks.rowColours] == [5, 3])
    let gather = pattern(.selection([2, 2, 0, 2]), rows: 4, columns: 5)
    #expect([gather.columnColours, gather.rowColours] == [1, 3])
  }

  @Test("A sparse copy of a closed form gets the same number of colours")
  func sparseCopies() throws {
    for n in [1, 2, 7, 12, 30] {
      let structures: [Structure] = [
        .diagonal, .banded(lower: 1, upper: 1), .banded(lower: 0, upper: 3),
        .banded(lower: 2, upper: 1),
      ]
      for structure in structures {
        let tag = pattern(structure, rows: n, columns: n)
        let copy = pattern(.sparse(try tag.expanded()), rows: n, columns: n)
        #expect(copy.columnColours == tag.columnColours, "\(tag)")
        #expect(copy.rowColours == tag.rowColours, "\(tag)")
      }
    }
    let blocks = pattern(
      .blockDiagonal(count: 6, rows: 2, columns: 3), rows: 12, columns: 18)
    let copy = pattern(.sparse(try blocks.expanded()), rows: 12, columns: 18)
    #expect([copy.columnColours, copy.rowColours] == [3, 2])
  }

  @Test("Rectangular bands need as many colours as their longest row")
  func rectangularBands() {
    for (m, n) in [(3, 9), (9, 3), (4, 5), (1, 6), (6, 1)] {
      for (lower, upper) in [(0, 0), (1, 1), (0, 3), (4, 0)] {
        let structure = Structure.banded(lower: lower, upper: upper)
        let band = pattern(structure, rows: m, columns: n)
        let truth = NaivePattern(structure, rows: m, columns: n)
        #expect(band.columnColours == truth.rowCounts.max()!, "\(band)")
        #expect(band.rowColours == truth.columnCounts.max()!, "\(band)")
      }
    }
  }

  @Test("Random patterns: valid and the same every time")
  func randomPatterns() throws {
    try withSeeds(0..<200) { seed in
      var generator = SplitMix64(seed: seed)
      let m = generator.integer(in: 1...40)
      let n = generator.integer(in: 1...40)
      let rarity = generator.integer(in: 1...20)
      let structure = Structure.sparse(
        sparse(m, n) { _, _ in generator.oneIn(rarity) })
      let sample = pattern(structure, rows: m, columns: n)
      let truth = NaivePattern(structure, rows: m, columns: n)
      Self.check(
        sample.columnColouring, sample.columnColours, truth, "seed \(seed)")
      Self.check(
        sample.rowColouring, sample.rowColours, truth.transposed,
        "seed \(seed) transposed")
      try #require(sample.columnColouring == sample.columnColouring)
    }
  }

  @Test("A colour of a submatrix with many runs takes no walk over them")
  func manyRuns() {
    let n = 400_000
    let even = IndexRuns(stride(from: 0, to: n, by: 2))
    let sample = pattern(
      .submatrix(rows: IndexRuns(0..<1), columns: even), rows: 1, columns: n)
    let colouring = sample.columnColouring
    // Walking the runs for each index would take hours.
    let colours = (0..<n).map { colouring.colour(of: $0) }
    #expect(colours == (0..<n).map { $0.isMultiple(of: 2) ? $0 / 2 : nil })
  }

  @Test("Greedy colouring of an arrow: one long row does not blow up")
  func arrow() throws {
    let n = 20_000
    let rows = (0..<n).flatMap { [0, $0, $0] }
    let columns = (0..<n).flatMap { [$0, $0, 0] }
    let arrow = try SparsePattern(
      rows: n, columns: n, rowIndices: rows, columnIndices: columns)
    let sample = pattern(.sparse(arrow), rows: n, columns: n)
    #expect(sample.columnColours == n)
  }
}
