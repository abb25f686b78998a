import ChainExecutor
import JacobianChain
import RealModule
import Testing

@testable import ChainAD

/// Functions that are written with others. Between them numbers, slopes or
/// adjoints may have exponents that doubles don't have, while the derivative is
/// a double: 1 / u² of a u that is e^400, or 1 / e^(−400).
@Suite("Functions written by hand") struct HandWrittenTests {
  enum Form: CaseIterable {
    case quotient, reciprocal, wholePower, power, root, logarithm, square

    /// 1 / (1 + e⁻ˣ).
    func sigmoid<T: Scalar>(_ x: T) -> T {
      let sum = 1 + T.exp(-x)
      switch self {
      case .quotient: return 1 / sum
      case .reciprocal: return sum.reciprocal ?? 1 / sum
      case .wholePower: return .pow(sum, -1)
      case .power: return .pow(sum, T(-1.0))
      case .root: return .root(sum, -1)
      case .logarithm: return .exp(-.log(sum))
      case .square: return .sqrt(1 / sum) / .sqrt(sum)
      }
    }
  }

  struct Function: ScalarFunction {
    let inputCount = 1
    var outputCount: Int { forms.count }
    let forms: [Form]

    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      forms.map { $0.sigmoid(x[0]) }
    }
  }

  /// Where e⁻ˣ is a double.
  private static func rows() throws -> [Reference] {
    try Reference.rows("sigmoid").filter { $0.inputs[0] > -709.7 }
  }

  @Test("1 / (1 + e⁻ˣ) by any form and mode", arguments: Form.allCases)
  func sigmoid(_ form: Form) throws {
    var misses = Misses()
    for row in try Self.rows() {
      let x = row.inputs[0]
      let forward = form.sigmoid(Dual<SIMD2<Double>>(x, tangent: [1, 0]))
      let backward = reverse([x]) { form.sigmoid($0[0]) }
      // A logarithm of s has an error of its rounding, |ln s| · 2^−53.
      let forced =
        form == .logarithm && x < 0 ? abs(x * row.slopes[0]) * 0x1p-51 : 0
      for found in [forward.tangent[0], backward.slopes[0]] {
        misses.hold(
          found, row.slopes[0], ulps: 12, forced: forced, "\(form), \(row)")
      }
    }
    misses.report()
  }

  @Test("its bend, where the two terms of it don't cancel")
  func bends() throws {
    var misses = Misses()
    let forms = Form.allCases.filter { $0 != .logarithm }
    let function = HessianSamples.generic("forms", Function(forms: forms))
    var found = try Derivatives(function, at: [0], keeping: .curvature)
    for row in try Self.rows() where abs(row.inputs[0]) > 1 {
      try found.move(to: row.inputs, keeping: .curvature)
      for (i, form) in forms.enumerated() {
        let weights = forms.indices.map { $0 == i ? 1.0 : 0 }
        misses.hold(
          try found.curvature(weights: weights)[0], row.bends[0], ulps: 64,
          forced: 1e-13 * abs(row.bends[0]), "\(form), \(row)")
      }
    }
    misses.report()
  }

  @Test("each output keeps its own range in a block")
  func block() throws {
    struct Both: ScalarFunction {
      let inputCount = 2, outputCount = 3
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
        let large = T.exp(-x[0])
        return [1 / (1 + large), large, x[1] / large]
      }
    }
    let found = try Derivatives(
      HessianSamples.generic("both", Both()), at: [-400, 1e-130],
      keeping: [.tangent, .adjoint])
    let small = Double.exp(-400)
    let expected = [
      small, 0, -Double.exp(400), 0, 1e-130 * small, small,
    ]
    var misses = Misses()
    for jacobian in [try found.byTangents(), try found.byAdjoints()] {
      for (entry, right) in zip(jacobian, expected) {
        misses.hold(entry, right, ulps: 8, "\(jacobian)")
      }
    }
    misses.report()
  }

  @Test("overflow between them: 1 / e⁻ˣ is eˣ")
  func overflow() throws {
    for x in [-700, -360, 30, 400, 705] as [Double] {
      func inverse<T: Scalar>(_ x: T) -> T { 1 / .exp(-x) }
      let right = inverse(x)
      let forward = inverse(Dual<SIMD2<Double>>(x, tangent: [1, 0]))
      var misses = Misses()
      misses.hold(forward.tangent[0], right, ulps: 4, "\(x)")
      misses.hold(
        reverse([x]) { inverse($0[0]) }.slopes[0], right, ulps: 4, "\(x)")
      misses.report()
    }
  }

  @Test("the hyperbolic tangent has a Hessian beyond 711")
  func hessian() throws {
    for x in [355.0, 711.5, 1e300, -720] {
      let f = try ComposedFunction([
        HessianSamples.generic("tanh", ElementaryOfOne(description: "tanh"))
      ]).prepare()
      let found = try f.hessian(at: [x]).entry(0, 0)
      let right = x == 355 ? -8 * Double.exp(-710) : 0
      #expect(abs(found - right) <= 1e-13 * abs(right))
    }
  }
}
