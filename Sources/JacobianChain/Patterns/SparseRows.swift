/// How the rows of a sparse pattern are multiplied by a dense matrix.
package enum SparseRows: Sendable {
  /// Parts of it are dense: those by dense products.
  case panels([DensePanel])
  /// The entries of a row are neighbours: each run of them by the rows of the
  /// other operand that it meets.
  case runs(NeighbourRuns)
  /// Entry by entry.
  case scattered

  /// More entries of a row would meet more rows of the other operand than stay
  /// in the first cache.
  private static let mostInRow = 64

  /// - Complexity: O(rows + entries).
  package init(_ pattern: SparsePattern) {
    self.init(pattern, NeighbourRuns(pattern))
  }

  /// The same where its runs are known.
  init(_ pattern: SparsePattern, _ runs: NeighbourRuns) {
    let panels = DensePanel.all(of: pattern, runs)
    if !panels.isEmpty {
      self = .panels(panels)
    } else if runs.areLong, pattern.longestRow <= Self.mostInRow {
      self = .runs(runs)
    } else {
      self = .scattered
    }
  }
}
