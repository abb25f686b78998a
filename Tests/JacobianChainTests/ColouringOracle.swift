@testable import JacobianChain

/// First-fit colouring by its definition: the first colour that no earlier
/// column has with which the column shares a row; O(Σ_rows nnz(row)²).
struct ColouringOracle {
  private let byRow: SparsePattern
  private let byColumn: SparsePattern

  init(_ pattern: SparsePattern) {
    (byRow, byColumn) = (pattern, pattern.transposed)
  }

  /// The colours in natural order, or longest columns first.
  func colours(longestFirst: Bool = false) -> [Int32] {
    var colours = [Int32](repeating: -1, count: byRow.columns)
    let lengths = (0..<byRow.columns).map { byColumn.row($0).count }
    let order = (0..<byRow.columns).sorted {
      longestFirst ? (lengths[$1], $0) < (lengths[$0], $1) : $0 < $1
    }
    for column in order where lengths[column] > 0 {
      var taken = Set<Int32>()
      for row in byColumn.row(column) {
        for neighbour in byRow.row(row) { taken.insert(colours[neighbour]) }
      }
      colours[column] = (0...).first { !taken.contains($0) }!
    }
    return colours
  }

  /// The colours of the better of the two, natural order on a tie; nil for one
  /// a column, where a row is full.
  var best: [Int32]? {
    let longest = (0..<byRow.rows).map { byRow.row($0).count }.max()!
    guard longest < byRow.columns else { return nil }
    let (natural, other) = (colours(), colours(longestFirst: true))
    return other.max()! < natural.max()! ? other : natural
  }
}
