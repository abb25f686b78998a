import CChainKernels
import JacobianChain

/// Where a band keeps its entries: diagonal by diagonal, so that every kernel
/// runs along contiguous doubles, and each diagonal at its true length, so
/// that a rectangular band stores nothing it hasn't got.
struct BandLayout {
  /// Entries (i, i + offset) for `count` rows i from `firstRow` on.
  struct Diagonal {
    let offset: Int
    let firstRow: Int
    let count: Int
    /// Where the first of them is stored.
    let start: Int

    var endRow: Int { firstRow + count }
    /// Where the entry of row 0 would be stored.
    var origin: Int { start - firstRow }
  }

  /// From the lowest, offset −lower, to the uppermost.
  let diagonals: [Diagonal]
  private let lower: Int

  /// - Complexity: O(lower + upper).
  init(lower: Int, upper: Int, rows: Int, columns: Int) {
    self.lower = lower
    var start = 0
    diagonals = (-lower...upper).map { offset in
      let firstRow = max(0, -offset)
      let count = max(0, min(rows, columns - offset) - firstRow)
      defer { start += count }
      return Diagonal(
        offset: offset, firstRow: firstRow, count: count, start: start)
    }
  }

  /// nil for what isn't declared a band, a diagonal among it.
  init?(ofBand pattern: Pattern) {
    guard case .banded(let lower, let upper) = pattern.structure else {
      return nil
    }
    self.init(
      lower: lower, upper: upper, rows: pattern.rows, columns: pattern.columns)
  }

  /// Where entry (row, column) of the band is stored.
  @inline(__always)
  func position(_ row: Int, _ column: Int) -> Int {
    let diagonal = diagonals[column - row + lower]
    return diagonal.start + row - diagonal.firstRow
  }

  /// Where the entries of row 0 would be stored, diagonal by diagonal.
  var origins: [Int] { diagonals.map(\.origin) }
}

extension chain_band {
  /// Calls `body` with a band as the loops want it.
  ///
  /// - Parameter origins: those of the layout, made beforehand.
  @inline(__always)
  static func with<Result>(
    lowest offset: Int, _ origins: [Int], _ entries: UnsafePointer<Double>,
    _ body: (chain_band) -> Result
  ) -> Result {
    origins.withUnsafeBufferPointer {
      body(
        chain_band(
          diagonals: $0.count, first: offset, starts: $0.baseAddress!,
          entries: entries))
    }
  }
}

extension Pattern {
  /// The layout of a band or of a diagonal, which is a band of width one.
  var bandLayout: BandLayout? {
    if case .diagonal = structure {
      return BandLayout(lower: 0, upper: 0, rows: rows, columns: columns)
    }
    return BandLayout(ofBand: self)
  }
}
