import Testing

@testable import ChainAD

/// References with 400 digits by mpmath 1.3.0 (σ = 1 / (1 + exp(−x)),
/// σ · σ(−x), −σ′ · tanh(x / 2), max(x, 0) + log1p(exp(−|x|))), rounded once.
@Suite("sigmoid, softplus, logAddExp") struct SoftplusTests {
  typealias D = Dual<SIMD2<Double>>

  /// x, σ, σ′, σ″, ln(1 + eˣ).
  static let ofOne: [(Double, Double, Double, Double, Double)] = [
    (0, 0.5, 0.25, 0.0, 0.6931471805599453),
    (1e-300, 0.5, 0.25, -1.25e-301, 0.6931471805599453),
    (-1e-300, 0.5, 0.25, 1.25e-301, 0.6931471805599453),
    (1e-8, 0.5000000025, 0.25, -1.25e-09, 0.6931471855599454),
    (-1e-8, 0.4999999975, 0.25, 1.25e-09, 0.6931471755599453),
    (
      0.5, 0.6224593312018546, 0.2350037122015945,
      -0.05755679485232074, 0.9740769841801067
    ),
    (
      -0.5, 0.37754066879814546, 0.2350037122015945,
      0.05755679485232074, 0.4740769841801067
    ),
    (
      1, 0.7310585786300049, 0.19661193324148185,
      -0.09085774767294841, 1.3132616875182228
    ),
    (
      -1, 0.2689414213699951, 0.19661193324148185,
      0.09085774767294841, 0.3132616875182228
    ),
    (
      3.7, 0.9758729785823308, 0.02354490825518053,
      -0.022408771243680934, 3.724422845933779
    ),
    (
      -3.7, 0.024127021417669196, 0.02354490825518053,
      0.022408771243680934, 0.024422845933779157
    ),
    (
      20, 0.9999999979388464, 2.061153613941849e-09,
      -2.061153605445141e-09, 20.000000002061153
    ),
    (
      -20, 2.0611536181902037e-09, 2.061153613941849e-09,
      2.061153605445141e-09, 2.061153620314381e-09
    ),
    (
      36.5, 0.9999999999999999, 1.4068617124461464e-16,
      -1.406861712446146e-16, 36.5
    ),
    (
      -36.5, 1.4068617124461467e-16, 1.4068617124461464e-16,
      1.406861712446146e-16, 1.4068617124461467e-16
    ),
    (40, 1.0, 4.248354255291589e-18, -4.248354255291589e-18, 40.0),
    (
      -40, 4.248354255291589e-18, 4.248354255291589e-18,
      4.248354255291589e-18, 4.248354255291589e-18
    ),
    (400, 1.0, 1.9151695967140057e-174, -1.9151695967140057e-174, 400.0),
    (
      -400, 1.9151695967140057e-174, 1.9151695967140057e-174,
      1.9151695967140057e-174, 1.9151695967140057e-174
    ),
    (700, 1.0, 9.85967654375977e-305, -9.85967654375977e-305, 700.0),
    (
      -700, 9.85967654375977e-305, 9.85967654375977e-305,
      9.85967654375977e-305, 9.85967654375977e-305
    ),
    (708.25, 1.0, 2.5759248692837695e-308, -2.5759248692837695e-308, 708.25),
    (
      -708.25, 2.5759248692837695e-308, 2.5759248692837695e-308,
      2.5759248692837695e-308, 2.5759248692837695e-308
    ),
    (1e5, 1.0, 0.0, 0.0, 100000.0),
    (-1e5, 0.0, 0.0, 0.0, 0.0),
    (1e300, 1.0, 0.0, 0.0, 1e+300),
    (-1e300, 0.0, 0.0, 0.0, 0.0),
  ]

  /// x, y, ln(eˣ + eʸ), its slopes, and σ′(x − y), its bend by x.
  static let ofTwo: [(Double, Double, Double, Double, Double, Double)] = [
    (0, 0, 0.6931471805599453, 0.5, 0.5, 0.25),
    (
      1, 2, 2.313261687518223,
      0.2689414213699951, 0.7310585786300049, 0.19661193324148185
    ),
    (
      -700, -701, -699.6867383124818,
      0.7310585786300049, 0.2689414213699951, 0.19661193324148185
    ),
    (1e300, 1e300, 1e+300, 0.5, 0.5, 0.25),
    (-1e300, -1e300, -1e+300, 0.5, 0.5, 0.25),
    (3, -40, 3.0, 1.0, 2.1151310375910805e-19, 2.1151310375910805e-19),
    (1e-300, -1e-300, 0.6931471805599453, 0.5, 0.5, 0.25),
    (1e5, 1e5, 100000.69314718056, 0.5, 0.5, 0.25),
    (
      -0.6931471805599453, -0.6931471805599453, 2.3190468138462996e-17,
      0.5, 0.5, 0.25
    ),
    (
      710, 709.5, 710.4740769841801,
      0.6224593312018546, 0.37754066879814546, 0.2350037122015945
    ),
    (-745, 3, 3.0, 0.0, 1.0, 0.0),
  ]

