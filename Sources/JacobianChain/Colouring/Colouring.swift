/// A partition of the columns (or rows) of a pattern into classes that are
/// structurally orthogonal: no row (column) has nonzeros in two of a class.
///
/// One seed vector per class is enough to recover every entry, so `count` (χ)
/// is the number of tangent or adjoint evaluations that a Jacobian costs
/// (Curtis, Powell & Reid 1974, doi:10.1093/imamat/13.1.117; survey:
/// Gebremedhin, Manne & Pothen 2005, doi:10.1137/S0036144504444711).
public struct Colouring: Hashable, Sendable {
  /// How classes are encoded.
  enum Classes: Hashable, Sendable {
    /// Index j has colour j.
    case own
    /// Index j has colour j mod `count`; one colour for all when it is 1.
    case modulo
    /// Only these indices have a nonzero; the r-th of them has colour r.
    case ranks(IndexRuns)
    /// Colour of each index, listed; −1 for an empty one.
    case listed([Int32])
    /// Only these indices have a nonzero; the r-th of them has the colour that
    /// index r has in a colouring of them alone.
    indirect case among(IndexRuns, Colouring)
  }

  /// The number of colours χ.
  public let count: Int
  /// The classes.
  let classes: Classes

  /// The colour of an index; nil when the index has no nonzero and needs none.
  public func colour(of index: Int) -> Int? {
    switch classes {
    case .own: return index
    case .modulo: return index % count
    case .ranks(let indices): return indices.rank(of: index)
    case .listed(let colours):
      return colours[index] < 0 ? nil : Int(colours[index])
    case .among(let indices, let colouring):
      return indices.rank(of: index).flatMap { colouring.colour(of: $0) }
    }
  }
}

extension Pattern {
  /// χ_col: the seed vectors of a tangent accumulation, at most n.
  package var columnColours: Int {
    switch structure {
    case .dense: columns
    case .diagonal, .identity, .negatedIdentity, .selection,
      .negatedSelection:
      1
    case .banded: largestBandRow
    case .blockDiagonal(_, _, let blockColumns): blockColumns
    case .submatrix(_, let chosenColumns): chosenColumns.count
    case .sparse(let pattern): pattern.colouring(.tangent).count
    }
  }

  /// χ_row: the seed vectors of an adjoint accumulation, at most m.
  package var rowColours: Int {
    switch structure {
    case .dense: rows
    case .diagonal, .identity, .negatedIdentity: 1
    case .banded: largestBandColumn
    case .selection, .negatedSelection: columnCounts.maximum
    case .blockDiagonal(_, let blockRows, _): blockRows
    case .submatrix(let chosenRows, _): chosenRows.count
    case .sparse(let pattern): pattern.colouring(.adjoint).count
    }
  }

  /// The classes behind `columnColours`.
  public var columnColouring: Colouring {
    switch structure {
    case .dense:
      return Colouring(count: columns, classes: .own)
    case .diagonal, .identity, .negatedIdentity, .selection,
      .negatedSelection:
      return Colouring(count: 1, classes: .modulo)
    case .banded:
      // Any χ neighbouring columns differ, and no row is longer than χ.
      return Colouring(count: columnColours, classes: .modulo)
    case .blockDiagonal(_, _, let blockColumns):
      return Colouring(count: blockColumns, classes: .modulo)
    case .submatrix(_, let chosenColumns):
      return Colouring(
        count: chosenColumns.count, classes: .ranks(chosenColumns))
    case .sparse(let pattern):
      return pattern.colouring(.tangent)
    }
  }

  /// The classes behind `rowColours`.
  public var rowColouring: Colouring {
    switch structure {
    case .dense:
      return Colouring(count: rows, classes: .own)
    case .diagonal, .identity, .negatedIdentity:
      return Colouring(count: 1, classes: .modulo)
    case .banded:
      return Colouring(count: rowColours, classes: .modulo)
    case .blockDiagonal(_, let blockRows, _):
      return Colouring(count: blockRows, classes: .modulo)
    case .submatrix(let chosenRows, _):
      return Colouring(count: chosenRows.count, classes: .ranks(chosenRows))
    case .selection(let chosen), .negatedSelection(let chosen):
      return .occurrences(in: chosen)
    case .sparse(let pattern):
      return pattern.colouring(.adjoint)
    }
  }
}

extension Colouring {
  /// Rows that select the same column are told apart by their turn.
  static func occurrences(in chosen: [Int]) -> Colouring {
    var seen: [Int: Int32] = [:]
    var largest: Int32 = 0
    let colours = chosen.map { column -> Int32 in
      let turn = seen[column, default: 0]
      seen[column] = turn + 1
      largest = max(largest, turn + 1)
      return turn
    }
    return Colouring(count: Int(largest), classes: .listed(colours))
  }
}
