/// A dense m × n matrix of doubles, as files hold it.
public struct DenseArray: Hashable, Sendable {
  /// The number of rows m.
  public let rows: Int
  /// The number of columns n.
  public let columns: Int
  /// The m · n entries, row by row.
  public let values: [Double]

  /// Creates an array.
  ///
  /// - Precondition: `values` has `rows · columns` elements.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }
}
