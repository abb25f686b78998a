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

  let first: Int
  let second: Int
  /// The number of its counts in a list, for products that have no closed
  /// form; −1 when they aren't listed.
  var counts: Int32 = -1
  let kind: Kind

  /// The closed form of a pattern; nil when it has none.
  init?(_ pattern: Pattern) {
    if let band = pattern.squareBand {
      self.init(band)
      return
    }
    switch pattern.structure {
    case .dense: self.init(.uniform, pattern.rows, pattern.columns)
    case .identity, .negatedIdentity, .selection, .negatedSelection:
      self.init(.unit, 0, 0)
    case .blockDiagonal(_, let rows, let columns):
      self.init(.uniform, rows, columns)
    case .diagonal, .banded, .sparse, .submatrix: return nil
    }
  }

  init(_ band: SquareBand) {
    let (lower, upper, full) = (band.lower, band.upper, band.size - 1)
    if lower == full, upper == full {
      self.init(.uniform, band.size, band.size)
    } else if lower == 0, upper == 0 {
      self.init(.uniform, 1, 1)
    } else {
      self.init(.band, lower, upper)
    }
  }

  init(counts: Int) {
    self.init(.general, 0, 0)
    self.counts = Int32(counts)
  }

  private init(_ kind: Kind, _ first: Int, _ second: Int) {
    (self.kind, self.first, self.second) = (kind, first, second)
  }
}
