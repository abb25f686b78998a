/// Bytes of values and of what making them takes for a while.
extension CostModel {
  /// Bytes of a computed m × n value: 8 for each double, and 8 for each index
  /// of a sparse one, whose rows begin somewhere (m + 1) and whose entries have
  /// columns. A value without doubles takes nothing.
  ///
  /// - Complexity: O(1), for a submatrix O(runs).
  package static func bytes(of pattern: Pattern) -> UInt128 {
    let entries = pattern.storedEntries
    return entries == 0 ? 0 : 8 * entries + pattern.indexBytes
  }

  /// Doubles in which a product, m × k times k × n, works: gathered operands,
  /// sums of a row. They are gone when the product is there.
  ///
  /// The law of the engine, which takes so many: enough for every kernel,
  /// whatever the processor.
  ///
  /// - Parameter result: the pattern of the product.
  /// - Complexity: O(1), for sparse operands O(m), for submatrices O(runs).
  package static func workingEntries(
    _ outer: Pattern, _ inner: Pattern, making result: Pattern
  ) -> UInt128 {
    switch (outer.structure, inner.structure) {
    case (.identity, _), (_, .identity), (.negatedIdentity, _),
      (_, .negatedIdentity), (.diagonal, .dense),
      (.diagonal, .submatrix), (.diagonal, .diagonal), (.diagonal, .banded),
      (.diagonal, .blockDiagonal), (.diagonal, .sparse), (.dense, .diagonal),
      (.submatrix, .diagonal), (.banded, .diagonal),
      (.blockDiagonal, .diagonal), (.sparse, .diagonal), (.dense, .dense),
      (.dense, .banded), (.submatrix, .banded), (.dense, .blockDiagonal),
      (.submatrix, .blockDiagonal), (.blockDiagonal, .dense),
      (.blockDiagonal, .submatrix), (.dense, .selection),
      (.submatrix, .selection), (.selection, .dense), (.selection, .submatrix),
      (.dense, .negatedSelection), (.submatrix, .negatedSelection),
      (.negatedSelection, .dense), (.negatedSelection, .submatrix):
      return 0
    case (.banded, .banded):
      // Narrow ones meet along diagonals, unless they leave rows out.
      return switch result.structure {
      case .banded, .diagonal, .dense: 0
      case .identity, .negatedIdentity, .blockDiagonal, .selection,
        .negatedSelection, .sparse, .submatrix:
        rowByRow(outer, inner)
      }
    case (.dense, .submatrix), (.submatrix, .dense), (.submatrix, .submatrix):
      return gatheredEntries(outer, inner)
    case (.banded(let lower, let upper), .dense),
      (.banded(let lower, let upper), .submatrix):
      return 2 * UInt128(lower + upper + 1)
    case (.sparse(let pattern), .dense), (.sparse(let pattern), .submatrix):
      return 2 * UInt128(max(1, pattern.longestRow))
    case (.dense, .sparse(let pattern)), (.submatrix, .sparse(let pattern)):
      return outer.chosen.rows.count <= fewRows
        ? 0
        : 8 * UInt128(pattern.rows + pattern.columns)
          + UInt128(pattern.entries)
    case (.blockDiagonal, .blockDiagonal), (.banded, .blockDiagonal),
      (.blockDiagonal, .banded), (.banded, .sparse), (.blockDiagonal, .sparse),
      (.sparse, .banded), (.sparse, .blockDiagonal), (.sparse, .sparse),
      (.selection, _), (_, .selection), (.negatedSelection, _),
      (_, .negatedSelection):
      return rowByRow(outer, inner)
    }
  }

  /// So few rows are multiplied by a sparse matrix one by one, more of them
  /// eight side by side.
  package static var fewRows: Int { 2 }

  /// The rows of a product whose sums a kernel keeps side by side.
  package static var rowsSideBySide: Int { 8 }

  /// The most columns of which a kernel keeps so many sums for each: these stay
  /// in the second cache.
  package static var mostSideBySide: Int { 4096 }

  /// The sums of one row, or of up to eight side by side, and bands in row
  /// order.
  private static func rowByRow(_ outer: Pattern, _ inner: Pattern) -> UInt128 {
    let hasUnit = outer.structure.isUnit || inner.structure.isUnit
    let sums =
      hasUnit || inner.columns > mostSideBySide
      ? 1 : min(rowsSideBySide, outer.rows)
    return UInt128(sums) * UInt128(inner.columns) + outer.sortedEntries
      + inner.sortedEntries
  }

  /// The shared part of a submatrix that doesn't lie in one piece is gathered.
  private static func gatheredEntries(
    _ outer: Pattern, _ inner: Pattern
  ) -> UInt128 {
    let (_, columns) = outer.chosen
    let (rows, _) = inner.chosen
    var (count, length) = (0, 0)
    var (isOne, isOther) = (true, true)
    var last: (outer: Int, inner: Int)?
    for run in columns.runs {
      let rank = columns.rank(of: run.lowerBound)!
      rows.forEachPiece(in: run) { start, innerRank, size in
        let outerRank = rank + start - run.lowerBound
        if let last {
          isOne = isOne && last.outer == outerRank
          isOther = isOther && last.inner == innerRank
        }
        last = (outerRank + size, innerRank + size)
        (count, length) = (count + 1, length + size)
      }
    }
    return (isOne ? 0 : UInt128(outer.chosen.rows.count) * UInt128(length))
      + (isOther ? 0 : UInt128(inner.chosen.columns.count) * UInt128(length))
  }
}

extension Pattern {
  /// Bytes of the indices of a sparse pattern; 0 for closed forms.
  package var indexBytes: UInt128 {
    guard case .sparse(let pattern) = structure else { return 0 }
    return 8 * UInt128(pattern.rows + 1 + pattern.entries)
  }

  /// Entries that have to be put into the order of rows.
  fileprivate var sortedEntries: UInt128 {
    if case .banded = structure { nonzeros } else { 0 }
  }

  /// The rows and columns that a dense pattern or a submatrix has.
  fileprivate var chosen: (rows: IndexRuns, columns: IndexRuns) {
    if case .submatrix(let rows, let columns) = structure {
      return (rows, columns)
    }
    return (IndexRuns(0..<rows), IndexRuns(0..<columns))
  }
}

/// The operand whose doubles a product has: an identity on the other side only
/// renames it.
package enum RenamedOperand {
  /// The inner one is an identity.
  case outer
  /// The outer one is an identity.
  case inner

  /// nil for a product that has doubles of its own.
  package init?(_ outer: Pattern, _ inner: Pattern) {
    if case .identity = outer.structure {
      self = .inner
    } else if case .identity = inner.structure {
      self = .outer
    } else {
      return nil
    }
  }
}
