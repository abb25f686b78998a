import JacobianChain

/// A given factor: its entries are at hand.
public struct MatrixOperand: Operand {
  /// The entries.
  public let entries: Matrix?
  private let matrix: Matrix

  /// Wraps the entries of a factor.
  public init(_ matrix: Matrix) {
    entries = matrix
    self.matrix = matrix
  }

  /// The number of rows m.
  public var rows: Int { matrix.rows }
  /// The number of columns n.
  public var columns: Int { matrix.columns }

  /// J · seeds, n × w to m × w.
  public func tangent(
    _ seeds: Matrix, in workspace: Workspace
  ) throws -> Matrix {
    try matrix.applied(.tangent, to: seeds, in: workspace)
  }

  /// seeds · J, w × m to w × n.
  public func adjoint(
    _ seeds: Matrix, in workspace: Workspace
  ) throws -> Matrix {
    try matrix.applied(.adjoint, to: seeds, in: workspace)
  }

  /// J · vector or vector · J, entry by entry.
  public func product(_ mode: Mode, with vector: [Double]) -> [Double]? {
    matrix.plainProduct(mode, with: vector)
  }
}
