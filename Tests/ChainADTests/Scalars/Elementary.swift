import ChainAD
import RealModule

/// Every elementary function of one number, with its derivative by hand.
enum Elementary: String, CaseIterable {
  case exp, expMinusOne, exp2, exp10, log, logOnePlus, log2, log10
  case sin, cos, tan, asin, acos, atan
  case sinh, cosh, tanh, asinh, acosh, atanh
  case sqrt, cube, inverseSquare, cubeRoot, inverseRoot
  case erf, erfc, gamma, logGamma
  case sigmoid, softplus
  case negated, magnitude, reciprocal

  func callAsFunction<T: Scalar>(_ x: T) -> T {
    switch self {
    case .exp: .exp(x)
    case .expMinusOne: .expMinusOne(x)
    case .exp2: .exp2(x)
    case .exp10: .exp10(x)
    case .log: .log(x)
    case .logOnePlus: .log(onePlus: x)
    case .log2: .log2(x)
    case .log10: .log10(x)
    case .sin: .sin(x)
    case .cos: .cos(x)
    case .tan: .tan(x)
    case .asin: .asin(x)
    case .acos: .acos(x)
    case .atan: .atan(x)
    case .sinh: .sinh(x)
    case .cosh: .cosh(x)
    case .tanh: .tanh(x)
    case .asinh: .asinh(x)
    case .acosh: .acosh(x)
    case .atanh: .atanh(x)
    case .sqrt: .sqrt(x)
    case .cube: .pow(x, 3)
    case .inverseSquare: .pow(x, -2)
    case .cubeRoot: .root(x, 3)
    case .inverseRoot: .root(x, -2)
    case .erf: .erf(x)
    case .erfc: .erfc(x)
    case .gamma: .gamma(x)
    case .logGamma: .logGamma(x)
    case .sigmoid: .sigmoid(x)
    case .softplus: .softplus(x)
    case .negated: -x
    case .magnitude: abs(x)
    case .reciprocal: x.reciprocal ?? 0
    }
  }

  /// By other formulas than the library has, where there are any.
  func slope(_ x: Double) -> Double {
    switch self {
    case .exp, .expMinusOne: .exp(x)
    case .exp2: .log(2) * .pow(2, x)
    case .exp10: .log(10) * .pow(10, x)
    case .log: 1 / x
    case .logOnePlus: 1 / (1 + x)
    case .log2: 1 / (x * .log(2))
    case .log10: 1 / (x * .log(10))
    case .sin: .cos(x)
    case .cos: -.sin(x)
    case .tan: 1 / (.cos(x) * .cos(x))
    case .asin: 1 / .sqrt(1 - x * x)
    case .acos: -1 / .sqrt(1 - x * x)
    case .atan: 1 / (1 + x * x)
    case .sinh: (.exp(x) + .exp(-x)) / 2
    case .cosh: (.exp(x) - .exp(-x)) / 2
    case .tanh: 1 - .tanh(x) * .tanh(x)
    case .asinh: 1 / .sqrt(x * x + 1)
    case .acosh: 1 / .sqrt(x * x - 1)
    case .atanh: 1 / (1 - x * x)
    case .sqrt: 1 / (2 * .sqrt(x))
    case .cube: 3 * x * x
    case .inverseSquare: -2 / (x * x * x)
    case .cubeRoot: 1 / (3 * .pow(.root(x, 3), 2))
    case .inverseRoot: -0.5 / (x * .sqrt(x))
    case .erf: 2 / .sqrt(.pi) * .exp(-x * x)
    case .erfc: -2 / .sqrt(.pi) * .exp(-x * x)
    case .gamma: .gamma(x) * Self.digamma(x)
    case .logGamma: Self.digamma(x)
    case .sigmoid: 1 / (2 + .exp(x) + .exp(-x))
    case .softplus: 1 / (1 + .exp(-x))
    case .negated: -1
    case .magnitude: x < 0 ? -1 : x > 0 ? 1 : 0
    case .reciprocal: -1 / (x * x)
    }
  }

  /// Inside the domain, on both sides of 0 where there are two.
  var points: [Double] {
    switch self {
    case .log, .log2, .log10, .sqrt, .inverseRoot: [0.03, 0.7, 1, 42]
    case .logOnePlus: [-0.9, -0.01, 0, 0.7, 42]
    case .asin, .acos, .atanh: [-0.8, -0.1, 0, 0.3, 0.9]
    case .acosh: [1.1, 2, 42]
    case .inverseSquare, .cubeRoot, .reciprocal: [-3, -0.2, 0.7, 42]
    case .gamma, .logGamma: [-1.5, -0.4, 0.3, 1, 2.5, 9.5, 30]
    default: [-3, -0.6, 0, 0.2, 1, 2.9]
    }
  }

  /// ψ(x) from ψ(x + 1) = ψ(x) + 1/x until the series ln x − 1/2x − 1/12x² …
  /// has all digits from its first four terms.
  private static func digamma(_ x: Double) -> Double {
    var (x, sum) = (x, 0.0)
    while x < 200 {
      sum -= 1 / x
      x += 1
    }
    let square = x * x
    return sum + .log(x) - 1 / (2 * x) - 1 / (12 * square)
      + 1 / (120 * square * square)
  }
}
