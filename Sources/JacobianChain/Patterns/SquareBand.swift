/// The patterns of square matrices whose products are found by adding widths:
/// bands, with the diagonal (0, 0) and the dense square (n − 1, n − 1) among
/// them.
@usableFromInline package struct SquareBand: Hashable, Sendable {
  /// Rows and columns n.
  @usableFromInline package let size: Int
  /// Diagonals below the main one, less than n.
  @usableFromInline package let lower: Int
  /// Diagonals above the main one, less than n.
  @usableFromInline package let upper: Int

  @inlinable
  init(size: Int, lower: Int, upper: Int) {
    self.size = size
    self.lower = min(lower, size - 1)
    self.upper = min(upper, size - 1)
  }

  /// The pattern of the product with another band of that size; the order
  /// doesn't matter.
  ///
  /// - Complexity: O(1).
  @inlinable
  package func product(_ other: SquareBand) -> SquareBand {
    SquareBand(
      size: size, lower: lower + other.lower, upper: upper + other.upper)
  }
}

extension Pattern {
  /// The pattern as a band; nil when it isn't square or isn't one. The identity
  /// isn't, because its products cost nothing.
  package var squareBand: SquareBand? {
    guard rows == columns else { return nil }
    switch structure {
    case .dense:
      return SquareBand(size: rows, lower: rows - 1, upper: rows - 1)
    case .diagonal: return SquareBand(size: rows, lower: 0, upper: 0)
    case .banded(let lower, let upper):
      return SquareBand(size: rows, lower: lower, upper: upper)
    case .identity, .negatedIdentity, .selection, .negatedSelection,
      .blockDiagonal, .sparse, .submatrix:
      return nil
    }
  }

  /// The pattern of a band.
  package init(_ band: SquareBand) {
    self.init(
      canonical: .banded(lower: band.lower, upper: band.upper),
      rows: band.size, columns: band.size)
  }
}
