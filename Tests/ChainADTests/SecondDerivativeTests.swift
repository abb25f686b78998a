import ChainAD
import ChainExecutor
import Foundation
import JacobianChain
import Testing

/// φ″ of everything that a `Scalar` can do, against tables of derivatives.
@Suite struct SecondDerivativeTests {
  private static let euler = 0.577_215_664_901_532_9

  /// Name, x and φ″(x).
  static let ofOne: [(String, Double, Double)] = [
    ("exp", 0.3, exp(0.3)),
    ("expMinusOne", 0.3, exp(0.3)),
    ("exp2", 0.3, pow(log(2), 2) * exp2(0.3)),
    ("exp10", 0.3, pow(log(10), 2) * pow(10, 0.3)),
    ("log", 0.4, -1 / 0.16),
    ("log1p", 0.4, -1 / 1.96),
    ("log2", 0.4, -1 / 0.16 / log(2)),
    ("log10", 0.4, -1 / 0.16 / log(10)),
    ("sinh", 0.7, sinh(0.7)),
    ("cosh", 0.7, cosh(0.7)),
    ("tanh", 0.7, -2 * tanh(0.7) / pow(cosh(0.7), 2)),
    ("asinh", 0.7, -0.7 / pow(1.49, 1.5)),
    ("acosh", 1.7, -1.7 / pow(1.89, 1.5)),
    ("atanh", 0.7, 1.4 / pow(0.51, 2)),
    ("sin", 0.7, -sin(0.7)),
    ("cos", 0.7, -cos(0.7)),
    ("tan", 0.7, 2 * tan(0.7) / pow(cos(0.7), 2)),
    ("asin", 0.7, 0.7 / pow(0.51, 1.5)),
    ("acos", 0.7, -0.7 / pow(0.51, 1.5)),
    ("atan", 0.7, -1.4 / pow(1.49, 2)),
    ("sqrt", 0.7, -0.25 * pow(0.7, -1.5)),
    ("root 3", 0.7, -2.0 / 9 * pow(0.7, -5.0 / 3)),
    ("power −2", 0.7, 6 * pow(0.7, -4)),
    ("power 2.5", 0.7, 3.75 * pow(0.7, 0.5)),
    ("power 1", 0, 0),
    ("2.5 to the", 0.7, pow(log(2.5), 2) * pow(2.5, 0.7)),
    ("reciprocal", -0.7, -2 / pow(0.7, 3)),
    ("abs", -0.7, 4.2),
    ("erf", 0.7, -2.8 / Double.pi.squareRoot() * exp(-0.49)),
    ("erfc", 0.7, 2.8 / Double.pi.squareRoot() * exp(-0.49)),
    ("gamma", 1, euler * euler + .pi * .pi / 6),
    (
      "gamma", 0.5,
      Double.pi.squareRoot()
        * (pow(euler + 2 * log(2), 2) + .pi * .pi / 2)
    ),
    ("logGamma", 1, .pi * .pi / 6),
    ("logGamma", 0.5, .pi * .pi / 2),
    ("logGamma", -0.5, .pi * .pi / 2 + 4),
    (
      "logGamma", 12,
      .pi * .pi / 6 - (1...11).reduce(0) { $0 + 1 / Double($1 * $1) }
    ),
  ]

  @Test(arguments: ofOne)
  func ofOneNumber(_ name: String, _ x: Double, _ expected: Double) throws {
    let f = try ComposedFunction([
      HessianSamples.generic(name, ElementaryOfOne(description: name))
    ]).prepare()
    let found = try f.hessian(at: [x]).entry(0, 0)
    #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)))
  }

  /// Name and φ_xx, φ_xy, φ_yy.
  @Test(arguments: ["product", "quotient", "hypot", "atan2", "power"])
  func ofTwoNumbers(_ name: String) throws {
    let (x, y) = (0.8, 1.7)
    let r = (x * x + y * y).squareRoot()
    let expected: [Double] =
      switch name {
      case "product": [0, 1, 0]
      case "quotient": [0, -1 / (y * y), 2 * x / pow(y, 3)]
      case "hypot": [y * y, -x * y, x * x].map { $0 / pow(r, 3) }
      case "atan2":
        [-2 * x * y, x * x - y * y, 2 * x * y].map { $0 / pow(r, 4) }
      default:
        [
          y * (y - 1) * pow(x, y - 2), pow(x, y - 1) * (1 + y * log(x)),
          pow(x, y) * log(x) * log(x),
        ]
      }
    let f = try ComposedFunction([
      HessianSamples.generic(name, ElementaryOfTwo(description: name))
    ]).prepare()
    let found = try f.hessian(at: [x, y])
    let upper = [found.entry(0, 0), found.entry(0, 1), found.entry(1, 1)]
    for (a, b) in zip(upper, expected) { #expect(abs(a - b) <= 1e-12) }
  }
}
