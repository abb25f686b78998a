import RealModule

@testable import ChainAD

/// A function of the fixture by the name that it has there, written once for
/// every kind of number.
struct Referenced: ScalarFunction {
  let name: String
  let inputCount: Int
  let outputCount = 1

  init(_ name: String) {
    self.name = name
    inputCount = Binary(rawValue: name) == nil ? 1 : 2
  }

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    if let function = Elementary(rawValue: name) { return [function(x[0])] }
    if let function = Binary(rawValue: name) { return [function(x[0], x[1])] }
    let words = name.split(separator: " ")
    guard words.count == 2, let n = Int(words[1]) else {
      preconditionFailure("no function \(name)")
    }
    return [words[0] == "pow" ? .pow(x[0], n) : .root(x[0], n)]
  }

  /// What `ActiveScalar` declares, and the names of its rows in the fixture.
  static let rows: [String: [String]] = [
    "+(_:_:)": ["sum"], "-(_:_:)": ["difference"], "*(_:_:)": ["product"],
    "/(_:_:)": ["quotient"], "-(_:)": ["negated"],
    "magnitude": ["magnitude"], "reciprocal": ["reciprocal"],
    "exp(_:)": ["exp"], "expMinusOne(_:)": ["expMinusOne"],
    "exp2(_:)": ["exp2"], "exp10(_:)": ["exp10"],
    "log(_:)": ["log"], "log(onePlus:)": ["logOnePlus"],
    "log2(_:)": ["log2"], "log10(_:)": ["log10"],
    "sin(_:)": ["sin"], "cos(_:)": ["cos"], "tan(_:)": ["tan"],
    "asin(_:)": ["asin"], "acos(_:)": ["acos"], "atan(_:)": ["atan"],
    "sinh(_:)": ["sinh"], "cosh(_:)": ["cosh"], "tanh(_:)": ["tanh"],
    "asinh(_:)": ["asinh"], "acosh(_:)": ["acosh"], "atanh(_:)": ["atanh"],
    "sqrt(_:)": ["sqrt"], "erf(_:)": ["erf"], "erfc(_:)": ["erfc"],
    "gamma(_:)": ["gamma"], "logGamma(_:)": ["logGamma"],
    "sigmoid(_:)": ["sigmoid"], "softplus(_:)": ["softplus"],
    "logAddExp(_:_:)": ["logAddExp"], "pow(_:_:)": ["power"],
    "atan2(y:x:)": ["angle"], "hypot(_:_:)": ["length"],
    "pow(_:_:Int)": wholePowers.map { "pow \($0)" },
    "root(_:_:Int)": roots.map { "root \($0)" },
  ]

  private static let wholePowers = [
    0, 1, 2, 3, 4, 5, -1, -2, -3, 7, 30, 1_000_000_000, 1 << 53 + 1,
    -1 << 62 - 12345, .min, .max,
  ]
  private static let roots = [1, 2, 3, 5, 7, 10, 1000, -1, -2, -3, -6]

  /// What has no derivative of its own: comparisons, constants, ties at kinks,
  /// and what is written with the others.
  static let withoutRows: Set<String> = [
    "==(_:_:)", "<(_:_:)", "+=(_:_:)", "-=(_:_:)", "*=(_:_:)", "/=(_:_:)",
    "zero", "tie(_:_:weight:)", "signGamma(_:)",
  ]
}
