import ChainAD

// The functions that AlphaGrad (Lohoff & Neftci 2024, arXiv 2406.05027) finds
// orders for, as its examples write the published formulas (graphax,
// `examples/roe.py`, `differential_kinematics.py`, `minpack.py`, `easy.py`).

/// The flux between two cells of a gas in one dimension, by Roe's mean (Roe
/// 1981, doi:10.1016/0021-9991(81)90128-5); density, momentum and energy left,
/// then right.
struct RoeFlux: ScalarFunction {
  let inputCount = 6, outputCount = 3

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = [T](repeating: 0, count: 3)
    evaluate(x, into: &y)
    return y
  }

  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    let (left, right) = (T.sqrt(x[0]), T.sqrt(x[3]))
    let (jump, mean, sum) = (x[3] - x[0], T.sqrt(x[0] * x[3]), left + right)
    let a = Side(x[0], x[1], x[2]), b = Side(x[3], x[4], x[5])
    let pressure = b.pressure - a.pressure, speed = b.speed - a.speed
    let u = (left * a.speed + right * b.speed) / sum
    let h = (left * a.enthalpy + right * b.enthalpy) / sum
    let square = u * u
    let soundSquare = -0.5 * (h - 0.5 * square)
    let sound = T.sqrt(soundSquare)
    let (fast, slow) = (abs(u + sound), abs(u))
    let n = sound * mean
    let c0 = (jump - pressure / soundSquare) * slow
    let c1 = (speed + pressure / n) * fast
    let c2 = (speed - pressure / n) * slow
    let c = 0.5 * mean / sound
    let (c3, c4) = (c * c1, c * c2)
    let d0 = c0 + c3 - c4
    let d1 = c0 * u + c3 * (u + sound) - c4 * (u - sound)
    let d2 =
      c0 * 0.5 * square + c3 * (h + u * sound) - c4 * (h - u * sound)
    y[0] = 0.5 * (a.flux.0 + b.flux.0 - d0)
    y[1] = 0.5 * (a.flux.1 + b.flux.1 - d1)
    y[2] = 0.5 * (a.flux.2 + b.flux.2 - d2)
  }

  /// What one cell knows by itself.
  private struct Side<T: Scalar> {
    let speed: T
    let pressure: T
    let enthalpy: T
    let flux: (T, T, T)

    init(_ density: T, _ momentum: T, _ energy: T) {
      speed = momentum / density
      pressure = -0.5 * (energy - 0.5 * momentum * momentum / density)
      enthalpy = (energy + pressure) / density
      flux = (
        momentum, pressure + momentum * speed, speed * (pressure + energy)
      )
    }
  }
}

/// Place and orientation of the hand of an arm with six joints, by their
/// angles (Constantin et al. 2015, as in the examples).
struct RobotHand: ScalarFunction {
  let inputCount = 6, outputCount = 6

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = [T](repeating: 0, count: 6)
    evaluate(x, into: &y)
    return y
  }

  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    let (c1, c2, c3) = (T.cos(x[0]), T.cos(x[1]), T.cos(x[2]))
    let (c4, c5, c6) = (T.cos(x[3]), T.cos(x[4]), T.cos(x[5]))
    let (s1, s2, s3) = (T.sin(x[0]), T.sin(x[1]), T.sin(x[2]))
    let (s4, s5, s6) = (T.sin(x[3]), T.sin(x[4]), T.sin(x[5]))
    let c23 = c2 * c3 - s2 * s3
    let s23 = c2 * s3 + s2 * c3
    let ax = s5 * (c1 * c23 * c4 + s1 * s4) + c1 * s23 * c5
    let ay = s5 * (s1 * c23 * c4 - c1 * s4) + s1 * s23 * c5
    let az = s23 * c4 * s5 - c23 * c5
    let wrist = c23 * s5 + s23 * c4 * c5
    let nz = c6 * wrist - s23 * s4 * s6
    let oz = -s6 * wrist - s23 * s4 * c6
    let reach = 175 + 890 * c2 + 50 * c23 + 1035 * s23
    let side = s5 * (s1 * c23 * c4 + c1 * s4) + s1 * s23 * c5
    y[0] = 185 * ax + c1 * reach
    y[1] = 185 * side + s1 * reach
    y[2] = 890 * s2 + 575 + 50 * s23 - 1035 * c23 + 185 * az
    y[3] = T.atan2(y: ay, x: ax)
    y[4] = T.atan2(y: T.sqrt(1 - az * az), x: az)
    y[5] = T.atan2(y: oz, x: -nz)
  }
}

