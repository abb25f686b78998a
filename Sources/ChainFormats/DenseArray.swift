/// A dense m × n matrix of doubles, as files hold it.
public struct DenseArray: Hashable, Sendable {
  /// The number of rows m.
  public let rows: Int
  /// The number of columns n.
  public let columns: Int
  /// The m · n entries, row by row.
  public let values: [Double]
  /// Whether the file has one dimension only: m numbers, here a column, that
  /// may as well be meant as a row or as a diagonal.
  package let isVector: Bool

  /// Creates an array.
  ///
  /// - Precondition: `values` has `rows · columns` elements, and a vector has
  ///   one column.
  public init(
    rows: Int, columns: Int, values: [Double], isVector: Bool = false
  ) {
    precondition(values.count == rows * columns && (!isVector || columns == 1))
    self.rows = rows
    self.columns = columns
    self.values = values
    self.isVector = isVector
  }
}
