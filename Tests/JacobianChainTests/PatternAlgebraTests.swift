import ChainRandom
import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Pattern algebra: the tags equal the expanded patterns")
struct PatternAlgebraTests {
  private static let shapes = (1...5).flatMap { m in (1...5).map { (m, $0) } }

  @Test("Products of all pairs, and their prices, up to 5 × 5 × 5")
  func allProducts() throws {
    let samples = Dictionary(
      uniqueKeysWithValues: Self.shapes.map { m, n in
        ("\(m)x\(n)", everyPattern(rows: m, columns: n).map(Sample.init))
      })
    for m in 1...5 {
      for k in 1...5 {
        for outer in samples["\(m)x\(k)"]! {
          for n in 1...5 {
            for inner in samples["\(k)x\(n)"]! {
              try Self.check(outer, inner)
            }
          }
        }
      }
    }
  }

  /// Long rows are united as masks, short ones as lists.
  @Test("Products of sparse patterns of many columns")
  func manyColumns() throws {
    try withSeeds(0..<60) { seed in
      var generator = SplitMix64(seed: seed)
      let sizes = (0..<3).map { _ in generator.integer(in: 1...200) }
      func drawn(_ rows: Int, _ columns: Int) throws -> Sample {
        let sparsity = generator.integer(in: 2...60)
        let places = (0..<rows * columns).filter { _ in
          generator.oneIn(sparsity)
        }
        return Sample(
          pattern(
            .sparse(
              try SparsePattern(
                rows: rows, columns: columns,
                rowIndices: places.map { $0 / columns },
                columnIndices: places.map { $0 % columns })), rows: rows,
            columns: columns))
      }
      try Self.check(drawn(sizes[0], sizes[1]), drawn(sizes[1], sizes[2]))
    }
  }

