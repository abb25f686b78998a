import JacobianChain

/// What a factor of the chain, m × n, is to an `Executor`: entries, or a
/// function that applies the derivative to a block of vectors, or both. A list
/// of them, one a factor, are the `Operands` of its problem.
public struct Operand: Sendable {
  typealias Application =
    @Sendable (
      _ seeds: Span<Double>, _ width: Int, _ block: inout MutableSpan<Double>
    ) throws -> Void

  /// The number of rows m.
  package let rows: Int
  /// The number of columns n.
  package let columns: Int
  /// The entries, when plans may read them, in the pattern of the factor.
  package let entries: Matrix?
  /// The entries for the verifier, which applies them in twice the precision;
  /// even of an operand that hides them from plans.
  let verifiableEntries: Matrix?
  private let tangent: Application?
  private let adjoint: Application?

  /// A given factor: its entries are at hand, and it can be applied.
  public init(_ matrix: Matrix) {
    self.init(of: matrix, entries: matrix)
  }

  /// A matrix-free factor: the operator of a matrix whose entries are kept from
  /// plans.
  public init(hiding matrix: Matrix) {
    self.init(of: matrix, entries: nil)
  }

  private init(of matrix: Matrix, entries: Matrix?) {
    (rows, columns) = (matrix.rows, matrix.columns)
    (self.entries, verifiableEntries) = (entries, matrix)
    tangent = { try matrix.apply(.tangent, to: $0, width: $1, into: &$2) }
    adjoint = { try matrix.apply(.adjoint, to: $0, width: $1, into: &$2) }
  }

  /// A matrix-free factor: a derivative given by functions; nil for a direction
  /// that it hasn't got. Runs with several workers call them from several
  /// threads.
  ///
  /// - Parameters:
  ///   - rows: m.
  ///   - columns: n.
  ///   - tangent: writes J · S, m × `width`, for seeds S, n × `width`: see
  ///     `Operands`.
  ///   - adjoint: writes S · J, `width` × n, for seeds S, `width` × m.
  public init(
    rows: Int, columns: Int,
    tangent: (
      @Sendable (
        _ seeds: Span<Double>, _ width: Int, _ block: inout MutableSpan<Double>
      ) throws -> Void
    )? = nil,
    adjoint: (
      @Sendable (
        _ seeds: Span<Double>, _ width: Int, _ block: inout MutableSpan<Double>
      ) throws -> Void
    )? = nil
  ) {
    (self.rows, self.columns) = (rows, columns)
    (entries, verifiableEntries) = (nil, nil)
    (self.tangent, self.adjoint) = (tangent, adjoint)
  }

  /// J · S, or S · J.
  ///
  /// - Throws: what its function throws, and `ChainError` (`unsupported`)
  ///   without one.
  package func apply(
    _ mode: Mode, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    guard let function = mode == .tangent ? tangent : adjoint else {
      throw ChainError(
        .unsupported, at: "/factors", expected: "a \(mode) function",
        found: "none",
        advice: "give the operand this function, or the factor no such cost")
    }
    try function(seeds, width, &block)
  }

  /// J · vector or vector · J for the verifier; nil when the operand can't be
  /// applied in that direction. Entries are multiplied by loops that share no
  /// code with the kernels, in both directions, whatever costs are declared.
  func product(_ mode: Mode, with vector: [Double]) throws -> [Double]? {
    if let verifiableEntries {
      return verifiableEntries.plainProduct(mode, with: vector)
    }
    var block = [Double](
      repeating: 0, count: mode == .tangent ? rows : columns)
    do {
      var span = block.mutableSpan
      try apply(mode, to: vector.span, width: 1, into: &span)
      return block
    } catch let error as ChainError where error.kind == .unsupported {
      return nil
    }
  }
}

extension Array: Operands where Element == Operand {
  /// J · S or S · J of operand `index`.
  public func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    try self[index].apply(mode, to: seeds, width: width, into: &block)
  }
}

extension [Operand] {
  /// Refuses operands of another problem.
  func check(for problem: Problem) throws(ChainError) {
    guard count == problem.factors.count else {
      throw ChainError(
        .malformed, at: "/factors",
        expected: "\(problem.factors.count) operands, one per factor",
        found: "\(count)", advice: "give one operand per factor")
    }
    for (index, operand) in enumerated() {
      let (rows, columns) = (operand.rows, operand.columns)
      guard problem.patterns[index].rows == rows,
        problem.patterns[index].columns == columns
      else {
        let factor = problem.factors[index]
        throw ChainError(
          .malformed, at: "/factors/\(index)",
          expected: "\(factor.rows) × \(factor.columns) for "
            + "\"\(factor.name)\"",
          found: "an operand of \(rows) × \(columns)",
          advice: "list the operands in the order of the factors")
      }
    }
  }
}
