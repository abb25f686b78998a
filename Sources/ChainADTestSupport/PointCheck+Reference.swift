import ChainAD
import JacobianChain

/// λ · J and C · v by whatever a function has, and what they should be.
extension PointCheck {
  /// λ · J by whatever there is.
  func pull(_ weights: [Double]) throws(ChainError) -> [Double] {
    if abilities.contains(.adjoint) {
      return try probe.adjoints(weights, width: 1)
    }
    var product = [Double](repeating: 0, count: sizes.columns)
    if abilities.contains(.entries) {
      for (place, entry) in zip(sizes.coordinates, try probe.entries()) {
        product[place.column] += weights[place.row] * entry
      }
      return product
    }
    for column in product.indices {
      var unit = [Double](repeating: 0, count: sizes.columns)
      unit[column] = 1
      product[column] = zip(weights, try probe.tangents(unit, width: 1))
        .reduce(0) { $0 + $1.0 * $1.1 }
    }
    return product
  }

  /// C · v, by entries where there are some.
  func bend(
    _ probe: Probe, _ weights: [Double], _ v: [Double]
  ) throws(ChainError) -> [Double] {
    guard let curvature = sizes.curvature, !curvature.isZero else {
      return [Double](repeating: 0, count: sizes.columns)
    }
    guard curvature.hasEntries else {
      return try probe.curvatureProducts(weights, v, width: 1)
    }
    let entries = try probe.curvatureEntries(weights)
    var product = [Double](repeating: 0, count: sizes.columns)
    for (place, entry) in zip(curvature.coordinates, entries) {
      product[place.row] += entry * v[place.column]
    }
    return product
  }

  /// The same as the function that was written in another way: its value, and
  /// λ · J and C · v where both have them.
  mutating func checkReference() throws(ChainError) {
    guard let reference = suite.reference else { return }
    let other = PointCheck(
      AdapterConformance(reference), try Sizes(reference), point, elsewhere,
      generator)
    guard other.sizes.rows == sizes.rows, other.sizes.columns == sizes.columns
    else {
      throw probe.broken(
        "reference", "\(other.sizes.rows) × \(other.sizes.columns)",
        "\(sizes.rows) × \(sizes.columns)")
    }
    let expected = try other.probe.value(at: point, keeping: other.wanted)
    try compare(
      "reference/value", try probe.value(at: point, keeping: wanted), expected,
      magnitudes: expected)
    let (weights, v) = (draw(sizes.rows), draw(sizes.columns))
    if !abilities.isEmpty, !other.abilities.isEmpty {
      let pulled = try other.pull(weights)
      try compare(
        "reference/adjoints", try pull(weights), pulled, magnitudes: pulled)
    }
    if sizes.curvature != nil, other.sizes.curvature != nil {
      let bent = try other.bend(other.probe, weights, v)
      try compare(
        "reference/curvature", try bend(probe, weights, v), bent,
        magnitudes: bent)
    }
  }

  private var wanted: Abilities {
    sizes.curvature?.isZero == false ? abilities.union(.curvature) : abilities
  }
}
