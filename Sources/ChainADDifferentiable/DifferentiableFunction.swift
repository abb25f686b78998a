#if canImport(_Differentiation)
  import ChainAD
  import JacobianChain
  import _Differentiation

  extension Elemental {
    /// A function that Swift itself differentiates, in reverse mode.
    ///
    /// ```swift
    /// Elemental.differentiable(
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
    ///
    /// - Parameters:
    ///   - name: what reports and errors call it.
    ///   - inputCount: n.
    ///   - outputCount: m.
    ///   - structure: where the entries of the m × n Jacobian lie.
    ///   - costs: fma; that of an adjoint is found unless declared.
    ///   - curvature: what Hessians need; unknown unless given.
    ///   - body: F, n doubles to m, differentiable at every point.
    public static func differentiable(
      name: String, inputCount: Int, outputCount: Int,
      structure: Structure = .dense,
      costs: ElementalCosts = .init(adjoint: .undeclared),
      curvature: GivenCurvature = .unknown,
      of body:
        @escaping @Sendable @differentiable(reverse) ([Double])
        -> [Double]
    ) -> some CurvedFunction {
      DifferentiableFunction(
        name: name, inputCount: inputCount, outputCount: outputCount,
        structure: structure, costs: costs, given: curvature, body: body)
    }
  }

  /// What `Elemental.differentiable` makes.
  struct DifferentiableFunction: GivenCurvatureFunction {
    let name: String
    let inputCount: Int
    let outputCount: Int
    let structure: Structure
    let costs: ElementalCosts
    /// Adjoints.
    var abilities: Abilities { .adjoint }
    package let given: GivenCurvature
    let body: @Sendable @differentiable(reverse) ([Double]) -> [Double]

    var curvature: Curvature { givenCurvature }
    /// Most of all the gradient.
    var curvatureAdvice: String {
      "give it curvature: .gradient, .products, .entries or, if it is "
        + "affine, .zero"
    }

    func linearization() -> any Linearization {
      PullbackPlace(self)
    }
  }
#endif
