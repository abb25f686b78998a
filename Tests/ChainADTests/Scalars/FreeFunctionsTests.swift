import ChainAD
import Foundation
import Testing

/// The functions under their names in C, in a file that has those of C and of
/// Foundation, too.
@Suite struct FreeFunctionsTests {
  /// Each beside the function that it stands for.
  private struct Pairs: ScalarFunction {
    let inputCount = 2
    var outputCount: Int { pairs(0.5, 0.5).count }
    let isFree: Bool

    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      pairs(x[0], x[1]).map { isFree ? $0.free : $0.own }
    }

    private func pairs<T: Scalar>(_ x: T, _ y: T) -> [(free: T, own: T)] {
      var pairs: [(free: T, own: T)] = [
        (exp(x), .exp(x)), (expm1(x), .expMinusOne(x)),
        (exp2(x), .exp2(x)), (exp10(x), .exp10(x)), (log(x), .log(x)),
      ]
      pairs += [
        (log1p(x), .log(onePlus: x)), (log2(x), .log2(x)),
        (log10(x), .log10(x)), (sqrt(x), .sqrt(x)), (cbrt(-x), .root(-x, 3)),
      ]
      pairs += [
        (sin(x), .sin(x)), (cos(x), .cos(x)), (tan(x), .tan(x)),
        (asin(x), .asin(x)), (acos(x), .acos(x)), (atan(x), .atan(x)),
      ]
      pairs += [
        (sinh(x), .sinh(x)), (cosh(x), .cosh(x)), (tanh(x), .tanh(x)),
        (asinh(x), .asinh(x)), (atanh(x), .atanh(x)),
      ]
      let above = 1 + x
      pairs += [
        (acosh(above), .acosh(above)), (erf(x), .erf(x)), (erfc(x), .erfc(x)),
        (tgamma(x), .gamma(x)), (lgamma(x), .logGamma(x)),
      ]
      pairs += [
        (sigmoid(x), .sigmoid(x)), (softplus(x), .softplus(x)),
        (pow(x, y), .pow(x, y)), (pow(-x, 3), .pow(-x, 3)),
      ]
      return pairs + [
        (hypot(x, y), .hypot(x, y)), (atan2(x, y), .atan2(y: x, x: y)),
        (logAddExp(x, y), .logAddExp(x, y)),
      ]
    }
  }

  @Test func theyAreTheSame() throws {
    let point = [0.3, 0.7]
    let results = try [true, false].map { isFree in
      try ComposedFunction([
        Elemental.generic(name: "all", Pairs(isFree: isFree))
      ]).prepare(measuringAt: point).valueAndJacobian(at: point)
    }
    #expect(results[0].value == results[1].value)
    for (free, own) in zip(results[0].jacobian, results[1].jacobian) {
      #expect(free == own && free.contains { $0 != 0 })
    }
  }
}
