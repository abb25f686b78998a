import ChainAD
import JacobianChain
import RealModule

/// From a point to outputs or entries.
typealias ClosureAtPoint = @Sendable (_ point: [Double]) throws -> [Double]
/// From a point and a block of seeds to a block.
typealias ClosureProduct =
  @Sendable (_ point: [Double], _ seeds: [Double], _ width: Int) throws
  -> [Double]

/// A function of the composition, and the same written once over every number.
struct Twins {
  var function: any ElementalFunction
  var twin: any ScalarFunction

  /// One after the other: as a composition, and as one generic function.
  static func chain(
    _ all: [Twins]
  ) throws -> (composed: ComposedFunction, whole: ComposedFunction) {
    (
      try ComposedFunction(all.map(\.function)),
      try ComposedFunction([
        HessianSamples.generic("whole", Chained(functions: all.map(\.twin)))
      ])
    )
  }
}

struct Chained: ScalarFunction {
  let functions: [any ScalarFunction]
  var inputCount: Int { functions[0].inputCount }
  var outputCount: Int { functions[functions.count - 1].outputCount }

  func callAsFunction<T: Scalar>(_ x: [T]) throws -> [T] {
    try functions.reduce(x) { try $1($0) }
  }
}

/// x_a, x_b ⊙ exp(s(x_a)) + t(x_a).
struct Coupled: ScalarFunction {
  let scale: any ScalarFunction
  let shift: any ScalarFunction
  var inputCount: Int { scale.inputCount + scale.outputCount }
  var outputCount: Int { inputCount }

  func callAsFunction<T: Scalar>(_ x: [T]) throws -> [T] {
    let passive = Array(x.prefix(scale.inputCount))
    let (s, t) = (try scale(passive), try shift(passive))
    return passive
      + x.dropFirst(passive.count).enumerated().map { i, x in
        x * .exp(s[i]) + t[i]
      }
  }
}

/// x + F(x).
struct Added: ScalarFunction {
  let inner: any ScalarFunction
  var inputCount: Int { inner.inputCount }
  var outputCount: Int { inner.inputCount }

  func callAsFunction<T: Scalar>(_ x: [T]) throws -> [T] {
    zip(x, try inner(x)).map { $0 + $1 }
  }
}

/// y_i = x_chosen(i).
struct Chosen: ScalarFunction {
  let inputCount: Int
  let chosen: [Int]
  var outputCount: Int { chosen.count }

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { chosen.map { x[$0] } }
}

/// y = A · sin x: the pullback generic in the point, too.
struct CurvedWaves: CurvedPullback {
  let waves: Waves
  var inputCount: Int { waves.inputCount }
  var outputCount: Int { waves.outputCount }

  func value(at x: [Double]) -> [Double] { waves.value(at: x) }

  func pullback<T: Scalar>(at x: [T], _ v: [T]) -> [T] {
    x.indices.map { column in
      var sum: T = 0
      for row in v.indices { sum += T(waves.weight(row, column)) * v[row] }
      return .cos(x[column]) * sum
    }
  }
}

extension Waves: ScalarFunction {
  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    (0..<outputCount).map { row in
      x.indices.reduce(T(0.0)) { $0 + T(weight(row, $1)) * .sin(x[$1]) }
    }
  }
}

/// `Neighbours` by hand, y_i = x_i · x_{i+1} + x_i³.
enum NeighbourClosures {
  /// C: 6 λ_i x_i on the diagonal, λ_i beside it.
  static let products = GivenCurvature.products { x, weights, seeds, width in
    let n = x.count
    var block = [Double](repeating: 0, count: n * width)
    for i in 0..<n {
      for c in 0..<width {
        block[i * width + c] += 6 * weights[i] * x[i] * seeds[i * width + c]
        guard i + 1 < n else { continue }
        block[i * width + c] += weights[i] * seeds[(i + 1) * width + c]
        block[(i + 1) * width + c] += weights[i] * seeds[i * width + c]
      }
    }
    return block
  }

