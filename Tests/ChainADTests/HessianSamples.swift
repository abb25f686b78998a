import ChainAD
import JacobianChain
import RealModule

/// Functions whose second derivatives are known in other ways.
enum HessianSamples {
  /// Costs that needn't be measured.
  static let costs = ElementalCosts(
    tangent: .declared(50), adjoint: .declared(80), tape: 90)

  static func generic(
    _ name: String, structure: Structure = .dense, _ f: some ScalarFunction
  ) -> some CurvedFunction {
    Elemental.generic(name: name, structure: structure, costs: costs, f)
  }
}

/// Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)² (Rosenbrock 1960).
struct Rosenbrock: ScalarFunction {
  let inputCount: Int
  let outputCount = 1

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var sum: T = 0
    for i in 0..<inputCount - 1 {
      let (bend, distance) = (x[i + 1] - x[i] * x[i], 1 - x[i])
      sum += 100 * bend * bend + distance * distance
    }
    return [sum]
  }

  /// By hand: tridiagonal.
  func hessian(_ x: [Double]) -> [Double] {
    let n = inputCount
    var h = [Double](repeating: 0, count: n * n)
    for i in 0..<n - 1 {
      h[i * n + i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2
      h[(i + 1) * n + i + 1] += 200
      h[i * n + i + 1] -= 400 * x[i]
      h[(i + 1) * n + i] -= 400 * x[i]
    }
    return h
  }
}

/// ½ xᵀ · Q · x.
struct QuadraticForm: ScalarFunction {
  let inputCount: Int
  let outputCount = 1
  let q: [Double]

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var sum: T = 0
    for i in 0..<inputCount {
      for j in 0..<inputCount { sum += T(q[i * inputCount + j]) * x[i] * x[j] }
    }
    return [sum / 2]
  }
}

/// A list of layers as one function, written down once more.
struct WholeNetwork: ScalarFunction {
  enum Part: Sendable {
    case affine(rows: Int, columns: Int, parameters: [Double])
    case tanh, sigmoid, softplus, sin, exp, softmax
    case burgers(a: Double, r: Double)
    /// tanh(W · x + b), and the same added to x.
    case cell(parameters: [Double]), residual(parameters: [Double])
  }
  let inputCount: Int
  let layers: [Part]
  var outputCount: Int {
    layers.reduce(inputCount) { count, layer in
      if case .affine(let rows, _, _) = layer { rows } else { count }
    }
  }

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    layers.reduce(x) { z, layer in
      switch layer {
      case .affine(let rows, let columns, let parameters):
        return (0..<rows).map { i in
          let row = i * (columns + 1)
          return z.indices.reduce(T(parameters[row + columns])) {
            $0 + T(parameters[row + $1]) * z[$1]
          }
        }
      case .tanh: return z.map { .tanh($0) }
      case .sigmoid: return z.map { 1 / (1 + .exp(-$0)) }
      case .softplus: return z.map { .log(onePlus: .exp($0)) }
      case .sin: return z.map { .sin($0) }
      case .exp: return z.map { .exp($0) }
      case .softmax:
        let sum = z.reduce(T(0.0)) { $0 + .exp($1) }
        return z.map { .exp($0) / sum }
      case .burgers(let a, let r):
        return z.indices.map { i in
          let before = i > 0 ? z[i - 1] : 0
          let after = i < z.count - 1 ? z[i + 1] : 0
          let flow = T(a) * (after * after - before * before)
          return z[i] - flow + T(r) * (after - 2 * z[i] + before)
        }
      case .cell(let parameters): return Self.cell(z, parameters)
      case .residual(let parameters):
        return zip(z, Self.cell(z, parameters)).map { $0 + $1 }
      }
    }
  }

  private static func cell<T: Scalar>(_ z: [T], _ parameters: [Double]) -> [T] {
    let n = z.count
    return z.indices.map { i in
      let row = i * (n + 1)
      return .tanh(
        z.indices.reduce(T(parameters[row + n])) {
          $0 + T(parameters[row + $1]) * z[$1]
        })
    }
  }

  private static func cell(
    _ n: Int, _ parameters: [Double]
  ) throws -> some ParametricFunction & CurvedFunction {
    try Layer.recurrentCell(
      count: n,
      weights: (0..<n * n).map { parameters[$0 / n * (n + 1) + $0 % n] },
      bias: (0..<n).map { parameters[$0 * (n + 1) + n] })
  }

  /// The same layers, each with formulas of its own.
  func composed() throws -> ComposedFunction {
    var (functions, n): ([any ElementalFunction], Int) = ([], inputCount)
    for layer in layers {
      switch layer {
      case .affine(let rows, let columns, let parameters):
        var (weights, bias): ([Double], [Double]) = ([], [])
        for i in 0..<rows {
          let row = i * (columns + 1)
          weights += parameters[row..<row + columns]
          bias.append(parameters[row + columns])
        }
        functions.append(
          try Layer.affine(
            inputs: columns, outputs: rows, weights: weights, bias: bias))
        n = rows
      case .tanh: functions.append(try Layer.tanh(count: n))
      case .sigmoid: functions.append(try Layer.sigmoid(count: n))
      case .softplus: functions.append(try Layer.softplus(count: n))
      case .sin: functions.append(try Layer.sin(count: n))
      case .exp: functions.append(try Layer.exp(count: n))
      case .softmax: functions.append(try Layer.softmax(count: n))
      case .cell(let parameters):
        functions.append(try Self.cell(n, parameters))
      case .residual(let parameters):
        functions.append(try Layer.residual(Self.cell(n, parameters)))
      case .burgers(let a, let r):
        functions.append(
          try Layer.burgers(
            count: n, viscosity: r / (4 * a), spacing: 1, timeStep: 4 * a))
      }
    }
    return try ComposedFunction(functions)
  }
}

