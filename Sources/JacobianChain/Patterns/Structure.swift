/// How the nonzeros of an m × n Jacobian lie: a compact encoding of a pattern.
///
/// The pattern is the truth and the tag an encoding of it: for any two
/// structures the algebra of the tags (`Pattern.product`) equals the boolean
/// product of the expanded patterns.
public enum Structure: Hashable, Sendable {
  /// Every entry may be nonzero.
  case dense
  /// Square; only (i, i).
  case diagonal
  /// Square; (i, i), and each of them is 1: multiplying costs nothing.
  case identity
  /// Square; (i, i), and each of them is −1: what a subtraction passes on.
  /// Multiplying costs nothing, it only changes signs.
  case negatedIdentity
  /// Entry (i, j) with i − j ≤ lower and j − i ≤ upper.
  case banded(lower: Int, upper: Int)
  /// `count` dense blocks of `rows` × `columns` down the diagonal.
  case blockDiagonal(count: Int, rows: Int, columns: Int)
  /// Row i has exactly one 1, in column `selection[i]`: gathers, permutations,
  /// sensors. Multiplying costs nothing, it only moves data.
  case selection([Int])
  /// Minus a selection, what one makes with a negated identity: row i has
  /// exactly one −1. Never declared by a factor.
  case negatedSelection([Int])
  /// Any pattern, stored entry by entry.
  case sparse(SparsePattern)
  /// Dense on the chosen rows × columns and zero elsewhere: what a span with a
  /// dense factor has when its outer or inner end skips rows or columns. Never
  /// declared by a factor.
  case submatrix(rows: IndexRuns, columns: IndexRuns)
}

extension Structure {
  /// One word for tables: "dense", "banded", …
  public var name: String {
    switch self {
    case .dense: "dense"
    case .diagonal: "diagonal"
    case .identity: "identity"
    case .negatedIdentity: "negated identity"
    case .banded: "banded"
    case .blockDiagonal: "block diagonal"
    case .selection: "selection"
    case .negatedSelection: "negated selection"
    case .sparse: "sparse"
    case .submatrix: "submatrix"
    }
  }

  /// Identity, selection and their negatives: the entries are known to be 1,
  /// or all of them −1, so that a product with them only moves data.
  package var isUnit: Bool { unit != nil }

  /// The value of every entry, 1 or −1; nil where entries aren't known.
  package var unit: Double? {
    switch self {
    case .identity, .selection: 1
    case .negatedIdentity, .negatedSelection: -1
    case .dense, .diagonal, .banded, .blockDiagonal, .sparse, .submatrix: nil
    }
  }
}
