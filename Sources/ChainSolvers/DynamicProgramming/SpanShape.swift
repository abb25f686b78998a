import JacobianChain

/// What prices need to know of the pattern of one span, in closed form where
/// there is one.
struct SpanShape {
  enum Kind: UInt8 {
    /// Identity or selection: products with it are free.
    case unit
    /// Each column has `first` nonzeros and each row `second`.
    case uniform
    /// A square band, `first` below and `second` above the diagonal.
    case band
    /// Anything else.
    case general
  }

  let kind: Kind
  let first: Int
  let second: Int
  /// The number of its counts in a list, for products that have no closed
  /// form; −1 when they aren't listed.
  var counts = -1

  /// The closed form of a pattern; nil when it has none.
  init?(_ pattern: Pattern) {
    switch pattern.structure {
    case .dense: self.init(.uniform, pattern.rows, pattern.columns)
    case .diagonal: self.init(.uniform, 1, 1)
    case .identity, .selection: self.init(.unit, 0, 0)
    case .banded(let lower, let upper):
      guard pattern.rows == pattern.columns else { return nil }
      self.init(.band, lower, upper)
    case .blockDiagonal(_, let rows, let columns):
      self.init(.uniform, rows, columns)
    case .sparse, .submatrix: return nil
    }
  }

  init(counts: Int) {
    self.init(.general, 0, 0)
    self.counts = counts
  }

  private init(_ kind: Kind, _ first: Int, _ second: Int) {
    (self.kind, self.first, self.second) = (kind, first, second)
  }
}
