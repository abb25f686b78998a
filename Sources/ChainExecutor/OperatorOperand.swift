import JacobianChain

/// A matrix-free factor: a derivative that is only ever applied.
public struct OperatorOperand: Operand {
  /// Maps seeds to a block in a pool: see `Operand.tangent` and `adjoint`.
  public typealias Application = @Sendable (Matrix, Workspace) throws -> Matrix

  private enum Source {
    case functions(tangent: Application?, adjoint: Application?)
    case hidden(Matrix)
  }

  /// The number of rows m.
  public let rows: Int
  /// The number of columns n.
  public let columns: Int
  /// nil: the entries stay hidden.
  public var entries: Matrix? { nil }
  /// The matrix that is hidden, if there is one.
  public var verifiableEntries: Matrix? {
    if case .hidden(let matrix) = source { matrix } else { nil }
  }
  private let source: Source

  /// A derivative given by functions; nil for a direction it hasn't got.
  public init(
    rows: Int, columns: Int, tangent: Application? = nil,
    adjoint: Application? = nil
  ) {
    self.rows = rows
    self.columns = columns
    source = .functions(tangent: tangent, adjoint: adjoint)
  }

  /// The operator of a matrix whose entries are kept from the executor.
  public init(hiding matrix: Matrix) {
    rows = matrix.rows
    columns = matrix.columns
    source = .hidden(matrix)
  }

  /// J · seeds, n × w to m × w.
  public func tangent(
    _ seeds: Matrix, in workspace: Workspace
  ) throws -> Matrix {
    try apply(.tangent, seeds, workspace)
  }

  /// seeds · J, w × m to w × n.
  public func adjoint(
    _ seeds: Matrix, in workspace: Workspace
  ) throws -> Matrix {
    try apply(.adjoint, seeds, workspace)
  }

  private func apply(
    _ mode: Mode, _ seeds: Matrix, _ workspace: Workspace
  ) throws -> Matrix {
    switch source {
    case .hidden(let matrix):
      return try matrix.applied(mode, to: seeds, in: workspace)
    case .functions(let tangent, let adjoint):
      guard let function = mode == .tangent ? tangent : adjoint else {
        throw ChainError(
          .unsupported, at: "/factors", expected: "a \(mode) function",
          found: "none",
          advice: "give the operand this function, or the factor no such cost")
      }
      return try function(seeds, workspace)
    }
  }

  /// J · vector or vector · J; a hidden matrix is applied entry by entry and
  /// in both directions, whatever costs the factor declares.
  public func product(
    _ mode: Mode, with vector: [Double]
  ) throws -> [Double]? {
    switch source {
    case .hidden(let matrix):
      return matrix.plainProduct(mode, with: vector)
    case .functions(let tangent, let adjoint):
      guard (mode == .tangent ? tangent : adjoint) != nil else { return nil }
      let isTangent = mode == .tangent
      let seeds = try Matrix.dense(
        rows: isTangent ? columns : 1, columns: isTangent ? 1 : rows
      ) { _ = $0.initialize(from: vector) }
      return try apply(mode, seeds, Workspace()).denseEntries()
    }
  }
}