  @Test("Sparse patterns wider than any mask")
  func widest() throws {
    let n = Problem.dimensionLimit
    let tall = try SparsePattern(
      rows: 3, columns: 3, rowIndices: [0, 0, 2], columnIndices: [0, 2, 1])
    let wide = try SparsePattern(
      rows: 3, columns: n, rowIndices: [0, 0, 1, 2, 2],
      columnIndices: [n - 1, 7, 0, 7, 3])
    let product = try tall.product(wide, .unlimited)
    #expect(product.columns == n)
    #expect(
      (0..<3).map { Array(product.row($0)) } == [[3, 7, n - 1], [], [0]])
  }

  /// A pattern and its table.
  struct Sample {
    let pattern: Pattern
    let naive: NaivePattern
    init(_ pattern: Pattern) {
      self.pattern = pattern
      naive = NaivePattern(pattern)
    }
  }

  private static func check(_ outer: Sample, _ inner: Sample) throws {
    let product = try Pattern.product(outer.pattern, inner.pattern)
    let truth = outer.naive * inner.naive
    guard NaivePattern(product) == truth else {
      Issue.record("\(outer.pattern) · \(inner.pattern) = \(product)")
      return
    }
    let isUnit =
      outer.pattern.structure.isUnit || inner.pattern.structure.isUnit
    let price =
      isUnit ? 0 : NaivePattern.multiplications(outer.naive, inner.naive)
    if CostModel.multiply(outer.pattern, inner.pattern) != UInt128(price) {
      Issue.record("\(outer.pattern) · \(inner.pattern) is not \(price) fma")
    }
    let bothUnit =
      outer.pattern.structure.isUnit && inner.pattern.structure.isUnit
    if product.structure.isUnit != bothUnit {
      Issue.record("\(outer.pattern) · \(inner.pattern): unit or not?")
    }
  }

  @Test("Seeded chains: each prefix product equals the boolean product")
  func randomChains() throws {
    try withSeeds(0..<300) { seed in
      var generator = SplitMix64(seed: seed)
      let factors = MixedFactors(dimensions: 1...30).draw(
        6, using: &generator)
      let problem = try Problem(factors: factors)
      var product = problem.patterns[0]
      var truth = NaivePattern(product)
      for own in problem.patterns.dropFirst() {
        product = try Pattern.product(own, product)
        truth = NaivePattern(own) * truth
        try #require(NaivePattern(product) == truth, "\(product)")
      }
    }
  }

  @Test("Counts, nonzeros, expansion and transpose of every sample")
  func counts() throws {
    for (m, n) in (1...7).flatMap({ m in (1...7).map { (m, $0) } }) {
      for structure in everyStructure(rows: m, columns: n) {
        let tag = pattern(structure, rows: m, columns: n)
        let truth = NaivePattern(structure, rows: m, columns: n)
        #expect(NaivePattern(tag) == truth, "canonical of \(structure)")
        #expect(tag.rowCounts.values == truth.rowCounts, "\(tag)")
        #expect(tag.columnCounts.values == truth.columnCounts, "\(tag)")
        let total = truth.entries.count { $0 }
        #expect(tag.nonzeros == UInt128(total), "\(tag)")
        let stored = tag.structure.isUnit ? 0 : total
        #expect(tag.storedEntries == UInt128(stored), "\(tag)")
        let expanded = Structure.sparse(try tag.expanded())
        #expect(
          NaivePattern(expanded, rows: m, columns: n) == truth, "\(tag)")
        #expect(
          try NaivePattern(tag.transposed()) == truth.transposed, "\(tag)")
      }
    }
  }

  @Test("Canonical forms")
  func canonical() {
    func canonical(_ structure: Structure, _ m: Int, _ n: Int) -> Structure {
      pattern(structure, rows: m, columns: n).structure
    }
    #expect(canonical(.banded(lower: 9, upper: 9), 3, 4) == .dense)
    #expect(canonical(.banded(lower: 0, upper: 0), 3, 3) == .diagonal)
    #expect(
      canonical(.banded(lower: 0, upper: 0), 3, 4)
        == .banded(lower: 0, upper: 0))
    #expect(
      canonical(.banded(lower: 99, upper: 0), 3, 4)
        == .banded(lower: 2, upper: 0))
    #expect(
      canonical(.blockDiagonal(count: 1, rows: 2, columns: 3), 2, 3) == .dense)
    #expect(
      canonical(.blockDiagonal(count: 4, rows: 1, columns: 1), 4, 4)
        == .diagonal)
    #expect(canonical(.diagonal, 1, 1) == .dense)
    #expect(canonical(.identity, 1, 1) == .identity)
    let full = IndexRuns(0..<3)
    #expect(canonical(.submatrix(rows: full, columns: full), 3, 3) == .dense)
    #expect(
      canonical(.submatrix(rows: IndexRuns(), columns: full), 3, 3)
        == .submatrix(rows: IndexRuns(), columns: IndexRuns()))
    #expect(canonical(.sparse(sparse(2, 2) { _, _ in true }), 2, 2) == .dense)
  }

  @Test("Closed forms on 2^40 dimensions need no expansion")
  func hugeShapes() throws {
    let n = Problem.dimensionLimit
    let band = pattern(.banded(lower: 1, upper: 2), rows: n, columns: n)
    let square = try Pattern.product(band, band)
    #expect(square.structure == .banded(lower: 2, upper: 4))
    #expect(band.nonzeros == UInt128(4 * n - 4))
    let blocks = pattern(
      .blockDiagonal(count: n / 4, rows: 4, columns: 4), rows: n, columns: n)
    #expect(try Pattern.product(blocks, blocks) == blocks)
    let column = Pattern(denseRows: n, columns: 1)
    let sensors = pattern(.selection([0, n - 1]), rows: 2, columns: n)
    #expect(try Pattern.product(band, column).isDense)
    #expect(try Pattern.product(blocks, column).isDense)
    #expect(try Pattern.product(sensors, column).isDense)
    #expect(CostModel.multiply(band, column) == UInt128(4 * n - 4))
    #expect(band.columnColours == 4 && band.columnColouring.count == 4)
    let corner = pattern(
      .submatrix(rows: IndexRuns(0..<1), columns: IndexRuns(n - 1..<n)),
      rows: n, columns: n)
    #expect(
      try Pattern.product(band, corner).structure
        == .submatrix(rows: IndexRuns(0..<2), columns: IndexRuns(n - 1..<n)))
  }

  @Test("What can't be held is refused, not attempted")
  func tooLarge() {
    let n = Problem.dimensionLimit
    let band = pattern(.banded(lower: 1, upper: 1), rows: n, columns: n)
    let blocks = pattern(
      .blockDiagonal(count: n / 2, rows: 2, columns: 2), rows: n, columns: n)
    for (outer, inner) in [(band, blocks), (blocks, band)] {
      let error = #expect(throws: ChainError.self) {
        try Pattern.product(outer, inner)
      }
      #expect(error?.kind == .tooLarge)
    }
    let error = #expect(throws: ChainError.self) { try band.expanded() }
    #expect(error?.kind == .tooLarge)
  }
}
