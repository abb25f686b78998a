import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain

/// y = D · f(E⁻¹ · x) with D and E diagonal, powers of two: its derivatives are
/// those of f times powers of two, whatever their size. That is exact, so what
/// compositions of f have tells what those of y have.
///
/// f_i = Σ_j a_ij · x_j + b_ij · x_j², everything above 0: nothing cancels.
struct ScaledFunction: ScalarFunction {
  let inputCount: Int
  let outputCount: Int
  private var slopes: [Double] = []
  private var bends: [Double] = []
  /// log₂ of E and D.
  private var inner: [Int]
  private var outer: [Int]

  /// - Parameter isCurved: whether b isn't 0.
  init(
    from inner: [Int], to outer: [Int], isCurved: Bool = true,
    _ random: inout SplitMix64
  ) {
    (self.inner, self.outer) = (inner, outer)
    (inputCount, outputCount) = (inner.count, outer.count)
    for _ in 0..<inputCount * outputCount {
      slopes.append(1.5 + random.uniform())
      bends.append(isCurved ? (1.5 + random.uniform()) / 16 : 0)
    }
  }

  /// f.
  var plain: ScaledFunction {
    var function = self
    function.inner = inner.map { _ in 0 }
    function.outer = outer.map { _ in 0 }
    return function
  }

  /// At the same costs in both directions.
  func elemental(_ name: String) -> any ElementalFunction {
    Elemental.generic(
      name: name, costs: .init(tangent: .declared(7), adjoint: .declared(7)),
      self)
  }

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    let u = x.indices.map { x[$0] * T(.power(-inner[$0])) }
    return (0..<outputCount).map { i in
      var sum: T = 0
      for j in u.indices {
        let place = i * inputCount + j
        sum = sum + T(slopes[place]) * u[j] + T(bends[place]) * u[j] * u[j]
      }
      return sum * T(.power(outer[i]))
    }
  }
}

extension Double {
  /// 2^exponent.
  static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }
}

/// A chain of scaled functions whose Jacobians are doubles, and those of parts
/// of it mostly aren't.
struct ScaledChain {
  /// log₂ of the size of each value, component by component.
  let exponents: [[Int]]
  let functions: [ScaledFunction]
  /// The point of f; that of the chain is larger by its exponents.
  let plainPoint: [Double]

  var point: [Double] {
    zip(plainPoint, exponents[0]).map { $0 * .power($1) }
  }

  /// - Parameters:
  ///   - bases: of the exponents.
  ///   - outputs: how many the last one has; nil for any.
  ///   - curved: which function has second derivatives; nil for all of them.
  init(
    _ bases: [Int], outputs: Int? = nil, curved: Int? = nil,
    _ random: inout SplitMix64
  ) {
    var sizes = bases.map { _ in random.integer(in: 1...3) }
    if let outputs { sizes[sizes.count - 1] = outputs }
    var drawn: [[Int]] = []
    for (base, size) in zip(bases, sizes) {
      drawn.append((0..<size).map { _ in base + random.integer(in: 0...20) })
    }
    exponents = drawn
    var functions: [ScaledFunction] = []
    for (k, (inner, outer)) in zip(drawn, drawn.dropFirst()).enumerated() {
      functions.append(
        ScaledFunction(
          from: inner, to: outer, isCurved: curved.map { $0 == k } ?? true,
          &random))
    }
    self.functions = functions
    plainPoint = drawn[0].map { _ in 1 + abs(random.uniform()) / 2 }
  }

  /// Bases of chains whose values, slopes and, if wanted, second derivatives
  /// are doubles, while products of some slopes in a row aren't.
  ///
  /// - Parameter curved: which function has second derivatives; λ then doesn't
  ///   overflow.
  static func bases(
    _ count: Int, curved: Int? = nil, _ random: inout SplitMix64
  ) -> [Int] {
    while true {
      var bases = [random.integer(in: -150...150)]
      for _ in 0..<count { bases.append(random.integer(in: -880...880)) }
      bases[count] = random.integer(in: -500...300)
      let pairs = zip(bases, bases.dropFirst())
      let areDoubles = pairs.allSatisfy { abs($1 - $0) < 900 }
      let leaves = bases.indices.contains { i in
        bases[i...].contains { abs($0 - bases[i]) > 1100 }
      }
      guard areDoubles, leaves else { continue }
      guard let curved else { return bases }
      if abs(bases[curved + 1] - 2 * bases[curved]) < 900,
        bases.allSatisfy({ bases[count] - $0 < 900 })
      {
        return bases
      }
    }
  }

  func elementals(
    _ function: (ScaledFunction) -> ScaledFunction = { $0 }
  ) -> [any ElementalFunction] {
    functions.enumerated().map { function($1).elemental("F\($0)") }
  }

  /// The entries of the Jacobian, row by row, from that of f.
  func jacobianEntries() throws -> [Double] {
    let plain = try ComposedFunction(elementals(\.plain)).prepare()
      .jacobian(at: plainPoint).denseEntries()
    let columns = exponents[0].count
    return plain.indices.map {
      plain[$0]
        * .power(exponents.last![$0 / columns] - exponents[0][$0 % columns])
    }
  }
}

/// Relative, number by number.
func agreeEverywhere(
  _ a: [Double], _ b: [Double], within tolerance: Double = 1e-12
) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy {
      $0.isFinite && abs($0 - $1) <= tolerance * abs($1)
    }
}
