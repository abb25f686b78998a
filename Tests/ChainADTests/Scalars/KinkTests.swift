import Testing

@testable import ChainAD

/// At the kinks of max, min and |x| the slope is the mean, by any spelling.
///
/// Only `ChainAD` is imported, so that `max` is what it is for clients.
@Suite("Kinks") struct KinkTests {
  enum Spelling: CaseIterable {
    case ramp, turnedRamp, halfSum, threefold, branchless
    case softplus, turnedSoftplus, library, sum
    case distance, square, negated, lower, listed

    /// The slopes at 0, and the second derivative there.
    var slope: Double {
      switch self {
      case .ramp, .turnedRamp, .halfSum, .branchless: 0.5
      case .threefold: 1.0 / 3
      case .softplus, .turnedSoftplus, .library, .sum: 0.5
      case .distance, .square: 0
      case .negated: -0.5
      case .lower, .listed: 0.5
      }
    }

    func callAsFunction<T: Scalar>(_ x: T) -> T {
      switch self {
      case .ramp: max(x, 0)
      case .turnedRamp: max(0, x)
      case .halfSum: (x + abs(x)) / 2
      case .threefold: max(x, 0, 0)
      case .branchless: x - min(x, 0)
      case .softplus: max(x, 0) + .log(onePlus: .exp(-abs(x)))
      case .turnedSoftplus: max(0, x) + .log(1 + .exp(-x.magnitude))
      case .library: .softplus(x)
      case .sum: .log(1 + .exp(x))
      case .distance: abs(x)
      case .square: abs(x) * max(x, -x)
      case .negated: min(-x, 0)
      case .lower: min(0, x)
      case .listed: [x, 0].max()!
      }
    }
  }

  struct Function: ScalarFunction {
    let spelling: Spelling
    let inputCount = 1
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [spelling(x[0])] }
  }

  @Test("the same slope by any spelling", arguments: Spelling.allCases)
  func slopes(_ spelling: Spelling) throws {
    // ⅓ is rounded.
    func isNear(_ slope: Double) -> Bool { abs(slope - spelling.slope) < 1e-16 }
    for zero in [0, -0.0] {
      let dual = spelling(Dual<SIMD2<Double>>(zero, tangent: [1, 0]))
      #expect(isNear(dual.tangent[0]) && dual.tangent[1] == 0)
      let traced = reverse([zero]) { spelling($0[0]) }
      #expect(isNear(traced.slopes[0]))
      #expect(traced.value == spelling(zero) && dual.primal == spelling(zero))
    }
    let cost = ElementalCosts(tangent: .declared(1), adjoint: .declared(1))
    let function = try ComposedFunction([
      Elemental.generic(name: "φ", costs: cost, Function(spelling: spelling))
    ]).prepare()
    let bend: Double =
      switch spelling {
      case .library, .sum: 0.25
      default: 0
      }
    #expect(
      try function.hessianVectorProduct(at: [0], vector: [1]) == [bend])
    #expect(isNear(try function.vjp(at: [0], cotangents: [1])[0]))
  }

  @Test("ties of two that move, beside 0")
  func ties() {
    let larger = reverse([2, 2]) { max(3 * $0[0], $0[1] + 4) }
    #expect(larger.value == 6 && larger.slopes == [1.5, 0.5])
    let smaller = reverse([2, 2]) { min(3 * $0[0], $0[1] + 4) }
    #expect(smaller.slopes == [1.5, 0.5])
    let far = reverse([3, 2]) { max($0[0], $0[1]) - min($0[0], $0[1]) }
    #expect(far.slopes == [1, -1])
  }

  @Test("of several, all that tie have the same part")
  func several() {
    #expect(
      reverse([1, 1, 1, 1]) { max($0[0], $0[1], $0[2], $0[3]) }.slopes
        == [0.25, 0.25, 0.25, 0.25])
    #expect(
      reverse([1, 2, 0, 2]) { max($0[0], $0[1], $0[2], $0[3]) }.slopes
        == [0, 0.5, 0, 0.5])
    #expect(
      reverse([1, 2, 1, 2]) { min($0[0], $0[1], $0[2], $0[3]) }.slopes
        == [0.5, 0, 0.5, 0])
    let list = reverse([3, 1, 3]) { $0.max()! - 2 * $0.min()! }
    #expect(list.value == 1 && list.slopes == [0.5, -2, 0.5])
    #expect([Traced]().max() == nil && [Traced]().min() == nil)
  }

  @Test("plain doubles are what they are in Swift, NaN too")
  func plain() {
    let doubles: [Double] = [
      0, -0.0, 1, -2, .nan, .infinity, -.infinity,
      .leastNonzeroMagnitude,
    ]
    func same(_ a: Double, _ b: Double) -> Bool {
      a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
    }
    for x in doubles {
      for y in doubles {
        #expect(same(max(x, y), Swift.max(x, y)), "\(x), \(y)")
        #expect(same(min(x, y), Swift.min(x, y)), "\(x), \(y)")
        let dual = (Dual<SIMD2<Double>>(x), Dual<SIMD2<Double>>(y))
        #expect(same(max(dual.0, dual.1).primal, Swift.max(x, y)))
        #expect(same(min(dual.0, dual.1).primal, Swift.min(x, y)))
      }
      #expect(same(Dual<SIMD2<Double>>(x).magnitude.primal, x.magnitude))
    }
    #expect(max(1, 2, 3) == 3 && min(4, 2) == 2 && [2, 7].max() == 7)
  }

  @Test("relu keeps 0 at 0")
  func relu() throws {
    let relu = try ComposedFunction([Layer.relu(count: 1)])
    #expect(try relu.prepare().jvp(at: [0], tangents: [1]) == [0])
  }
}
