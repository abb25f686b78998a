import JacobianChain

/// What a factor of the chain, m × n, is to the executor: entries, or a
/// function that applies the derivative to a block of vectors, or both.
///
/// Laws: with entries J, `tangent(S)` is J·S and `adjoint(S)` is S·J; so
/// ⟨y, J·x⟩ = ⟨y·J, x⟩ whatever the operand has.
///
/// `Sendable`, because a run with several workers calls operands from several
/// threads, one operand perhaps from two at once (a tied factor). Results may
/// not depend on the order of the calls; an operand that keeps scratch memory
/// or a generator guards it, or has one for each call.
///
/// The peak of a plan (`PricedPlan.peakBytes`) counts the block that an operand
/// returns; whatever else it makes in the pool is counted by the run only.
public protocol Operand: Sendable {
  /// The number of rows m.
  var rows: Int { get }
  /// The number of columns n.
  var columns: Int { get }
  /// The entries, when they are at hand, in the pattern of the factor.
  var entries: Matrix? { get }

  /// J · seeds: w tangents at once.
  ///
  /// - Parameters:
  ///   - seeds: dense n × w, one seed vector per column.
  ///   - workspace: the pool to make the block in, so that it is reused and
  ///     counted.
  /// - Returns: dense m × w.
  /// - Throws: anything; the executor adds the step and the factor. A factor
  ///   without tangents throws `ChainError` (`unsupported`).
  func tangent(_ seeds: Matrix, in workspace: Workspace) throws -> Matrix

  /// seeds · J: w adjoints at once.
  ///
  /// - Parameters:
  ///   - seeds: dense w × m, one seed vector per row.
  ///   - workspace: the pool to make the block in.
  /// - Returns: dense w × n.
  /// - Throws: as `tangent`.
  func adjoint(_ seeds: Matrix, in workspace: Workspace) throws -> Matrix

  /// The entries for the verifier, which applies them in twice the precision;
  /// even of an operand that hides them from plans. By default `entries`; nil
  /// when there are only products.
  var verifiableEntries: Matrix? { get }

  /// J · vector (tangent) or vector · J (adjoint) for the verifier, which asks
  /// when there are no `verifiableEntries`; nil when the operand can't be applied
  /// in that direction.
  ///
  /// An operand that holds entries answers with loops of its own, which share
  /// no code with the kernels.
  func product(_ mode: Mode, with vector: [Double]) throws -> [Double]?
}

extension Operand {
  /// The entries, when they are at hand.
  public var verifiableEntries: Matrix? { entries }

  /// One column or one row through `tangent` or `adjoint`; nil when they throw
  /// `unsupported`.
  public func product(
    _ mode: Mode, with vector: [Double]
  ) throws -> [Double]? {
    let count = vector.count
    let seeds = try Matrix.dense(
      rows: mode == .tangent ? count : 1,
      columns: mode == .tangent ? 1 : count
    ) { _ = $0.initialize(from: vector) }
    do {
      let block =
        switch mode {
        case .tangent: try tangent(seeds, in: Workspace())
        case .adjoint: try adjoint(seeds, in: Workspace())
        }
      return try block.denseEntries()
    } catch let error as ChainError where error.kind == .unsupported {
      return nil
    }
  }
}