/// One elementary function of one number.
struct ElementaryOfOne: ScalarFunction, CustomStringConvertible {
  let inputCount = 1, outputCount = 1
  let description: String

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    let x = x[0]
    switch description {
    case "exp": return [.exp(x)]
    case "expMinusOne": return [.expMinusOne(x)]
    case "exp2": return [.exp2(x)]
    case "exp10": return [.exp10(x)]
    case "log": return [.log(x)]
    case "log1p": return [.log(onePlus: x)]
    case "log2": return [.log2(x)]
    case "log10": return [.log10(x)]
    case "sinh": return [.sinh(x)]
    case "cosh": return [.cosh(x)]
    case "tanh": return [.tanh(x)]
    case "asinh": return [.asinh(x)]
    case "acosh": return [.acosh(x)]
    case "atanh": return [.atanh(x)]
    case "sin": return [.sin(x)]
    case "cos": return [.cos(x)]
    case "tan": return [.tan(x)]
    case "asin": return [.asin(x)]
    case "acos": return [.acos(x)]
    case "atan": return [.atan(x)]
    case "sqrt": return [.sqrt(x)]
    case "root 3": return [.root(x, 3)]
    case "power −2": return [.pow(x, -2)]
    case "power 2.5": return [.pow(x, 2.5)]
    case "power 1": return [.pow(x, T(1.0))]
    case "2.5 to the": return [.pow(2.5, x)]
    case "reciprocal": return [x.reciprocal ?? 0]
    case "abs": return [abs(x) * abs(x) * abs(x)]
    case "erf": return [.erf(x)]
    case "erfc": return [.erfc(x)]
    case "gamma": return [.gamma(x)]
    case "logGamma": return [.logGamma(x)]
    case "own": return [.elemental(x, value: x.primal, slope: 1)]
    default: preconditionFailure("no such function")
    }
  }
}

/// One elementary function of two numbers.
struct ElementaryOfTwo: ScalarFunction, CustomStringConvertible {
  let inputCount = 2, outputCount = 1
  let description: String

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    let (x, y) = (x[0], x[1])
    switch description {
    case "product": return [x * y]
    case "quotient": return [x / y]
    case "hypot": return [.hypot(x, y)]
    case "atan2": return [.atan2(y: x, x: y)]
    case "power": return [.pow(x, y)]
    default: preconditionFailure("no such function")
    }
  }
}

/// y_i = x_i · x_{i+1} + x_i³: a band above the diagonal.
struct Neighbours: ScalarFunction {
  let inputCount: Int
  var outputCount: Int { inputCount }

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    x.indices.map { i in
      let cube = x[i] * x[i] * x[i]
      return i + 1 < x.count ? x[i] * x[i + 1] + cube : cube
    }
  }
}
