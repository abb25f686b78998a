#if canImport(_Differentiation)
  import ChainAD
  import JacobianChain
  import _Differentiation

  extension GivenCurvature {
    /// The second derivatives as Swift's derivative of a gradient: C is
    /// symmetric, so its pullback of v, v · C, is the product C · v.
    ///
    /// ```swift
    /// Elemental.differentiable(
    ///   name: "example", inputCount: 2, outputCount: 2,
    ///   curvature: .gradient { x, weights in
    ///     [weights[0] + weights[1] * x[1], weights[0] + weights[1] * x[0]]
    ///   },
    ///   of: { x in [x[0] + x[1], x[0] * x[1]] })
    /// ```
    ///
    /// - Parameters:
    ///   - structure: where the entries of C lie; nil for wherever two inputs
    ///     meet in one output.
    ///   - cost: fma of one product; nil for twice a tangent and an adjoint.
    ///   - gradient: from x, n doubles, and λ, m doubles, to
    ///     ∇_x Σ_i λ_i · F_i(x) = λ · J(x), n doubles; differentiable by x.
    /// - Complexity: for a block of w products one run of the gradient and w
    ///   calls of its pullback.
    public static func gradient(
      structure: Structure? = nil, cost: Int? = nil,
      _ gradient:
        @escaping @Sendable @differentiable(reverse) (
          _ x: [Double], _ weights: @noDerivative [Double]
        ) -> [Double]
    ) -> Self {
      products(structure: structure, cost: cost) {
        point, weights, seeds, width in
        let n = point.count
        let (value, pullback) = valueWithPullback(at: point) { x in
          gradient(x, weights)
        }
        try check(value.count, n)
        var block = [Double](repeating: 0, count: n * width)
        for column in 0..<width {
          let seed = (0..<n).map { seeds[$0 * width + column] }
          let product = pullback([Double].TangentVector(seed)).base
          // Swift leaves out what is zero altogether.
          if !product.isEmpty { try check(product.count, n) }
          for row in product.indices {
            block[row * width + column] = product[row]
          }
        }
        return block
      }
    }

    private static func check(
      _ found: Int, _ inputs: Int
    ) throws(ChainError) {
      guard found == inputs else {
        throw ChainError(
          .malformed, at: "gradient", expected: "\(inputs) entries",
          found: "\(found)",
          advice: "give one entry for each input of the function")
      }
    }
  }
#endif
