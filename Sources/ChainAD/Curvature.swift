import JacobianChain

/// What is known of the second derivatives of a function F: ℝⁿ → ℝᵐ, weighted
/// by m numbers λ: C = Σ_i λ_i · ∇²F_i, symmetric, n × n.
public enum Curvature: Hashable, Sendable {
  /// Nothing: Hessians of a composition with this function are refused.
  case unknown
  /// C = 0 everywhere: affine functions, selections.
  case zero
  /// The entries come from a formula, at no cost worth pricing; they lie where
  /// the structure says. One product C · v by a formula of its own costs
  /// `product` fma; nil where there is none.
  case entries(Structure, product: Int? = nil)
  /// There are only products C · v, forward over reverse: priced as twice a
  /// tangent and an adjoint of the function, as both are done on duals.
  case products(Structure)
}

/// A function whose second derivatives can be had.
///
/// The structure of the curvature is one of a symmetric n × n matrix; it may
/// not be a unit structure.
public protocol CurvedFunction: ElementalFunction {
  /// What is known of C, at every point.
  ///
  /// Unless it is `zero` or `unknown`, the linearisations of the function are
  /// `CurvedLinearization`s.
  var curvature: Curvature { get }
}

/// The second derivatives of one function at one point, which moves.
///
/// They are asked for at points where `Abilities.curvature` was to be kept.
public protocol CurvedLinearization: Linearization {
  /// Writes the entries of C = Σ_i λ_i · ∇²F_i, as its structure stores them.
  ///
  /// - Parameters:
  ///   - weights: λ, m numbers.
  ///   - entries: to be written; they hold anything before.
  func curvature(
    weights: Span<Double>, into entries: inout MutableSpan<Double>
  ) throws

  /// C · S; only asked for where `Curvature` has products.
  ///
  /// - Parameters:
  ///   - weights: λ, m numbers.
  ///   - seeds: S, n × `width`, row by row.
  ///   - width: the number of directions.
  ///   - block: n × `width`, to be written.
  func curvatureProducts(
    weights: Span<Double>, of seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws
}

extension CurvedLinearization {
  /// Refuses: for functions whose `curvature` names no products.
  public func curvatureProducts(
    weights: Span<Double>, of seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    throw ChainError(
      .unsupported, at: "/curvature", expected: "products with the curvature",
      found: "entries alone",
      advice: "declare no products, or implement curvatureProducts")
  }
}

extension Abilities {
  /// Second derivatives: wanted of a `CurvedFunction`.
  public static let curvature = Abilities(rawValue: 16)
}
