#if canImport(_Differentiation)
  import ChainAD
  import JacobianChain
  import _Differentiation

  /// A function that Swift itself differentiates, in reverse mode.
  ///
  /// ```swift
  /// DifferentiableFunction(
  ///   name: "example", inputCount: 2, outputCount: 2,
  ///   of: { x in [x[0] + x[1], x[0] * x[1]] })
  /// ```
  ///
  /// The compiler's derivatives are of `_Differentiation`, which is
  /// experimental: reverse mode only, and no step that has no `@derivative`.
  /// Elementary functions have one under their C names (`exp(x)`, by
  /// `import Glibc` or the like), not as `Double.exp(x)`. Adjoints therefore;
  /// where tangents are wanted, too, write a `ScalarFunction`.
  ///
  /// Moving runs the function once and keeps its pullback, which is called once
  /// for each seed. Both allocate, as Swift's pullbacks do.
  ///
  /// Swift doesn't differentiate derivatives. A function that is to be part of
  /// a Hessian is given its gradient as a second function:
  /// `GivenCurvature.gradient`.
  public struct DifferentiableFunction: GivenCurvatureFunction {
    /// n doubles to m, differentiable at every point.
    public typealias Body =
      @Sendable @differentiable(reverse) ([Double]) -> [Double]

    /// The name that reports and errors refer to.
    public let name: String
    /// The number of inputs n.
    public let inputCount: Int
    /// The number of outputs m.
    public let outputCount: Int
    /// Where the entries of the m × n Jacobian lie.
    public let structure: Structure
    /// What tangents and adjoints cost.
    public let costs: ElementalCosts
    /// Adjoints.
    public var abilities: Abilities { .adjoint }
    package let given: GivenCurvature
    let body: Body

    /// What was given.
    public var curvature: Curvature { givenCurvature }
    /// Most of all the gradient.
    public var curvatureAdvice: String {
      "give it curvature: .gradient, .products, .entries or, if it is "
        + "affine, .zero"
    }

    /// Wraps a function; the cost of an adjoint is found unless declared.
    ///
    /// - Parameter curvature: what Hessians need; unknown unless given.
    public init(
      name: String, inputCount: Int, outputCount: Int,
      structure: Structure = .dense,
      costs: ElementalCosts = .init(adjoint: .undeclared),
      curvature: GivenCurvature = .unknown, of body: @escaping Body
    ) {
      self.name = name
      self.inputCount = inputCount
      self.outputCount = outputCount
      self.structure = structure
      self.costs = costs
      given = curvature
      self.body = body
    }

    /// A place for the derivative at a point.
    public func linearization() -> any Linearization {
      PullbackPlace(self)
    }
  }
#endif
