import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

/// Every pair of structures: the product is the product, its count is its
/// price, and vectors that fuse give the same bits, whatever their length.
struct ProductTests {
  /// Multiplies and holds the result against the definition; the dense lists
  /// make sure that nothing lies outside the pattern of the product.
  func check(
    _ a: Pattern, _ b: Pattern, _ random: inout SplitMix64
  ) throws {
    let outer = try Matrix.random(a, using: &random)
    let inner = try Matrix.random(b, using: &random)
    let pattern = try Pattern.product(a, b)
    let expected = Samples.naiveProduct(
      try outer.denseEntries(), try inner.denseEntries(), a.rows, a.columns,
      b.columns)
    // By all the vectors that this processor has.
    var fused: [Double]?
    for loops in Loops.all {
      let (product, fma) = try Matrix.product(
        outer, inner, at: nil, by: loops)
      #expect(product.pattern == pattern)
      #expect(
        product.storedBytes == 8 * Int(pattern.storedEntries), "\(a) \(b)")
      #expect(UInt128(fma) == CostModel.multiply(a, b), "\(a) \(b)")
      let found = try product.denseEntries()
      let error = Samples.error(found, expected)
      #expect(error <= 1e-12, "\(loops.name): \(a) \(b)")
      guard loops.fuses, !Self.sumsInParts(b) else { continue }
      if let fused { #expect(found == fused, "\(loops.name): \(a) \(b)") }
      fused = found
    }
  }

  /// Whether the operand, or a part of it, is dense and of few columns: its
  /// products are sums of as many parts as a vector has.
  private static func sumsInParts(_ inner: Pattern) -> Bool {
    switch inner.structure {
    case .blockDiagonal(_, let rows, let columns): columns <= 4 && rows > 7
    case .submatrix(_, let columns): columns.count <= 4
    default: inner.columns <= 4
    }
  }

  @Test(arguments: 0..<Samples.kinds, 0..<Samples.kinds)
  func pairs(outer: Int, inner: Int) throws {
    var random = SplitMix64(seed: UInt64(1000 + 10 * outer + inner))
    for trial in 0..<60 {
      // Squares first (diagonal and identity need them), then any shape.
      var sizes = (0..<3).map { _ in random.integer(in: 1...12) }
      if trial < 20 { sizes = [sizes[0], sizes[0], sizes[0]] }
      if trial >= 20, trial < 30 { sizes[1] = sizes[0] }
      if trial >= 30, trial < 40 { sizes[2] = sizes[1] }
      if trial == 40 { sizes = [1, 1, 1] }
      try check(
        try Samples.pattern(outer, sizes[0], sizes[1], &random),
        try Samples.pattern(inner, sizes[1], sizes[2], &random), &random)
    }
    // No kernel may leave a temporary behind.
  }

  /// Sparse patterns with dense parts and long runs, such as [I 0; B D], and
  /// what such a pattern makes of bands and of itself.
  @Test(arguments: 1...30)
  func densePartsAndLongRuns(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let n = random.integer(in: 20...70)
    let (top, left) = (
      random.integer(in: 0...n / 3), random.integer(in: 0...n / 4)
    )
    let end = random.integer(in: n / 2...n)
    var (rows, columns): ([Int], [Int]) = ([], [])
    for i in 0..<n {
      rows.append(i)
      columns.append(random.integer(in: 0...3) > 0 ? i : (i * 7) % n)
      // Some rows lack the run, so that panels end and begin again.
      guard i >= top, i % 23 != 22 else { continue }
      for j in left..<end {
        rows.append(i)
        columns.append(j)
      }
    }
    let pattern = try Pattern(
      rows: n, columns: n,
      structure: .sparse(
        try SparsePattern(
          rows: n, columns: n, rowIndices: rows, columnIndices: columns)),
      at: "/")
    try check(pattern, Pattern(denseRows: n, columns: 9), &random)
    try check(pattern, Pattern(denseRows: n, columns: 1), &random)
    try check(Pattern(denseRows: 9, columns: n), pattern, &random)
    try check(pattern, pattern, &random)
    for kind in 0..<Samples.kinds {
      let other = try Samples.pattern(kind, n, n, &random)
      try check(pattern, other, &random)
      try check(other, pattern, &random)
    }
  }

  /// Time steps on a line and rows that sensors take out of them: whole vectors
  /// and what is left over, rows in pairs and a last one, edges of both sides.
  @Test(arguments: [(1, 1), (2, 2), (0, 3), (3, 1), (0, 0), (12, 9)])
  func timeSteps(lower: Int, upper: Int) throws {
    var random = SplitMix64(seed: UInt64(1 + 20 * lower + upper))
    func band(_ n: Int, _ lower: Int, _ upper: Int) throws -> Pattern {
      try Pattern(
        rows: n, columns: n, structure: .banded(lower: lower, upper: upper),
        at: "")
    }
    for n in [22, 23, 41] {
      let steps = try band(n, lower, upper)
      let sensors = try Pattern(
        rows: n / 2, columns: n,
        structure: .selection((0..<n / 2).map { $0 * n / (n / 2) }), at: "")
      var rows = try Pattern.product(sensors, steps)
      for (lower, upper) in [(1, 1), (2, 2), (1, 2)] {
        let more = try band(n, lower, upper)
        try check(rows, more, &random)
        rows = try Pattern.product(rows, more)
      }
      for width in [1, 3, 4, 5, 15, 16, 19, 33, 70] {
        let block = Pattern(denseRows: n, columns: width)
        try check(steps, block, &random)
        try check(rows, block, &random)
      }
    }
  }

