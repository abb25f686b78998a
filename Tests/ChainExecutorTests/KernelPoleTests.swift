import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

/// 0 · ∞ is NaN in every kernel: an entry that isn't finite shows wherever it
/// is multiplied by an entry that is there, and nowhere else.
struct KernelPoleTests {
  private func check(
    _ a: Pattern, _ b: Pattern, _ random: inout SplitMix64
  ) throws {
    let (outer, inner) = (try Places(a), try Places(b))
    for isOuter in [true, false] {
      let own = isOuter ? outer : inner
      // Entries of unit structures are known ones.
      guard !own.isUnit, !own.all.isEmpty else { continue }
      let pole = own.all[random.integer(in: 0...own.all.count - 1)]
      let number = [Double.infinity, -.infinity, .nan][
        random.integer(in: 0...2)]
      func matrix(_ places: Places, _ isOwn: Bool) throws -> Matrix {
        try Matrix(
          pattern: places.pattern,
          denseEntries: (0..<places.pattern.rows * places.pattern.columns).map {
            isOwn && $0 == pole.row * places.pattern.columns + pole.column
              ? number : 0
          })
      }
      let product = try Matrix.product(
        try matrix(outer, isOuter), try matrix(inner, !isOuter)
      ).0
      let rows = isOuter ? [pole.row] : outer.rows(of: pole.row)
      let columns = isOuter ? inner.columns(of: pole.column) : [pole.column]
      for row in 0..<a.rows {
        for column in 0..<b.columns {
          let isReached = rows.contains(row) && columns.contains(column)
          #expect(
            product.entry(row, column).isFinite == !isReached,
            "\(a.structure.name) \(b.structure.name) at \(row), \(column)")
        }
      }
    }
  }

  private struct Places {
    let pattern: Pattern
    let all: [(row: Int, column: Int)]
    var isUnit: Bool { pattern.structure.isUnit }

    init(_ pattern: Pattern) throws {
      self.pattern = pattern
      let expanded = try pattern.expanded()
      all = (0..<pattern.rows).flatMap { row in
        expanded.row(row).map { (row, $0) }
      }
    }

    func columns(of row: Int) -> [Int] {
      all.filter { $0.row == row }.map(\.column)
    }

    func rows(of column: Int) -> [Int] {
      all.filter { $0.column == column }.map(\.row)
    }
  }

  @Test(arguments: 0..<Samples.kinds, 0..<Samples.kinds)
  func pairs(outer: Int, inner: Int) throws {
    var random = SplitMix64(seed: UInt64(2000 + 10 * outer + inner))
    for trial in 0..<30 {
      var sizes = (0..<3).map { _ in random.integer(in: 1...24) }
      if trial < 15 { sizes = [sizes[0], sizes[0], sizes[0]] }
      try check(
        try Samples.pattern(outer, sizes[0], sizes[1], &random),
        try Samples.pattern(inner, sizes[1], sizes[2], &random), &random)
    }
  }

  @Test("panels, alike rows and bands times wide blocks")
  func longRuns() throws {
    var random = SplitMix64(seed: 3)
    let n = 40
    for (top, left, end) in [(0, 0, 40), (7, 3, 33), (11, 9, 21)] {
      var (rows, columns): ([Int], [Int]) = ([], [])
      for i in 0..<n {
        rows.append(i)
        columns.append(i)
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
      let band = try Pattern(
        rows: n, columns: n, structure: .banded(lower: 2, upper: 1), at: "/")
      for _ in 0..<10 {
        for width in [1, 9, 37] {
          let block = Pattern(denseRows: n, columns: width)
          try check(pattern, block, &random)
          try check(band, block, &random)
          try check(Pattern(denseRows: width, columns: n), pattern, &random)
          try check(Pattern(denseRows: width, columns: n), band, &random)
        }
        try check(pattern, band, &random)
        try check(band, pattern, &random)
        try check(pattern, pattern, &random)
      }
    }
  }
}