/// What has to vanish where propane burns in air (Averick et al., MINPACK-2,
/// 1992, full formulation; pressure 40, ratio 10).
struct PropaneCombustion: ScalarFunction {
  let inputCount = 11, outputCount = 11

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = [T](repeating: 0, count: 11)
    evaluate(x, into: &y)
    return y
  }

  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    let root = T.sqrt(40 / x[10])
    y[0] = x[0] + x[3] - 3
    y[1] = 2 * x[0] + x[1] + x[3] + x[6] + x[7] + x[8] + 2 * x[9] - 10
    y[2] = 2 * x[1] + 2 * x[4] + x[5] + x[6] - 8
    y[3] = 2 * x[2] + x[8] - 40
    y[4] = x[1] * x[3] - x[0] * x[4]
    y[5] = T.sqrt(x[1] * x[3]) - T.sqrt(x[0]) * root * x[5]
    y[6] = T.sqrt(x[0] * x[1]) - T.sqrt(x[3]) * x[6] * root
    y[7] = x[0] - x[3] * x[7] * 40 / x[10]
    y[8] = x[0] * T.sqrt(x[2]) - x[3] * x[8] * root
    y[9] = x[0] * x[0] - x[3] * x[3] * x[9] * 40 / x[10]
    var sum = x[10] - x[0]
    for i in 1..<10 { sum -= x[i] }
    y[10] = sum
  }
}

/// Where the beam of a turning light meets the quay (Griewank & Walther 2008,
/// section 2.1); distance, slope, speed, time.
struct Lighthouse: ScalarFunction {
  let inputCount = 4, outputCount = 2

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = [T](repeating: 0, count: 2)
    evaluate(x, into: &y)
    return y
  }

  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    let tangent = T.tan(x[2] * x[3])
    let place = x[0] * tangent / (x[1] - tangent)
    y[0] = place
    y[1] = x[1] * place
  }
}

/// The metric around a charged black hole that turns (Kerr & Sen; a = ½,
/// b = 0.9, M = 1), by t, r, θ, φ; two of which it doesn't depend on.
struct KerrSennMetric: ScalarFunction {
  let inputCount = 4, outputCount = 5

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = [T](repeating: 0, count: 5)
    evaluate(x, into: &y)
    return y
  }

  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    let (r, sine, cosine) = (x[1], T.sin(x[2]), T.cos(x[2]))
    let square = sine * sine
    let sigma = r * r + 1.8 * r + 0.25 * (cosine * cosine)
    let horizon = r * r + 1.8 * r - 2 * r + 0.25
    y[0] = -(1 - 2 * r / sigma)
    y[1] = sigma / horizon
    y[2] = sigma
    y[3] = (sigma + 0.25 * square + 0.5 * r * square / sigma) * square
    y[4] = -r / square
  }
}

/// A scalar function of `bench/suites/scalar.json`, and a point to
/// differentiate it at.
public struct ScalarTask: Sendable {
  /// As AlphaGrad names it.
  public let name: String
  /// The function.
  public let function: any CurvedFunction
  /// n inputs.
  public let point: [Double]

  private let make: @Sendable (ElementalCosts) -> any CurvedFunction

  private init<F: ScalarFunction>(
    _ name: String, _ function: F, at point: [Double]
  ) {
    self.name = name
    make = { Elemental.generic(name: name, costs: $0, function) }
    self.function = make(Self.undeclared)
    self.point = point
  }

  private init(renewing task: ScalarTask) {
    (name, point, make) = (task.name, task.point, task.make)
    function = make(Self.undeclared)
  }

  private static let undeclared = ElementalCosts(
    tangent: .undeclared, adjoint: .undeclared)

  /// The function at a price.
  public func function(at costs: ElementalCosts) -> any CurvedFunction {
    make(costs)
  }

  /// The same task, nothing of which has been compiled.
  public func afresh() -> ScalarTask { ScalarTask(renewing: self) }

  /// All of them.
  public static let all = [
    ScalarTask(
      "RoeFlux_1d", RoeFlux(), at: [1.2, 0.3, -2, 0.9, -0.2, -1.7]),
    ScalarTask(
      "RobotArm_6DOF", RobotHand(), at: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
    ScalarTask(
      "PropaneCombustion", PropaneCombustion(),
      at: [2, 1.5, 1, 0.8, 1.2, 0.9, 0.7, 1.1, 1.3, 0.6, 3]),
    ScalarTask("Lighthouse", Lighthouse(), at: [1.1, 2.3, 0.4, 0.7]),
    ScalarTask("KerrSenn_metric", KerrSennMetric(), at: [0, 3, 0.9, 0.2]),
  ]
}
