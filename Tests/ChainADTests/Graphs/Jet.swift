import Foundation

/// A number with all its first and second derivatives by n inputs: dense
/// second-order propagation by the rules of calculus, which shares nothing with
/// what it is held against.
struct Jet {
  var value: Double
  /// n numbers.
  var gradient: [Double]
  /// n × n, row by row.
  var hessian: [Double]

  init(_ value: Double, _ n: Int) {
    self.value = value
    gradient = [Double](repeating: 0, count: n)
    hessian = [Double](repeating: 0, count: n * n)
  }

  /// Input `index` of n.
  static func input(_ value: Double, _ index: Int, _ n: Int) -> Jet {
    var jet = Jet(value, n)
    jet.gradient[index] = 1
    return jet
  }

  var n: Int { gradient.count }

  /// φ(x) by φ, φ′ and φ″ there.
  func mapped(_ value: Double, _ slope: Double, _ bend: Double) -> Jet {
    var jet = self
    jet.value = value
    for i in 0..<n {
      jet.gradient[i] = slope * gradient[i]
      for j in 0..<n {
        jet.hessian[i * n + j] =
          slope * hessian[i * n + j] + bend * gradient[i] * gradient[j]
      }
    }
    return jet
  }

  static func + (a: Jet, b: Jet) -> Jet {
    var jet = a
    jet.value += b.value
    for i in jet.gradient.indices { jet.gradient[i] += b.gradient[i] }
    for i in jet.hessian.indices { jet.hessian[i] += b.hessian[i] }
    return jet
  }

  static func * (a: Double, b: Jet) -> Jet { b.mapped(a * b.value, a, 0) }

  static func * (a: Jet, b: Jet) -> Jet {
    var jet = Jet(a.value * b.value, a.n)
    let n = a.n
    for i in 0..<n {
      jet.gradient[i] = a.value * b.gradient[i] + b.value * a.gradient[i]
      for j in 0..<n {
        jet.hessian[i * n + j] =
          a.value * b.hessian[i * n + j] + b.value * a.hessian[i * n + j]
          + a.gradient[i] * b.gradient[j] + b.gradient[i] * a.gradient[j]
      }
    }
    return jet
  }

  var exp: Jet {
    let e = Foundation.exp(value)
    return mapped(e, e, e)
  }

  var sin: Jet {
    let (s, c) = (Foundation.sin(value), Foundation.cos(value))
    return mapped(s, c, -s)
  }

  var tanh: Jet {
    let t = Foundation.tanh(value)
    return mapped(t, 1 - t * t, -2 * t * (1 - t * t))
  }

  /// ln(1 + x).
  var log1p: Jet {
    let u = 1 + value
    return mapped(Foundation.log1p(value), 1 / u, -1 / (u * u))
  }

  /// x^p.
  func power(_ p: Double) -> Jet {
    mapped(
      pow(value, p), p * pow(value, p - 1), p * (p - 1) * pow(value, p - 2))
  }

  /// `Mixture`, written down once more.
  static func mixture(_ x: [Jet], outputs: Int) -> [Jet] {
    (0..<outputs).map { row in
      var sum = Jet(0.25, x[0].n)
      for (column, x) in x.enumerated() {
        let angle = (Double(row + 2 * column) / 3) * x
        sum = sum + angle.sin * (-1 * (x * x)).exp + (x * x).log1p
      }
      return sum * (Jet(1, x[0].n) + sum * sum).power(-0.5)
    }
  }

  static func softmax(_ x: [Jet]) -> [Jet] {
    let powers = x.map(\.exp)
    let sum = powers.dropFirst().reduce(powers[0]) { $0 + $1 }
    return powers.map { $0 * sum.power(-1) }
  }

  static func affine(_ x: [Jet], _ weights: [Double]) -> [Jet] {
    (0..<weights.count / x.count).map { row in
      x.indices.reduce(Jet(0, x[0].n)) {
        $0 + weights[row * x.count + $1] * x[$1]
      }
    }
  }
}
