/// The nonzero pattern of an m × n Jacobian: its shape and its structure, in
/// canonical form.
///
/// Canonical: a band that covers the shape is `.dense`, a band of width one on
/// a square is `.diagonal`, one block is `.dense`, 1 × 1 blocks are
/// `.diagonal`, a full submatrix is `.dense`.
public struct Pattern: Hashable, Sendable {
  /// The number of rows m, at least 1.
  public let rows: Int
  /// The number of columns n, at least 1.
  public let columns: Int
  /// The canonical structure.
  public let structure: Structure

  /// A full m × n pattern.
  @inlinable
  public init(denseRows rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    structure = .dense
  }

  /// The canonical pattern of a structure that fits the shape.
  init(canonical structure: Structure, rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    self.structure = Self.canonical(structure, rows, columns)
  }

  private static func canonical(
    _ structure: Structure, _ rows: Int, _ columns: Int
  ) -> Structure {
    switch structure {
    case .dense:
      return .dense
    case .diagonal, .identity, .negatedIdentity, .selection,
      .negatedSelection:
      return rows == 1 && columns == 1 && structure == .diagonal
        ? .dense : structure
    case .banded(let lower, let upper):
      let lower = min(lower, rows - 1)
      let upper = min(upper, columns - 1)
      if lower == rows - 1, upper == columns - 1 { return .dense }
      if lower == 0, upper == 0, rows == columns { return .diagonal }
      return .banded(lower: lower, upper: upper)
    case .blockDiagonal(let count, let blockRows, let blockColumns):
      if count == 1 { return .dense }
      if blockRows == 1, blockColumns == 1 { return .diagonal }
      return structure
    case .sparse(let pattern):
      let full = rows.multipliedReportingOverflow(by: columns)
      return !full.overflow && pattern.entries == full.partialValue
        ? .dense : structure
    case .submatrix(let chosenRows, let chosenColumns):
      if chosenRows.isEmpty || chosenColumns.isEmpty {
        return .submatrix(rows: IndexRuns(), columns: IndexRuns())
      }
      return chosenRows.isAll(of: rows) && chosenColumns.isAll(of: columns)
        ? .dense : structure
    }
  }

  /// Validates a structure against its shape.
  ///
  /// - Parameter location: the JSON path of the factor, for the error.
  /// - Throws: `ChainError` when the structure doesn't fit m × n.
  public init(
    rows: Int, columns: Int, structure: Structure, at location: String
  ) throws(ChainError) {
    try Self.validate(structure, rows, columns, location)
    self.init(canonical: structure, rows: rows, columns: columns)
  }

  /// The pattern has every entry.
  @inlinable
  package var isDense: Bool {
    if case .dense = structure { true } else { false }
  }
}

extension Pattern {
  private static func validate(
    _ structure: Structure, _ rows: Int, _ columns: Int, _ location: String
  ) throws(ChainError) {
    func refuse(
      _ expected: String, _ found: String, _ advice: String, at part: String
    ) -> ChainError {
      ChainError(
        .malformed, at: location + part, expected: expected, found: found,
        advice: advice)
    }
    switch structure {
    case .dense:
      return
    case .diagonal, .identity, .negatedIdentity:
      guard rows == columns else {
        throw refuse(
          "a square shape, \(rows) × \(rows)", "\(rows) × \(columns)",
          "correct the shape, or use banded(0,0) for a rectangular diagonal",
          at: "/structure")
      }
    case .banded(let lower, let upper):
      for (name, width) in [("lower", lower), ("upper", upper)]
      where width < 0 || width > Problem.dimensionLimit {
        throw refuse(
          "a bandwidth from 0 to 2^40", "\(width)",
          "count the diagonals below (lower) and above (upper) the main one",
          at: "/structure/banded/\(name)")
      }
    case .blockDiagonal(let count, let blockRows, let blockColumns):
      let parts = [
        ("count", count), ("rows", blockRows), ("columns", blockColumns),
      ]
      for (name, value) in parts
      where value < 1 || value > Problem.dimensionLimit {
        throw refuse(
          "a number from 1 to 2^40", "\(value)",
          "blocks have at least one row and one column",
          at: "/structure/blockDiagonal/\(name)")
      }
      let height = count.multipliedReportingOverflow(by: blockRows)
      let width = count.multipliedReportingOverflow(by: blockColumns)
      guard !height.overflow, !width.overflow, height.partialValue == rows,
        width.partialValue == columns
      else {
        throw refuse(
          "count × rows = \(rows) and count × columns = \(columns)",
          "\(count) blocks of \(blockRows) × \(blockColumns)",
          "make the blocks fill the \(rows) × \(columns) factor exactly",
          at: "/structure/blockDiagonal")
      }
    case .selection(let chosen), .negatedSelection(let chosen):
      guard chosen.count == rows else {
        throw refuse(
          "\(rows) columns, one per row", "\(chosen.count)",
          "list the 0-based column that each row selects",
          at: "/structure/selection")
      }
      for (row, column) in chosen.enumerated()
      where column < 0 || column >= columns {
        throw refuse(
          "a column from 0 to \(columns - 1)", "\(column)",
          "indices count from 0; correct the index or the columns",
          at: "/structure/selection/\(row)")
      }
    case .sparse(let pattern):
      guard pattern.rows == rows, pattern.columns == columns else {
        throw refuse(
          "a \(rows) × \(columns) pattern",
          "\(pattern.rows) × \(pattern.columns)",
          "make the pattern and the factor agree", at: "/structure/sparse")
      }
    case .submatrix(let chosenRows, let chosenColumns):
      guard (chosenRows.runs.last?.upperBound ?? 0) <= rows,
        (chosenColumns.runs.last?.upperBound ?? 0) <= columns
      else {
        throw refuse(
          "rows and columns inside \(rows) × \(columns)", "indices beyond it",
          "correct the chosen rows and columns", at: "/structure")
      }
    }
  }
}
