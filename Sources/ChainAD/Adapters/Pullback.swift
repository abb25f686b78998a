import JacobianChain

/// A function that is known by its pullback v ↦ v · J alone, the pullback
/// being written once for every kind of cotangent; a `PullbackFunction` makes
/// tangents of it, too.
///
/// The point is plain: only the cotangents may be carried through generic
/// arithmetic, and the result must be linear in them.
///
/// ```swift
/// struct SumAndProduct: Pullback {
///   let inputCount = 2, outputCount = 2
///   func value(at x: [Double]) -> [Double] { [x[0] + x[1], x[0] * x[1]] }
///   func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
///     [v[0] + T(x[1]) * v[1], v[0] + T(x[0]) * v[1]]
///   }
/// }
/// ```
public protocol Pullback: Sendable {
  /// The number of inputs n.
  var inputCount: Int { get }
  /// The number of outputs m.
  var outputCount: Int { get }

  /// The m outputs at n inputs.
  func value(at point: [Double]) throws -> [Double]

  /// v · J at the point: m cotangents to n.
  func callAsFunction<T: Scalar>(
    at point: [Double], _ cotangent: [T]
  ) throws -> [T]
}

/// A function with tangents from two adjoints.
///
/// The pullback g(v) = v · J is linear in v, so its own Jacobian is Jᵀ at
/// every v. One adjoint of g with seed x is therefore x · Jᵀ = J · x, a
/// tangent: the second adjoint is taken by tracing the pullback over its
/// cotangents. This applies exactly where
///
/// * the pullback can be written as a generic function of the cotangents, and
/// * it is linear in them: no branch on a cotangent, no product of two.
///
/// It is exact, no difference quotient. It can't be had from an opaque pullback
/// over `Double`: there is nothing to trace; accumulate m adjoints instead.
///
/// w adjoints take ⌈w / 4⌉ evaluations of the pullback on duals, w tangents one
/// recording of it a point and ⌈w / 4⌉ sweeps. An evaluation allocates the
/// array that the pullback returns, and nothing else.
///
/// Second derivatives are those of a `CurvedPullback`, or are given.
public struct PullbackFunction: GivenCurvatureFunction {
  typealias DualBlock = GenericProgram.DualBlock
  @usableFromInline
  typealias Form<T> = @Sendable ([Double], [T]) throws -> [T]

  /// The name that reports and errors refer to.
  public let name: String
  /// The number of inputs n.
  public let inputCount: Int
  /// The number of outputs m.
  public let outputCount: Int
  /// Where the entries of the m × n Jacobian lie, as declared.
  public let structure: Structure
  /// What tangents and adjoints cost.
  public let costs: ElementalCosts
  /// All but parameters.
  public var abilities: Abilities { [.tangent, .adjoint, .entries] }
  /// No: they are made of tangents or adjoints.
  public var hasFreeEntries: Bool { false }
  package let given: GivenCurvature
  /// What was given, or is derived.
  public var curvature: Curvature { givenCurvature }
  /// The point has to be generic as well.
  public var curvatureAdvice: String {
    "conform its pullback to CurvedPullback, or give it curvature: "
      + ".products, .entries or, if it is affine, .zero"
  }

  let value: @Sendable ([Double]) throws -> [Double]
  let dual: Form<Dual<SIMD4<Double>>>
  let traced: Form<Traced>

  /// Wraps a pullback; costs are counted unless declared.
  ///
  /// - Parameter curvature: what Hessians need; unknown unless given.
  @inlinable
  public init<P: Pullback>(
    name: String, structure: Structure = .dense,
    costs: ElementalCosts = .init(tangent: .undeclared, adjoint: .undeclared),
    curvature: GivenCurvature = .unknown, _ pullback: P
  ) {
    self.init(
      name: name, structure: structure, costs: costs, curvature: curvature,
      inputs: pullback.inputCount, outputs: pullback.outputCount,
      value: { try pullback.value(at: $0) },
      dual: { try pullback(at: $0, $1) },
      traced: { try pullback(at: $0, $1) })
  }

  /// The same, with the second derivatives that such a pullback has.
  @inlinable
  public init<P: CurvedPullback>(
    name: String, structure: Structure = .dense,
    costs: ElementalCosts = .init(tangent: .undeclared, adjoint: .undeclared),
    _ pullback: P
  ) {
    self.init(
      name: name, structure: structure, costs: costs,
      curvature: .derivative(of: pullback), pullback)
  }

  @usableFromInline
  init(
    name: String, structure: Structure, costs: ElementalCosts,
    curvature: GivenCurvature, inputs: Int, outputs: Int,
    value: @escaping @Sendable ([Double]) throws -> [Double],
    dual: @escaping Form<Dual<SIMD4<Double>>>, traced: @escaping Form<Traced>
  ) {
    self.name = name
    self.structure = structure
    self.costs = costs
    given = curvature
    inputCount = inputs
    outputCount = outputs
    self.value = value
    self.dual = dual
    self.traced = traced
  }

  /// A place for the derivative at a point.
  public func linearization() -> any Linearization {
    PullbackLinearization(self)
  }
}
