import RealModule
import Testing

@testable import ChainAD

/// Functions of two numbers.
enum Binary: String, CaseIterable {
  case sum, difference, product, quotient, literals, known, assigned
  case power, constantPower, constantBase, angle, length, logAddExp
  case larger, smaller, distance, branch

  func callAsFunction<T: Scalar>(_ x: T, _ y: T) -> T {
    switch self {
    case .sum: return x + y
    case .difference: return x - y
    case .product: return x * y
    case .quotient: return x / y
    case .literals: return 2 * x - 3 * y + 1.5
    case .known: return T(0.1 * 3) * x + y
    case .assigned:
      var z = x
      z += y
      z *= x
      z -= y
      z /= y
      return z
    case .power: return .pow(x, y)
    case .constantPower: return .pow(x, 2.5) + y
    case .constantBase: return .pow(2, y) + x
    case .angle: return .atan2(y: x, x: y)
    case .length: return .hypot(x, y)
    case .logAddExp: return .logAddExp(x, y)
    case .larger: return max(x, y)
    case .smaller: return min(x, y)
    case .distance: return abs(x - y)
    case .branch: return x > 2 ? 3 * x : y
    }
  }
}

@Suite("Functions of two numbers") struct BinaryTests {
  typealias D = Dual<SIMD2<Double>>

  @Test(
    arguments: [
      (Binary.sum, 4, 5, [1, 1]), (.difference, 4, 5, [1, -1]),
      (.product, 4, 5, [5, 4]), (.quotient, 4, 5, [0.2, -0.16]),
      (.literals, 4, 5, [2, -3]), (.known, 4, 5, [0.1 * 3, 1]),
      (.assigned, 4, 5, [13.0 / 5, -16.0 / 25]),
      (.angle, 3, -4, [-4.0 / 25, -3.0 / 25]), (.length, 3, -4, [0.6, -0.8]),
      (.angle, 3e200, 4e200, [0.16e-200 / 1, -0.12e-200]),
      (.larger, 4, 5, [0, 1]), (.smaller, 4, 5, [1, 0]),
      (.distance, 4, 5, [-1, 1]), (.branch, 4, 5, [3, 0]),
      (.branch, 1, 5, [0, 1]), (.power, 2, 3, [12, 8 * .log(2)]),
      (.power, 0, 2, [0, 0]), (.power, 0, 1, [1, 0]),
      (.power, 3, 0, [0, .log(3)]),
      (.constantPower, 4, 1, [20, 1]), (.constantPower, 0, 1, [0, 1]),
      (.constantBase, 1, 3, [1, 8 * .log(2)]),
    ] as [(Binary, Double, Double, [Double])])
  func slopes(
    _ function: Binary, _ x: Double, _ y: Double, _ expected: [Double]
  ) {
    let forward = function(
      D(x, tangent: [1, 0]), D(y, tangent: [0, 1]))
    let backward = reverse([x, y]) { function($0[0], $0[1]) }
    let slopes = [forward.tangent[0], forward.tangent[1]]
    #expect(agree(slopes, expected, within: 1e-15))
    #expect(agree(backward.slopes, slopes, within: 1e-14))
    #expect(forward.primal == function(x, y))
    #expect(backward.value == function(x, y))
  }

  @Test("whole powers of any size")
  func wholePowers() {
    func slope(_ x: Double, _ n: Int) -> Double {
      D.pow(D(x, tangent: [1, 0]), n).tangent[0]
    }
    #expect(slope(3, 0) == 0 && slope(0, 0) == 0)
    #expect(slope(0, 1) == 1 && slope(0, 2) == 0)
    #expect(slope(-2, 3) == 12 && slope(-2, -1) == -0.25)
    #expect(slope(2, .min) == 0 && slope(1, .min) == Double(Int.min))
  }

  @Test("a function of one's own, by its slopes")
  func elemental() {
    func logistic<T: Scalar>(_ x: T) -> T {
      let value = 1 / (1 + Double.exp(-x.primal))
      return .elemental(x, value: value, slope: value * (1 - value))
    }
    #expect(logistic(0.0) == 0.5)
    #expect(logistic(D(0, tangent: [1, 4])).tangent == [0.25, 1])
    #expect(reverse([0]) { logistic($0[0]) }.slopes == [0.25])
  }

  @Test func conversions() {
    #expect(D(exactly: 7)?.primal == 7)
    #expect(D(exactly: Int.max) == nil)
    #expect(D.zero == 0 && D(2) > 1 && D(2) == D(2, tangent: [1, 1]))
  }
}
