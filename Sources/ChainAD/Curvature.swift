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
  /// There are only products C · v, forward over reverse; one of them costs
  /// `product` fma. nil is priced as twice a tangent and an adjoint of the
  /// function, as both are done on duals; one that the function doesn't have
  /// counts as one fma for each nonzero of its Jacobian.
  case products(Structure, product: Int? = nil)
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

/// A function that knows better than "declare its curvature".
package protocol AdvisingFunction: CurvedFunction {
  /// What to give so that `curvature` is known: the advice of the error that
  /// refuses a Hessian where it is `unknown`.
  var curvatureAdvice: String { get }
}

extension ElementalFunction {
  /// What is known of its curvature. The same Jacobian at every point means
  /// none, whoever declares it.
  var knownCurvature: Curvature {
    if let curved = self as? any CurvedFunction { return curved.curvature }
    return hasConstantEntries || structure.isUnit ? .zero : .unknown
  }

  /// What to give, if it is unknown.
  var advisedCurvature: String {
    switch self {
    case let advising as any AdvisingFunction: advising.curvatureAdvice
    case is any CurvedFunction: "declare its curvature"
    default: "conform it to CurvedFunction, or write it as a ScalarFunction"
    }
  }

  /// Where second derivatives can lie: two inputs that meet in one output, the
  /// pattern of Jᵀ · J; dense where that can't be listed.
  var meetingInputs: Structure {
    guard
      let own = try? Pattern(
        rows: outputCount, columns: inputCount, structure: structure,
        at: "/structure"),
      let both = try? Pattern.product(own.transposed(), own).structure
    else { return .dense }
    // No function declares a submatrix.
    if case .submatrix = both { return .dense }
    return both
  }

  /// Products there; the Jacobian of a unit structure is the same everywhere.
  var curvatureByProducts: Curvature {
    structure.isUnit ? .zero : .products(meetingInputs)
  }
}

/// The second derivatives of one function at one point, which moves.
///
/// They are asked for at points where `Abilities.curvature` was to be kept.
public protocol CurvedLinearization: Linearization {
  /// Writes the entries of C = Σ_i λ_i · ∇²F_i, as its structure stores them;
  /// only asked for where `Curvature` has entries.
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
  /// Refuses: for functions whose `curvature` names no entries.
  public func curvature(
    weights: Span<Double>, into entries: inout MutableSpan<Double>
  ) throws {
    throw ChainError(
      .unsupported, at: "/curvature", expected: "entries of the curvature",
      found: "products alone",
      advice: "declare products, or implement curvature(weights:into:)")
  }

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

extension Linearization {
  /// The same place; who asks has seen that its function has a curvature.
  ///
  /// - Throws: `ChainError` when the function doesn't give what it declares.
  func curved(_ name: String) throws(ChainError) -> any CurvedLinearization {
    guard let place = self as? any CurvedLinearization else {
      throw ChainError(
        .unsupported, at: "function \(name)",
        expected: "a CurvedLinearization", found: "another one",
        advice: "let linearization() give what CurvedFunction promises")
    }
    return place
  }
}

extension Abilities {
  /// Second derivatives: wanted of a `CurvedFunction`.
  public static let curvature = Abilities(rawValue: 16)
}
