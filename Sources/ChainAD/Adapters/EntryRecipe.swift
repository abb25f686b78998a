import JacobianChain

/// How the entries of a structure come from few seeds: one seed for each
/// colour, then each entry is read off the compressed block (Curtis, Powell &
/// Reid 1974, doi:10.1093/imamat/13.1.117).
final class EntryRecipe {
  /// Tangents of column colours, or adjoints of row colours.
  let mode: Mode
  /// The number of seeds χ.
  let width: Int
  /// The colour of each column (tangents) or row (adjoints); −1 for none.
  let colours: [Int]
  /// For each stored entry its place in the block.
  let positions: [Int]
  /// For each stored entry its place in the dense m × n Jacobian.
  let stored: [Int]
  /// m × χ or χ × n.
  var block: [Double]

  /// - Throws: `ChainError` when the structure doesn't fit m × n.
  init(
    _ structure: Structure, for sweeper: some Sweeper
  ) throws(ChainError) {
    let (rows, columns) = (sweeper.rows, sweeper.columns)
    let pattern = try Pattern(
      rows: rows, columns: columns, structure: structure,
      at: "function \(sweeper.name)")
    let mode = sweeper.cheaperMode(
      tangents: pattern.columnColours, adjoints: pattern.rowColours)
    let colouring =
      mode == .tangent ? pattern.columnColouring : pattern.rowColouring
    let coloured = mode == .tangent ? columns : rows
    let colours = (0..<coloured).map { colouring.colour(of: $0) ?? -1 }
    let width = colouring.count
    self.mode = mode
    self.width = width
    self.colours = colours
    block = Array(
      repeating: 0, count: width * (mode == .tangent ? rows : columns))
    let entries = try Self.storedEntries(of: pattern)
    stored = entries.map { row, column in row * columns + column }
    positions = entries.map { row, column in
      mode == .tangent
        ? row * width + colours[column] : colours[row] * columns + column
    }
  }

  /// (row, column) in the order in which a `Matrix` stores the entries.
  private static func storedEntries(
    of pattern: Pattern
  ) throws(ChainError) -> [(Int, Int)] {
    if pattern.structure.isUnit { return [] }
    let rows = try pattern.expanded()
    var entries: [(Int, Int)] = []
    entries.reserveCapacity(rows.entries)
    for row in 0..<pattern.rows {
      for index in rows.rowStarts[row]..<rows.rowStarts[row + 1] {
        entries.append((row, rows.columnIndices[index]))
      }
    }
    // Bands are stored by diagonals, lowest first; all others row by row.
    if case .banded = pattern.structure {
      entries.sort { ($0.1 - $0.0, $0.0) < ($1.1 - $1.0, $1.0) }
    }
    return entries
  }
}
