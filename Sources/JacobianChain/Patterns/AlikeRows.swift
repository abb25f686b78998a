/// Rows of a sparse pattern that have the same columns, up to eight in a
/// group: the output channels of a convolution at one point, the rows of a
/// block.
package struct AlikeRows: Sendable {
  /// Up to eight rows that are multiplied side by side.
  package struct Group: Sendable {
    /// The last one again where there are fewer than eight.
    package fileprivate(set) var rows: SIMD8<Int>
    /// The number of different rows.
    package fileprivate(set) var count = 1
  }

  /// Each row is in one of them.
  package let groups: [Group]

  /// - Returns: nil when so few rows are alike that groups don't pay, and when
  ///   there are fewer than fill one.
  /// - Complexity: O(rows + entries).
  package init?(_ pattern: SparsePattern) {
    guard pattern.rows >= CostModel.rowsSideBySide else { return nil }
    var groups: [Group] = []
    // The group that rows with a fingerprint join, until it is full or one of
    // them turns out to have other columns.
    var open: [Int: Int] = [:]
    for row in 0..<pattern.rows {
      let columns = pattern.row(row)
      let fingerprint = columns.reduce(columns.count) { $0 &* 31 &+ $1 }
      if let group = open[fingerprint], groups[group].count < 8,
        pattern.row(groups[group].rows[0]) == columns
      {
        for lane in groups[group].count..<8 { groups[group].rows[lane] = row }
        groups[group].count += 1
      } else {
        guard pattern.rows >= 3 * (groups.count + 1) else { return nil }
        open[fingerprint] = groups.count
        groups.append(Group(rows: SIMD8(repeating: row)))
      }
    }
    self.groups = groups
  }
}
