import JacobianChain

/// Second derivatives that a user gives an adapter as a closure, because they
/// can't be had from its other closures: those of F: ℝⁿ → ℝᵐ weighted by m
/// numbers λ, C = Σ_i λ_i · ∇²F_i, symmetric, n × n.
///
/// Said in another way, C · v is how λ · J(x), an adjoint, changes when x moves
/// along v.
///
/// ```swift
/// Elemental.closures(
///   name: "square", inputCount: 3, outputCount: 3,
///   value: { x in x.map { $0 * $0 } },
///   entries: { x in x.map { 2 * $0 } }, structure: .diagonal,
///   curvature: .entries(structure: .diagonal) { x, weights in weights.map { 2 * $0 } })
/// ```
///
/// Closures run on any thread. Each call allocates copies of λ and of the
/// seeds, and what the closure allocates. Errors: what the closure throws, and
/// `ChainError` (`malformed`) when it returns another count than documented.
public enum GivenCurvature: Sendable {
  /// Nothing is known: Hessians of compositions with the function are refused.
  case unknown
  /// C = 0 at every point: the function is affine, or piecewise.
  case zero
  /// The entries of C, at no cost worth pricing.
  ///
  /// - Parameters:
  ///   - structure: where they lie, at every point and for all λ; not a unit
  ///     structure.
  ///   - body: from the point, n doubles, and λ, m doubles, to all entries, as
  ///     a `Matrix` stores those of `structure`.
  case entries(
    structure: Structure,
    _ body:
      @Sendable (_ point: [Double], _ weights: [Double]) throws
      -> [Double])
  /// Products C · S.
  ///
  /// - Parameters:
  ///   - structure: where the entries of C lie; nil for wherever two inputs
  ///     meet in one output, by the structure of the Jacobian.
  ///   - cost: fma of one product; nil for twice a tangent and an adjoint of
  ///     the function, as `Curvature` has it.
  ///   - body: from the point, n doubles, λ, m doubles, and a block S of seeds,
  ///     n × `width`, to C · S, n × `width`; blocks are dense, row by row.
  case products(
    structure: Structure? = nil, cost: Int? = nil,
    _ body:
      @Sendable (
        _ point: [Double], _ weights: [Double], _ seeds: [Double], _ width: Int
      ) throws -> [Double])
}

/// A function whose curvature was given.
package protocol GivenCurvatureFunction: AdvisingFunction {
  var given: GivenCurvature { get }
}

extension GivenCurvatureFunction {
  /// What `given` says of it.
  package var givenCurvature: Curvature {
    // A Jacobian of ones alone is the same everywhere.
    if structure.isUnit { return .zero }
    switch given {
    case .unknown: return .unknown
    case .zero: return .zero
    case .entries(let structure, _): return .entries(structure)
    case .products(let structure, let cost, _):
      return .products(structure ?? meetingInputs, product: cost)
    }
  }
}

/// The place of such a function at a point, with what it gives there.
package protocol GivenCurvaturePlace: CurvedLinearization {
  associatedtype Function: GivenCurvatureFunction
  var function: Function { get }
  var point: [Double] { get set }
  var hasPoint: Bool { get set }
}

extension GivenCurvaturePlace {
  /// Moves to a point, with the outputs that `body` makes of it.
  package func move(
    to point: Span<Double>, value: inout MutableSpan<Double>,
    by body: ([Double]) throws -> [Double]
  ) throws {
    hasPoint = false
    let name = function.name
    try Refusal.check(point.count, function.inputCount, "inputs", of: name)
    try Refusal.check(value.count, function.outputCount, "outputs", of: name)
    for index in self.point.indices { self.point[index] = point[index] }
    try deliver(try body(self.point), "outputs", into: &value)
    hasPoint = true
  }

  /// Hands over what a closure has returned.
  package func deliver(
    _ doubles: [Double], _ what: @autoclosure () -> String,
    into block: inout MutableSpan<Double>
  ) throws {
    try Refusal.check(doubles.count, block.count, what(), of: function.name)
    for index in doubles.indices { block[index] = doubles[index] }
  }

  package func curvature(
    weights: Span<Double>, into entries: inout MutableSpan<Double>
  ) throws {
    guard case .entries(_, let body) = function.given else {
      throw Refusal.missing("entries of its curvature", function.name)
    }
    let weights = try taken(weights, function.outputCount, "weights")
    try deliver(
      try body(point, weights), "entries of its curvature", into: &entries)
  }

  package func curvatureProducts(
    weights: Span<Double>, of seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    guard case .products(_, _, let body) = function.given else {
      throw Refusal.missing("products with its curvature", function.name)
    }
    let weights = try taken(weights, function.outputCount, "weights")
    let seeds = try taken(seeds, function.inputCount * width, "seeds")
    try deliver(
      try body(point, weights, seeds, width), "products of its curvature",
      into: &block)
  }

  private func taken(
    _ doubles: Span<Double>, _ count: Int, _ what: String
  ) throws -> [Double] {
    try Refusal.checkPoint(hasPoint, function.name)
    try Refusal.check(
      doubles.count, count, "\(what) of its curvature", of: function.name)
    return doubles.indices.map { doubles[$0] }
  }
}
