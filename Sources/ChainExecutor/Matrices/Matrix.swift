import JacobianChain

/// The entries of an m × n Jacobian, stored as its pattern suggests.
///
/// | structure | doubles, in this order |
/// |---|---|
/// | dense | m · n, row by row |
/// | diagonal | n |
/// | identity, selection | none: every entry is known to be 1 |
/// | their negatives | none: every entry is known to be −1 |
/// | banded | the diagonals, lowest first, each at its true length |
/// | blockDiagonal | block by block, each row by row |
/// | sparse | as the columns in `SparsePattern` |
/// | submatrix | chosen rows × chosen columns, row by row |
///
/// So exactly `pattern.storedEntries` doubles are held. A matrix never changes
/// once it is made; copies share the doubles.
public struct Matrix: Sendable {
  /// The shape and where the entries lie.
  public let pattern: Pattern
  /// nil when nothing is stored.
  let storage: Buffer?

  /// The number of rows m.
  public var rows: Int { pattern.rows }
  /// The number of columns n.
  public var columns: Int { pattern.columns }
  /// Memory of the entries, 8 bytes each.
  public var storedBytes: Int { storedCount * 8 }
  /// The number of stored doubles.
  var storedCount: Int { storage?.count ?? 0 }

  /// The first stored double; not to be read when nothing is stored.
  var base: UnsafeMutablePointer<Double> {
    storage?.base ?? Self.nowhere
  }

  /// Stands for memory that nobody reads or writes.
  static var nowhere: UnsafeMutablePointer<Double> {
    UnsafeMutablePointer(bitPattern: 64)!
  }

  /// The most entries that are listed one by one: 2^27, one gigabyte.
  package static let listingLimit = 1 << 27

  /// Entries with any content, to be filled at once by the caller.
  ///
  /// - Parameter place: where they go, if they are dense.
  /// - Throws: `ChainError` (`tooLarge`) when they don't fit into memory.
  init(
    unfilled pattern: Pattern, at place: Buffer? = nil
  ) throws(ChainError) {
    let count = try pattern.storedCount()
    self.pattern = pattern
    if let place, pattern.isDense {
      precondition(place.count == count)
      storage = place
      return
    }
    storage = count == 0 ? nil : try Buffer(count: count)
  }

  /// The doubles of `other` under its own pattern.
  init(pattern: Pattern, sharing storage: Buffer?) {
    self.pattern = pattern
    self.storage = storage
  }

  /// Zeroes what is stored; only for a matrix that is being made.
  func clear() { base.update(repeating: 0, count: storedCount) }
}

extension Matrix {
  /// An m × n matrix with all entries, row by row.
  ///
  /// - Parameter fill: writes all m · n doubles, which hold anything before.
  /// - Throws: `ChainError` (`tooLarge`) when they don't fit into memory.
  package static func dense(
    rows: Int, columns: Int,
    _ fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) throws(ChainError) -> Matrix {
    let matrix = try Matrix(
      unfilled: Pattern(denseRows: rows, columns: columns))
    fill(
      UnsafeMutableBufferPointer(start: matrix.base, count: matrix.storedCount))
    return matrix
  }

  /// A matrix of a pattern.
  ///
  /// - Parameter write: writes what the pattern stores, in the order of the
  ///   table; it holds anything before.
  /// - Throws: `ChainError`: what `write` throws, and `tooLarge` when the entries
  ///   don't fit into memory.
  public init(
    _ pattern: Pattern,
    writing write: (inout MutableSpan<Double>) throws(ChainError) -> Void
  ) throws(ChainError) {
    try self.init(unfilled: pattern)
    var entries = MutableSpan(_unsafeStart: base, count: storedCount)
    try write(&entries)
  }

  /// A matrix whose stored entries are `value(row, column)`.
  ///
  /// - Complexity: O(m + stored entries).
  @inline(__always)
  init(
    _ pattern: Pattern, _ value: (Int, Int) -> Double
  ) throws(ChainError) {
    try self.init(unfilled: pattern)
    guard storage != nil else { return }
    let base = base
    pattern.forEachStored { position, row, column in
      base[position] = value(row, column)
    }
  }

  /// A matrix from all m · n entries, row by row; those outside the pattern
  /// are not looked at.
  ///
  /// - Throws: `ChainError` when there aren't m · n of them.
  /// - Complexity: O(m + stored entries).
  public init(
    pattern: Pattern, denseEntries: [Double]
  ) throws(ChainError) {
    let count = pattern.rows.multipliedReportingOverflow(by: pattern.columns)
    guard !count.overflow, count.partialValue == denseEntries.count else {
      throw Self.miscounted(
        "\(pattern.rows) × \(pattern.columns) entries", denseEntries.count)
    }
    let columns = pattern.columns
    try self.init(pattern) { denseEntries[$0 * columns + $1] }
  }

  /// A matrix from the entries of its pattern in the order of
  /// `pattern.expanded()`: row by row, columns ascending.
  ///
  /// - Throws: `ChainError` when their number isn't that of the pattern.
  /// - Complexity: O(m + stored entries).
  public init(
    pattern: Pattern, sparseValues: [Double]
  ) throws(ChainError) {
    guard pattern.nonzeros == UInt128(sparseValues.count) else {
      throw Self.miscounted("\(pattern.nonzeros) entries", sparseValues.count)
    }
    try self.init(unfilled: pattern)
    guard storage != nil else { return }
    let base = base
    var next = 0
    pattern.forEachStored { position, _, _ in
      base[position] = sparseValues[next]
      next += 1
    }
  }

  private static func miscounted(_ expected: String, _ found: Int) -> ChainError
  {
    ChainError(
      .malformed, at: "/entries", expected: expected, found: "\(found)",
      advice: "give one number for each entry")
  }
}