  /// Rows with the same columns in any order, as in convolutions with channels:
  /// times all that reaches the general product.
  @Test(arguments: 1...40)
  func alikeRows(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let (channels, points) = (
      random.integer(in: 3...20), random.integer(in: 1...9)
    )
    let (m, n) = (channels * points, random.integer(in: 2...30))
    var (rows, columns): ([Int], [Int]) = ([], [])
    for point in 0..<points {
      let few = random.integer(in: 0...3)
      let seen = (0..<n).filter { _ in random.integer(in: 0...3) < few }
      for channel in 0..<channels {
        rows += seen.map { _ in channel * points + point }
        columns += seen
      }
    }
    let pattern = try SparsePattern(
      rows: m, columns: n, rowIndices: rows, columnIndices: columns)
    let alike = AlikeRows(pattern)
    // Fewer don't fill a group.
    #expect((alike == nil) == (m < CostModel.rowsSideBySide))
    // Each row once, with those of its columns.
    var found: [Int] = []
    for group in alike?.groups ?? [] {
      let rows = (0..<8).map { group.rows[$0] }
      #expect(Set(rows).count == group.count)
      found += rows.prefix(group.count)
      for row in rows {
        #expect(
          pattern.row(row) == pattern.row(rows[0]))
      }
    }
    #expect(found.sorted() == Array(0..<(alike == nil ? 0 : m)))
    let outer = try Pattern(
      rows: m, columns: n, structure: .sparse(pattern), at: "/")
    for kind in 0..<Samples.kinds {
      for columns in [n, random.integer(in: 1...12)] {
        try check(
          outer, try Samples.pattern(kind, n, columns, &random), &random)
      }
    }
  }

  /// Wider than a tile of columns, longer than a tile of rows.
  @Test(arguments: 0..<Samples.kinds)
  func tiles(kind: Int) throws {
    var random = SplitMix64(seed: UInt64(77 + kind))
    let wide = Pattern(denseRows: 24, columns: 1100)
    let tall = Pattern(denseRows: 1100, columns: 24)
    let square = try Samples.pattern(kind, 24, 24, &random)
    try check(square, wide, &random)
    try check(tall, square, &random)
    let long = try Samples.pattern(
      kind == 7 ? 3 : kind, 1100, 1100, &random)
    let row = Pattern(denseRows: 2, columns: 1100)
    let column = Pattern(denseRows: 1100, columns: 1)
    try check(row, long, &random)
    try check(long, column, &random)
  }

  /// Rows that no edge cuts, and sweeps over one, two and three diagonals.
  @Test func bandsOfAllWidths() throws {
    var random = SplitMix64(seed: 9)
    func band(_ m: Int, _ n: Int, _ count: Int) throws -> Pattern {
      let lower = random.integer(in: 0...count - 1)
      return try Pattern(
        rows: m, columns: n,
        structure: .banded(lower: lower, upper: count - 1 - lower), at: "/")
    }
    for (outer, inner) in (1...8).flatMap({ a in (1...8).map { (a, $0) } }) {
      let m = random.integer(in: 20...90)
      let (k, n) = (
        m + random.integer(in: -3...3), m + random.integer(in: -3...3)
      )
      try check(
        try band(m, k, outer), try band(k, n, inner), &random)
    }
  }

  @Test func longBands() throws {
    var random = SplitMix64(seed: 5)
    func band(_ m: Int, _ n: Int, _ l: Int, _ u: Int) throws -> Matrix {
      try .random(
        Pattern(
          rows: m, columns: n, structure: .banded(lower: l, upper: u), at: ""),
        using: &random)
    }
    let (a, b) = (try band(5000, 5001, 2, 1), try band(5001, 5003, 0, 3))
    let (product, fma) = try Matrix.product(a, b)
    #expect(UInt128(fma) == CostModel.multiply(a.pattern, b.pattern))
    let vector = (0..<5003).map { _ in random.uniform() }
    let expected = a.plainProduct(
      .tangent, with: b.plainProduct(.tangent, with: vector))
    let found = product.plainProduct(.tangent, with: vector)
    #expect(Samples.error(found, expected) <= 1e-12)
  }

  @Test func blocksInBothOrders() throws {
    var random = SplitMix64(seed: 6)
    func blocks(_ count: Int, _ rows: Int, _ columns: Int) throws -> Pattern {
      try Pattern(
        rows: count * rows, columns: count * columns,
        structure: .blockDiagonal(count: count, rows: rows, columns: columns),
        at: "")
    }
    let shapes: [((Int, Int, Int), (Int, Int, Int))] = [
      ((4, 2, 3), (4, 3, 5)), ((2, 3, 6), (4, 3, 2)), ((6, 2, 2), (3, 4, 5)),
      ((3, 2, 4), (2, 6, 1)), ((12, 1, 5), (12, 5, 1)),
    ]
    for (a, b) in shapes {
      try check(
        try blocks(a.0, a.1, a.2), try blocks(b.0, b.1, b.2), &random)
    }
  }

  /// A wide diagonal-like product must not touch an m × n intermediate.
  @Test func structuredProductsStaySmall() throws {
    var random = SplitMix64(seed: 8)
    let count = 100_000
    let band = try Pattern(
      rows: count, columns: count, structure: .banded(lower: 1, upper: 1),
      at: "")
    let blocks = try Pattern(
      rows: count, columns: count,
      structure: .blockDiagonal(count: count / 2, rows: 2, columns: 2), at: "")
    let a = try Matrix.random(band, using: &random)
    let b = try Matrix.random(blocks, using: &random)
    let (product, fma) = try Matrix.product(a, b)
    #expect(UInt128(fma) == CostModel.multiply(band, blocks))
    let kernel = try Product(
      outer: band, inner: blocks, result: product.pattern
    ).kernel()
    #expect(8 * kernel.scratch < a.storedBytes + product.storedBytes)
  }
}
