import ChainMemory
import ChainRandom
import JacobianChain

/// A computed Jacobian held against an evaluation that shares no code with
/// the kernels: the factors of the word are applied one after the other to
/// vectors (those of a graph along its arcs, from vertex to vertex), by plain
/// loops over their entries, with twice the precision of a
/// double and an exponent of its own for each element.
///
/// Beside each element goes what rounding may have done to it (`Rounding`). The
/// result agrees when all its entries are that near; one that isn't finite, or
/// can't be compared, never does. Where the bound is as large as the result
/// itself, there is nothing to agree with: that is a verdict of its own.
///
/// Operands that are only functions of doubles make the reference as good as
/// they are.
public struct Verification: Hashable, Sendable {
  /// Which vectors were applied.
  package enum Method: Hashable, Sendable {
    /// All unit vectors: every entry has been compared.
    case oneHot(columns: Int)
    /// Seeded random vectors from the sides that the operands allow: sums over
    /// whole rows and columns have been compared.
    case probes(count: Int)
  }

  /// What came out.
  public enum Verdict: Hashable, Sendable {
    /// Every entry is right but for rounding.
    case agrees
    /// Right but for rounding, which can change the result by more than
    /// `conditionLimit` of it.
    case illConditioned
    /// An entry is wrong.
    case disagrees
    /// An entry of the Jacobian itself is larger than the largest double.
    case unrepresentable
  }

  /// An entry that is wrong; a coordinate is nil where a whole row or column
  /// was compared as one sum.
  package struct Outlier: Hashable, Sendable {
    /// The row, from 0.
    package let row: Int?
    /// The column, from 0.
    package let column: Int?
    /// What the result has there.
    package let found: Double
    /// What the reference has there.
    package let expected: Double
  }

  /// What came out.
  public let verdict: Verdict
  /// The largest |found − reference|, relative to the largest entry in the same
  /// row or column; infinite when it can't be told.
  public let maxRelativeError: Double
  /// What rounding may do to an entry of any order of products, relative to the
  /// largest entry in the same row or column.
  public let errorBound: Double
  /// How it was found.
  package let method: Method
  /// The entry that is farthest off, when the verdict is `disagrees` or
  /// `unrepresentable`.
  package let outlier: Outlier?

  /// Multiplications below which every unit vector is applied.
  package static let oneHotLimit = 5e7
  /// A larger error bound makes a result ill-conditioned.
  package static let conditionLimit = 1e-3

  /// Compares `computed` with target `target` of the problem.
  ///
  /// Unit vectors go through the chain when that is cheap, in the direction
  /// that needs fewer of them among those that all operands have; otherwise
  /// random probes, `probes` from each side that is possible. What one
  /// direction refuses, the other one looks at again: the bound of an order
  /// that cancels early says little of one that cancels late.
  ///
  /// Of operators some of which have only tangents and some only adjoints, up
  /// to 2^22 entries are found one vector at a time.
  ///
  /// - Throws: `ChainError` (`unsupported`) when neither tangents nor adjoints
  ///   reach through the whole word even so, `malformed` when shapes differ, an
  ///   operand fails or has an entry that isn't finite, `tooLarge` when vectors
  ///   of its size don't fit into memory.
  /// - Complexity: O(vectors · (Σ entries + Σ declared costs)).
  public init(
    of computed: Matrix, target: Int = 0, in problem: Problem,
    operands: [Operand], seed: UInt64 = 1, probes: Int = 3
  ) throws(ChainError) {
    try MemoryBudget.check(
      Self.bytes(ofTarget: target, in: problem), at: "/targets/\(target)",
      for: "the vectors of the verification",
      advice: "verify parts of the chain, or use a machine with more memory")
    let reference = try Reference(
      Route(target: target, of: problem), of: problem, operands: operands)
    try self.init(
      of: computed, target: target, against: reference, seed: seed,
      probes: probes)
  }

  /// The most memory that a verification needs beyond result and operands: a
  /// few vectors on both sides of a factor (at every vertex of a graph), with
  /// what belongs to each element.
  package static func bytes(
    ofTarget target: Int, in problem: Problem
  ) -> UInt128 {
    let held: UInt128
    if let graph = problem.graph {
      held = graph.vertices.reduce(0) { $0 + UInt128($1.size) }
    } else {
      held =
        problem.targets[target].lazy.map { problem.factors[$0] }.map {
          UInt128($0.rows) + UInt128($0.columns)
        }.max() ?? 0
    }
    let shape = problem.shape(ofTarget: target)
    let isLong = shape.rows + shape.columns > Comparison.elementLimit
    return held * (isLong ? 1 : UInt128(Comparison.width)) * elementBytes
  }

  /// An element of a vector and of a product with it, and what was compared.
  private static let elementBytes: UInt128 = 96

  init(
    of computed: Matrix, target: Int, against reference: Reference,
    seed: UInt64 = 1, probes: Int = 3
  ) throws(ChainError) {
    let problem = reference.problem
    let shape = problem.shape(ofTarget: target)
    guard (computed.rows, computed.columns) == shape else {
      throw ChainError(
        .malformed, at: "/targets/\(target)",
        expected: "\(shape.rows) × \(shape.columns)",
        found: "\(computed.rows) × \(computed.columns)",
        advice: "compare a Jacobian with the target it was computed for")
    }
    guard !reference.modes.isEmpty else {
      throw ChainError(
        .unsupported, at: "/targets/\(target)",
        expected: "tangents through the whole chain, or adjoints",
        found: "operands that have only one of them, some this, some that",
        advice: "verify parts of the chain, or give the operands both")
    }
    let comparison = Comparison(computed, reference)
    self = try comparison.verification(seed: seed, probes: probes)
  }

  init(
    _ deviation: Deviation, _ method: Method, _ outlier: Outlier?
  ) {
    maxRelativeError = deviation.relativeDifference
    errorBound = deviation.relativeBound
    self.method = method
    self.outlier = outlier
    verdict =
      if deviation.isBeyondDoubles {
        .unrepresentable
      } else if deviation.outlier != nil {
        .disagrees
      } else if errorBound <= Self.conditionLimit {
        .agrees
      } else {
        .illConditioned
      }
  }
}
