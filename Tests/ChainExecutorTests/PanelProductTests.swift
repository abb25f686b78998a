import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

extension ProductTests {
  @Test func panelsAreFound() throws {
    let half = 20
    let pattern = try Self.coupling(half) { $0 }
    guard case .panels(let panels) = SparseRows(pattern) else {
      Issue.record("no panel")
      return
    }
    #expect(panels.count == 1)
    #expect(panels[0].rows == half..<2 * half)
    // The first row's diagonal prolongs its run, and stays outside.
    #expect(panels[0].columns == 0..<half)
    // Which is what the product is priced by.
    let coupling = try Pattern(
      rows: 2 * half, columns: 2 * half, structure: .sparse(pattern), at: "")
    let block = Pattern(denseRows: 2 * half, columns: 7)
    let work = Work(
      multiply: ValueShape(coupling), ValueShape(block),
      into: ValueShape(block), fma: CostModel.multiply(coupling, block))
    #expect(work.kernel == .dense && work.count == 1)
    #expect(work.sizes == Work.Sizes(Double(half), Double(half), 7))
  }

  /// A flow of coupling layers: the lower half of each has a dense block, and a
  /// turn between them moves it to the top. From the second product on dense
  /// blocks meet, and units, diagonals and rows beside them.
  @Test(arguments: [16, 20, 37])
  func flows(half: Int) throws {
    var random = SplitMix64(seed: UInt64(half))
    let n = 2 * half
    let turned = try Self.coupling(half) { ($0 + half) % n }
    let strips = try #require(PanelStrips(turned, turned))
    #expect(strips.all.flatMap(\.rows) == Array(0..<n))
    #expect(strips.all.allSatisfy { $0.rows.count <= 8 })
    let layer = try Pattern(
      rows: n, columns: n, structure: .sparse(turned), at: "")
    var flow = layer
    for _ in 0..<4 {
      try check(layer, flow, &random)
      try check(flow, layer, &random)
      flow = try Pattern.product(layer, flow)
    }
  }

  /// Panels anywhere in both operands, with entries around them.
  @Test(arguments: 1...60)
  func panelsMeet(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let (outer, inner) = try Self.pair(&random)
    func pattern(_ entries: SparsePattern) throws -> Pattern {
      try Pattern(
        rows: entries.rows, columns: entries.columns,
        structure: .sparse(entries), at: "")
    }
    try check(pattern(outer), pattern(inner), &random)
  }

  /// Most of the drawn pairs are multiplied in panels, and some are not.
  @Test func panelsOftenMeet() throws {
    let met = try (1...60).filter { seed in
      var random = SplitMix64(seed: UInt64(seed))
      let (outer, inner) = try Self.pair(&random)
      return PanelStrips(outer, inner) != nil
    }
    #expect((20..<60).contains(met.count), "\(met.count)")
  }

  /// What is priced is what is multiplied: eight rows at a time.
  @Test func panelsThatMeetArePriced() throws {
    let half = 32
    let layer = try Pattern(
      rows: 2 * half, columns: 2 * half,
      structure: .sparse(Self.coupling(half) { ($0 + half) % (2 * half) }),
      at: "")
    let product = try Pattern.product(layer, layer)
    let fma = CostModel.multiply(layer, layer)
    let work = Work(
      multiply: ValueShape(layer), ValueShape(layer),
      into: ValueShape(product), fma: fma)
    #expect(work.kernel == .dense)
    #expect(work.sizes == Work.Sizes(8, Double(half), Double(half)))
    #expect(work.count == half / 8)
  }

  /// [I 0; A D] with its rows moved.
  private static func coupling(
    _ half: Int, _ place: (Int) -> Int
  ) throws -> SparsePattern {
    var (rows, columns): ([Int], [Int]) = ([], [])
    for i in 0..<2 * half {
      let own = i < half ? [i] : Array(0..<half) + [i]
      rows += own.map { _ in place(i) }
      columns += own
    }
    return try SparsePattern(
      rows: 2 * half, columns: 2 * half, rowIndices: rows,
      columnIndices: columns)
  }

  /// Two operands with panels.
  private static func pair(
    _ random: inout SplitMix64
  ) throws -> (outer: SparsePattern, inner: SparsePattern) {
    let (m, k, n) = (
      random.integer(in: 8...50), random.integer(in: 20...60),
      random.integer(in: 20...60)
    )
    return (try panels(m, k, &random), try panels(k, n, &random))
  }

  /// Bands of rows, most of which share a run of columns and have an entry on
  /// each side of it.
  private static func panels(
    _ m: Int, _ n: Int, _ random: inout SplitMix64
  ) throws -> SparsePattern {
    var (rows, columns): ([Int], [Int]) = ([], [])
    var row = 0
    while row < m {
      let height = min(m - row, random.integer(in: 6...30))
      let first = random.integer(in: 2...n - 18)
      let end = random.integer(in: max(first + 16, n - 6)...n - 1)
      let isPanel = random.integer(in: 0...4) > 0
      for i in row..<row + height {
        let own =
          [random.integer(in: 0...first - 2)]
          + (isPanel ? Array(first..<end) : [first, end - 1])
          + [random.integer(in: end...n - 1)]
        rows += own.map { _ in i }
        columns += own
      }
      row += height
    }
    return try SparsePattern(
      rows: m, columns: n, rowIndices: rows, columnIndices: columns)
  }
}
