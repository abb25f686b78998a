import JacobianChain

/// Rows of a sparse pattern that have the same columns, up to eight in a
/// group: the output channels of a convolution at one point, the rows of a
/// block.
struct AlikeRows: Sendable {
  struct Group: Sendable {
    /// The last one again where there are fewer than eight.
    var rows: SIMD8<Int>
    /// The number of different rows.
    var count = 1
  }

  let groups: [Group]

  /// - Returns: nil when so few rows are alike that groups don't pay.
  /// - Complexity: O(rows + entries).
  init?(_ pattern: SparsePattern) {
    var groups: [Group] = []
    // The group that rows with a fingerprint join, until it is full or one of
    // them turns out to have other columns.
    var open: [Int: Int] = [:]
    for row in 0..<pattern.rows {
      let columns = pattern.columnIndices(of: row)
      let fingerprint = columns.reduce(columns.count) { $0 &* 31 &+ $1 }
      if let group = open[fingerprint], groups[group].count < 8,
        pattern.columnIndices(of: groups[group].rows[0]) == columns
      {
        for lane in groups[group].count..<8 { groups[group].rows[lane] = row }
        groups[group].count += 1
      } else {
        open[fingerprint] = groups.count
        groups.append(Group(rows: SIMD8(repeating: row)))
      }
    }
    guard pattern.rows >= 3 * groups.count else { return nil }
    self.groups = groups
  }
}

extension SparsePattern {
  func columnIndices(of row: Int) -> ArraySlice<Int> {
    columnIndices[rowStarts[row]..<rowStarts[row + 1]]
  }
}

extension SIMD8 {
  /// The elements at eight places.
  @inline(__always)
  init(_ elements: UnsafePointer<Scalar>, at places: SIMD8<Int>) {
    self.init(
      elements[places[0]], elements[places[1]], elements[places[2]],
      elements[places[3]], elements[places[4]], elements[places[5]],
      elements[places[6]], elements[places[7]])
  }
}
