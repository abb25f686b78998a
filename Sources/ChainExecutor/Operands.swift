import JacobianChain

/// The factors of a problem to a `Program`: what applies the derivatives of
/// those that are matrix-free, and writes the entries of those that are given
/// on demand.
///
/// Blocks are dense, row by row. Laws, J being factor `index`, m × n: tangents
/// of S are J · S and adjoints are S · J; so ⟨y, J·x⟩ = ⟨y·J, x⟩. A program
/// asks only for what its plan contains, and what isn't implemented refuses.
///
/// `Sendable` ones may serve several workers, one factor perhaps two at once;
/// results may not depend on the order of the calls.
public protocol Operands {
  /// J · S (tangent), or S · J (adjoint).
  ///
  /// - Parameters:
  ///   - index: the factor of the problem.
  ///   - seeds: S, n × `width`, or `width` × m.
  ///   - width: the number of tangents or adjoints.
  ///   - block: m × `width`, or `width` × n, to be written; it holds anything
  ///     before.
  /// - Throws: anything; the program adds the step and the factor.
  func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
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

extension Operands {
  /// Refuses: there is none.
  public func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws { throw lacking("a \(mode) function", of: index) }

  /// Refuses: there are none.
  public func entries(
    ofFactor index: Int, into entries: inout MutableSpan<Double>
  ) throws(ChainError) { throw lacking("entries on demand", of: index) }

  private func lacking(_ what: String, of index: Int) -> ChainError {
    ChainError(
      .unsupported, at: "/factors/\(index)", expected: what, found: "none",
      advice: "run with operands that have it, or plan without")
  }
}

/// For plans whose factors are all at hand.
@usableFromInline
struct NoOperands: Operands {
  @usableFromInline init() {}
}