  private func isNear(
    _ a: Double, _ b: Double, scale: Double = 0, ulps: Double = 4
  ) -> Bool {
    a == b || abs(a - b) <= ulps * max(b.ulp, scale.ulp)
  }

  @Test func values() {
    for (x, sigmoid, _, _, softplus) in Self.ofOne {
      #expect(isNear(.sigmoid(x), sigmoid), "at \(x)")
      #expect(isNear(.softplus(x), softplus), "at \(x)")
    }
    for (x, y, value, _, _, _) in Self.ofTwo {
      let scale = max(abs(x), abs(y))
      #expect(isNear(.logAddExp(x, y), value, scale: scale), "\(x), \(y)")
      #expect(Double.logAddExp(x, y) == .logAddExp(y, x))
    }
  }

  @Test func slopes() {
    for (x, sigmoid, slope, _, _) in Self.ofOne {
      let moving = D(x, tangent: [1, 0])
      #expect(isNear(D.sigmoid(moving).tangent[0], slope), "at \(x)")
      #expect(isNear(D.softplus(moving).tangent[0], sigmoid), "at \(x)")
      #expect(isNear(reverse([x]) { .sigmoid($0[0]) }.slopes[0], slope))
      #expect(isNear(reverse([x]) { .softplus($0[0]) }.slopes[0], sigmoid))
    }
    for (x, y, _, byX, byY, _) in Self.ofTwo {
      let slopes = reverse([x, y]) { .logAddExp($0[0], $0[1]) }.slopes
      #expect(isNear(slopes[0], byX) && isNear(slopes[1], byY), "\(x), \(y)")
      let sum = D.logAddExp(D(x, tangent: [1, 0]), D(y, tangent: [0, 1]))
      #expect([sum.tangent[0], sum.tangent[1]] == slopes)
    }
  }

  private enum One: ScalarFunction {
    case sigmoid, softplus
    var inputCount: Int { 1 }
    var outputCount: Int { 1 }
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      switch self {
      case .sigmoid: [.sigmoid(x[0])]
      case .softplus: [.softplus(x[0])]
      }
    }
  }

  private struct Two: ScalarFunction {
    let inputCount = 2
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [.logAddExp(x[0], x[1])] }
  }

  /// The first column of the Hessian.
  private func bend(
    _ function: some ScalarFunction, at point: [Double]
  ) throws -> [Double] {
    let cost = ElementalCosts(tangent: .declared(1), adjoint: .declared(1))
    return try ComposedFunction([
      Elemental.generic(name: "φ", costs: cost, function)
    ]).prepare().hessianVectorProduct(
      at: point, vector: point.indices.map { $0 == 0 ? 1 : 0 })
  }

  @Test func bends() throws {
    for (x, _, slope, expected, _) in Self.ofOne {
      let found = try bend(One.sigmoid, at: [x])[0]
      // 1e-13 relative.
      #expect(isNear(found, expected, ulps: 400), "at \(x)")
      #expect(isNear(try bend(One.softplus, at: [x])[0], slope), "at \(x)")
    }
    for (x, y, _, _, _, expected) in Self.ofTwo {
      let found = try bend(Two(), at: [x, y])
      #expect(isNear(found[0], expected, ulps: 400), "\(x), \(y)")
      #expect(found[1] == -found[0])
    }
  }

  @Test("infinities and NaN are what ln(eˣ + eʸ) makes of them")
  func edges() {
    let infinity = Double.infinity
    #expect(Double.logAddExp(-infinity, -infinity) == -infinity)
    #expect(Double.logAddExp(infinity, infinity) == infinity)
    #expect(Double.logAddExp(-infinity, 3) == 3)
    #expect(Double.logAddExp(infinity, 3) == infinity)
    #expect(Double.logAddExp(infinity, -infinity) == infinity)
    #expect(Double.logAddExp(.nan, 3).isNaN && Double.logAddExp(3, .nan).isNaN)
    #expect(Double.sigmoid(infinity) == 1 && Double.sigmoid(-infinity) == 0)
    #expect(Double.softplus(.nan).isNaN && Double.sigmoid(.nan).isNaN)
  }
}