  /// A band, by diagonals; dense below three inputs.
  static let entries = GivenCurvature.entries(
    structure: .banded(lower: 1, upper: 1)
  ) {
    x, weights in
    let beside = Array(weights.dropLast())
    return beside + zip(x, weights).map { 6 * $0 * $1 } + beside
  }

  /// - Parameter n: at least 3.
  static func function(
    _ n: Int, curvature: GivenCurvature, tangents: Bool = true,
    hasEntries: Bool = false
  ) -> some CurvedFunction {
    @Sendable func slopes(_ x: [Double]) -> (own: [Double], next: [Double]) {
      (
        x.indices.map { i in
          3 * x[i] * x[i] + (i + 1 < x.count ? x[i + 1] : 0)
        }, Array(x.dropLast())
      )
    }
    let tangent: ClosureProduct = { x, seeds, width in
      let (own, next) = slopes(x)
      return seeds.indices.map { at in
        let (i, after) = (at / width, at + width)
        return own[i] * seeds[at]
          + (after < seeds.count ? next[i] * seeds[after] : 0)
      }
    }
    let entries: ClosureAtPoint = { slopes($0).own + slopes($0).next }
    return Elemental.closures(
      name: "neighbours", inputCount: n, outputCount: n,
      value: { Neighbours(inputCount: n)($0) },
      tangent: tangents ? tangent : nil,
      adjoint: { x, seeds, width in
        let (own, next) = slopes(x)
        return seeds.indices.map { at in
          let i = at % n
          return own[i] * seeds[at] + (i > 0 ? next[i - 1] * seeds[at - 1] : 0)
        }
      },
      entries: hasEntries ? entries : nil,
      structure: .banded(lower: 0, upper: 1),
      costs: ElementalCosts(
        tangent: .declared(2 * n), adjoint: .declared(2 * n), tape: n),
      curvature: curvature)
  }

  static func twins(
    _ n: Int, _ curvature: GivenCurvature, tangents: Bool = true,
    hasEntries: Bool = false
  ) -> Twins {
    Twins(
      function: function(
        n, curvature: curvature, tangents: tangents, hasEntries: hasEntries),
      twin: Neighbours(inputCount: n))
  }
}

extension Twins {
  static func network(
    _ n: Int, _ layers: WholeNetwork.Part...
  ) throws -> [Twins] {
    try layers.map { layer in
      let network = WholeNetwork(inputCount: n, layers: [layer])
      return Twins(
        function: try network.composed().functions[0], twin: network)
    }
  }

  static func affine(_ rows: Int, _ columns: Int, seed: UInt64) throws -> Twins
  {
    try network(columns, HessianTests.affine(rows, columns, seed: seed))[0]
  }

  static func pointwise(
    _ n: Int, _ layer: WholeNetwork.Part
  ) throws -> Twins { try network(n, layer)[0] }

  static func waves(_ m: Int, _ n: Int) -> Twins {
    let waves = Waves(inputCount: n, outputCount: m)
    return Twins(
      function: Elemental.pullback(
        name: "waves", costs: HessianSamples.costs, CurvedWaves(waves: waves)),
      twin: waves)
  }

  static func generic(_ f: some ScalarFunction) -> Twins {
    Twins(function: HessianSamples.generic("generic", f), twin: f)
  }

  static func chosen(_ n: Int, _ chosen: [Int]) throws -> Twins {
    Twins(
      function: try Layer.selection(from: n, chosen),
      twin: Chosen(inputCount: n, chosen: chosen))
  }

  static func residual(_ inner: Twins) throws -> Twins {
    func wrap(_ f: some ElementalFunction) throws -> any ElementalFunction {
      try Layer.residual(f)
    }
    return Twins(
      function: try wrap(inner.function), twin: Added(inner: inner.twin))
  }

  static func coupling(_ s: Twins, _ t: Twins) throws -> Twins {
    func wrap(
      _ s: some ElementalFunction, _ t: some ElementalFunction
    ) throws -> any ElementalFunction { try Layer.coupling(scale: s, shift: t) }
    return Twins(
      function: try wrap(s.function, t.function),
      twin: Coupled(scale: s.twin, shift: t.twin))
  }
}
