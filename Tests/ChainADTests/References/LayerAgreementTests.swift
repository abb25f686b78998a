import ChainAD
import RealModule
import Testing

/// A layer is the generic function of the same expression: slopes to 4 ulp of
/// each, bends to 1e-13.
@Suite("Layers and generic functions") struct LayerAgreementTests {
  /// What the pointwise layers are, of one number.
  struct Expression: ScalarFunction {
    let name: String
    let inputCount = 1, outputCount = 1

    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      let x = x[0]
      switch name {
      case "tanh": return [.tanh(x)]
      case "sigmoid": return [.sigmoid(x)]
      case "relu": return [x < 0 ? 0 : x]
      case "softplus": return [.softplus(x)]
      case "sin": return [.sin(x)]
      case "exp": return [.exp(x)]
      default: preconditionFailure("no layer \(name)")
      }
    }
  }

  @Test(arguments: LayerReferenceTests.layers.keys.sorted())
  func agree(_ name: String) throws {
    let make = try #require(LayerReferenceTests.layers[name])
    let layer = try make(1)
    let kept: Abilities = [.entries, .curvature]
    var one = try Derivatives(layer, at: [1], keeping: kept)
    var other = try Derivatives(
      HessianSamples.generic(name, Expression(name: name)), at: [1],
      keeping: kept)
    var misses = Misses()
    for row in try Reference.rows(name) {
      try one.move(to: row.inputs, keeping: kept)
      try other.move(to: row.inputs, keeping: kept)
      misses.hold(
        other.value[0], one.value[0], ulps: 4, forced: 0x1p-53, "\(row), value")
      misses.hold(
        try other.entries()[0], try one.entries()[0], ulps: 8, "\(row), slope")
      guard layer.curvature != .zero else { continue }
      let bend = try one.curvatureEntries(weights: [1], count: 1)[0]
      misses.hold(
        try other.curvature(weights: [1])[0], bend, ulps: 16,
        forced: 1e-13 * abs(bend), "\(row), bend")
    }
    misses.report()
  }
}
