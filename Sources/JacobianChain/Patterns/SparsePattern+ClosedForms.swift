/// Closed forms that a list of entries happens to have.
///
/// Complexity of each: O(m + entries).
extension SparsePattern {
  /// The same pattern without a list, where it is a band, blocks on the
  /// diagonal or full on some rows and columns; nil where it is none of these.
  var closedForm: Structure? {
    if let (lower, upper) = asBand {
      return .banded(lower: lower, upper: upper)
    }
    if let (count, height, width) = asBlocks {
      return .blockDiagonal(count: count, rows: height, columns: width)
    }
    return asSubmatrix.map {
      .submatrix(rows: IndexRuns($0.rows), columns: IndexRuns($0.columns))
    }
  }

  /// Its widths below and above the diagonal, if it is a whole band.
  var asBand: (lower: Int, upper: Int)? {
    var (lower, upper) = (-1, -1)
    for row in 0..<rows {
      guard let first = self.row(row).first, let last = self.row(row).last
      else { continue }
      (lower, upper) = (max(lower, row - first), max(upper, last - row))
    }
    guard lower >= 0, upper >= 0 else { return nil }
    // All entries lie in the band, so that it has no more when it is full.
    let band = Pattern(
      canonical: .banded(lower: lower, upper: upper), rows: rows,
      columns: columns)
    return band.nonzeros == UInt128(entries) ? (lower, upper) : nil
  }

  /// Its blocks, if they are equal ones down the diagonal and full.
  var asBlocks: (count: Int, rows: Int, columns: Int)? {
    let width = row(0).count
    guard width > 0, columns.isMultiple(of: width) else { return nil }
    let count = columns / width
    guard rows.isMultiple(of: count), entries == rows * width else {
      return nil
    }
    let height = rows / count
    for row in 0..<rows {
      let start = row / height * width
      guard self.row(row).first == start, self.row(row).count == width,
        self.row(row).last == start + width - 1
      else { return nil }
    }
    return (count, height, width)
  }

  /// The rows and columns that it is full on, if it is zero elsewhere.
  var asSubmatrix: (rows: [Int], columns: ArraySlice<Int>)? {
    let met = (0..<rows).filter { !row($0).isEmpty }
    let columns = met.first.map { row($0) } ?? []
    guard met.allSatisfy({ row($0) == columns }) else { return nil }
    return (met, columns)
  }
}
