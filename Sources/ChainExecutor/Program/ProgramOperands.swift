import JacobianChain

/// The factors of a `Program`: what applies the derivatives of those that are
/// matrix-free, and writes the entries of those that are given on demand.
///
/// Blocks are dense, row by row. Laws, J being factor `index`, m × n: tangents
/// of S are J · S and adjoints are S · J. A program asks only for what its plan
/// contains.
public protocol ProgramOperands {
  /// J · S.
  ///
  /// - Parameters:
  ///   - index: the factor of the problem.
  ///   - seeds: S, n × `width`.
  ///   - width: the number of tangents.
  ///   - block: m × `width`, to be written; it holds anything before.
  /// - Throws: anything; the program adds the step and the factor.
  func tangents(
    ofFactor index: Int, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws

  /// S · J.
  ///
  /// - Parameters:
  ///   - index: the factor of the problem.
  ///   - seeds: S, `width` × m.
  ///   - width: the number of adjoints.
  ///   - block: `width` × n, to be written; it holds anything before.
  /// - Throws: anything; the program adds the step and the factor.
  func adjoints(
    ofFactor index: Int, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws

  /// Writes the entries of J, right before they are read.
  ///
  /// - Parameters:
  ///   - index: a factor whose entries were asked for on demand.
  ///   - entries: what its pattern stores, in the order of `Matrix`, to be
  ///     written; it holds anything before.
  /// - Throws: `ChainError`, which the run passes on as it is.
  func entries(
    ofFactor index: Int, into entries: inout MutableSpan<Double>
  ) throws(ChainError)
}

extension ProgramOperands {
  /// For programs that have all entries filled in beforehand.
  public func entries(
    ofFactor index: Int, into entries: inout MutableSpan<Double>
  ) throws(ChainError) {
    throw ChainError(
      .unsupported, at: "/factors/\(index)", expected: "entries on demand",
      found: "none", advice: "run with operands that write them")
  }
}

/// For plans whose factors are all given.
struct NoOperands: ProgramOperands {
  private func refuse(_ mode: Mode) throws {
    throw ChainError(
      .unsupported, at: "/factors", expected: "a \(mode) function",
      found: "none", advice: "run with operands for the matrix-free factors")
  }

  func tangents(
    ofFactor index: Int, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws { try refuse(.tangent) }

  func adjoints(
    ofFactor index: Int, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws { try refuse(.adjoint) }
}
