import ChainExecutor
import JacobianChain

/// Second derivatives of a function with one output, forward over reverse
/// (Christianson 1992, doi:10.1093/imanum/12.2.135; Pearlmutter 1994,
/// doi:10.1162/neco.1994.6.1.147) in the order that plans choose:
///
///     H = Σ_k S_kᵀ · C_k · S_k,   C_k = Σ_i λ_{k,i} · ∇²F_{k,i}(z_{k−1})
///
/// where S_k = ∂z_{k−1}/∂x is a product of Jacobians and λ_k = ∂F/∂z_k. The
/// terms are the targets of one problem, so that what they share is computed
/// once; affine functions have none.
extension PreparedJacobian {
  /// The Hessian ∂²F/∂x², n × n, in the structure that its terms have.
  ///
  /// It is symmetric exactly: what is returned is (H + Hᵀ) / 2 of the H that
  /// the plan makes, which is symmetric to rounding.
  ///
  /// - Parameter point: n inputs.
  /// - Throws: `ChainError` (`unsupported`) for several outputs, and for a
  ///   function whose second derivatives aren't known, which it names; else as
  ///   `jacobian`.
  /// - Complexity: the prices of two plans, one forward sweep, and
  ///   O(entries of H) for each function with curvature.
  public func hessian(at point: [Double]) throws(ChainError) -> Matrix {
    let n = function.inputCount
    try checkCurvature()
    guard
      let computation = try runCurvature(
        Request(curvature: curved), "Hessian", at: point)
    else {
      return try Matrix(
        pattern: Pattern(
          rows: n, columns: n,
          structure: .submatrix(rows: IndexRuns(), columns: IndexRuns()),
          at: "/hessian"), sparseValues: [])
    }
    return try Matrix.symmetricSum(try computation.targets(trajectory))
  }

  /// H · v without H: tangents go in as far as the last function with
  /// curvature, then adjoints come out and take each C_k · S_k · v along.
  ///
  /// - Parameters:
  ///   - point: n inputs.
  ///   - vector: v, n numbers.
  /// - Returns: n numbers.
  /// - Throws: `ChainError`; as `hessian`, and for another number of entries.
  /// - Complexity: one product with each J_k and C_k, and two with each J_kᵀ.
  public func hessianVectorProduct(
    at point: [Double], vector: [Double]
  ) throws(ChainError) -> [Double] {
    let n = function.inputCount
    guard vector.count == n else {
      throw ChainError(
        .malformed, at: "/vector", expected: counted(n, "number"),
        found: "\(vector.count)", advice: "give one number for each input")
    }
    try checkCurvature()
    var ways: [Computation] = []
    for (start, end) in zip([0] + curved, curved) where start < end {
      ways.append(
        try evaluator.computation(
          .adjoints(
            from: start, to: end, width: 1, last: function.functions.count),
          "adjoints of z_\(end) by z_\(start)"))
    }
    let terms = try runCurvature(
      Request(
        seeds: .init(mode: .tangent, width: 1, vertices: [0]),
        curvature: curved),
      "Hessian · v", at: point, seeds: vector, before: ways)
    guard let terms else { return [Double](repeating: 0, count: n) }
    var sum: [Double] = []
    for (target, k) in curved.enumerated().reversed() {
      let own = try terms.target(target, trajectory).denseEntries()
      sum = sum.isEmpty ? own : zip(sum, own).map(+)
      guard k > 0 else { break }
      let way = ways.removeLast()
      try way.run(whereItStands: trajectory, seeds: sum)
      sum = try way.target(0, trajectory).denseEntries()
    }
    return sum
  }

  /// One forward sweep, one plan for all λ_k, one for all terms.
  ///
  /// - Parameter before: what else is going to run at the point.
  /// - Returns: what has the terms; nil when there is none.
  private func runCurvature(
    _ request: Request, _ name: String, at point: [Double],
    seeds: [Double] = [], before others: [Computation] = []
  ) throws(ChainError) -> Computation? {
    guard let last = request.curvature.last else {
      try trajectory.evaluate(at: point)
      return nil
    }
    let terms = try evaluator.computation(request, name)
    // λ of the last function is 1.
    let inner = request.curvature.filter { $0 + 1 < end }
    let adjoints =
      inner.isEmpty
      ? nil
      : try evaluator.computation(
        Request(blocks: inner.map { .init(from: $0 + 1, to: end) }),
        "adjoints")
    trajectory.kept = terms.planned.kept
    for other in others + (adjoints.map { [$0] } ?? []) {
      for k in trajectory.kept.indices {
        trajectory.kept[k].formUnion(other.planned.kept[k])
      }
    }
    try trajectory.move(to: point)
    terms.weights = last + 1 == end ? [last: [1]] : [:]
    if let adjoints {
      try adjoints.run(whereItStands: trajectory)
      for (k, weights) in zip(inner, try adjoints.targets(trajectory)) {
        terms.weights[k] = try weights.denseEntries()
      }
    }
    try terms.run(whereItStands: trajectory, seeds: seeds)
    return terms
  }

  private func checkCurvature() throws(ChainError) {
    guard function.outputCount == 1 else {
      throw ChainError(
        .unsupported, at: "/functions", expected: "one output",
        found: "\(function.outputCount)",
        advice: "weight the outputs by one more function, whose Hessian "
          + "is wanted")
    }
    if let k = firstUnknown {
      throw ChainError(
        .unsupported, at: "/functions/\(k)",
        expected: "second derivatives of \"\(function.functions[k].name)\"",
        found: "none",
        advice: function.functions[k].advisedCurvature)
    }
  }
}
