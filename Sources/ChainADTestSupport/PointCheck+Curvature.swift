import ChainAD
import ChainRandom
import JacobianChain

/// The laws of a `CurvedFunction`.
extension PointCheck {
  mutating func checkCurvature() throws(ChainError) {
    guard let curvature = sizes.curvature else { return }
    let wanted = abilities.union(.curvature)
    let value = try probe.value(at: point, keeping: abilities)
    let bent = Probe(
      name: probe.name, sizes: sizes, place: suite.function.linearization())
    try compare(
      "values/keeping curvature", try bent.value(at: point, keeping: wanted),
      value, magnitudes: value)
    if !curvature.isZero {
      try checkSymmetry(bent)
      try checkWeights(bent)
      try checkOutside(bent)
      try checkBends(bent)
      try checkRepeatedBends(bent)
    }
    try checkBendDifferences(bent)
  }

  /// ⟨u, C·v⟩ = ⟨C·u, v⟩.
  private mutating func checkSymmetry(_ bent: Probe) throws(ChainError) {
    for _ in 0..<3 {
      let weights = draw(sizes.rows)
      let (u, v) = (draw(sizes.columns), draw(sizes.columns))
      let left = zip(u, try bend(bent, weights, v)).map { $0 * $1 }
      let right = zip(v, try bend(bent, weights, u)).map { $0 * $1 }
      let magnitude = (left + right).reduce(0) { $0 + abs($1) }
      try compare(
        "curvature/symmetry", [left.reduce(0, +)], [right.reduce(0, +)],
        magnitudes: [magnitude])
    }
  }

  /// C of α λ + β μ is α times that of λ and β times that of μ.
  private mutating func checkWeights(_ bent: Probe) throws(ChainError) {
    let (first, second) = (draw(sizes.rows), draw(sizes.rows))
    let v = draw(sizes.columns)
    let (alpha, beta) = (generator.uniform() * 8, generator.uniform() * 8)
    let both = zip(first, second).map { alpha * $0 + beta * $1 }
    let ofFirst = try bend(bent, first, v).map { alpha * $0 }
    let ofSecond = try bend(bent, second, v).map { beta * $0 }
    try compare(
      "curvature/weights", try bend(bent, both, v),
      zip(ofFirst, ofSecond).map { $0 + $1 }, magnitudes: ofFirst + ofSecond)
  }

  /// Products have no nonzero outside the structure.
  private mutating func checkOutside(_ bent: Probe) throws(ChainError) {
    guard let curvature = sizes.curvature, curvature.hasProducts else { return }
    let n = sizes.columns
    let weights = draw(sizes.rows)
    var inside = [Set<Int>](repeating: [], count: n)
    for place in curvature.coordinates {
      inside[place.column].insert(place.row)
    }
    for column in 0..<n {
      var unit = [Double](repeating: 0, count: n)
      unit[column] = 1
      let product = try bent.curvatureProducts(weights, unit, width: 1)
      let allowed = suite.tolerance * product.largest
      for row in 0..<n where !inside[column].contains(row) {
        guard abs(product[row]) <= allowed else {
          throw probe.broken(
            "curvature/structure/row \(row), column \(column)",
            "0 outside the declared structure, "
              + curvature.pattern.structure.name,
            "\(product[row]) in the products")
        }
      }
    }
  }

  /// A block is its columns, one by one, and those are what entries say.
  private mutating func checkBends(_ bent: Probe) throws(ChainError) {
    guard sizes.curvature?.hasProducts == true else { return }
    let weights = draw(sizes.rows)
    for width in [2, 5, 9] {
      let seeds = draw(sizes.columns * width)
      let block = try bent.curvatureProducts(weights, seeds, width: width)
      for column in 0..<width {
        func line(_ block: [Double]) -> [Double] {
          (0..<sizes.columns).map { block[$0 * width + column] }
        }
        let single = try bend(bent, weights, line(seeds))
        try compare(
          "curvature/blocks/\(column) of \(width)", line(block), single,
          magnitudes: single)
      }
    }
  }

  /// Where a place was before changes nothing.
  private mutating func checkRepeatedBends(
    _ bent: Probe
  ) throws(ChainError) {
    let late = Probe(
      name: probe.name, sizes: sizes, place: suite.function.linearization())
    _ = try late.value(at: elsewhere, keeping: .curvature)
    _ = try late.value(at: point, keeping: .curvature)
    let (weights, v) = (draw(sizes.rows), draw(sizes.columns))
    let expected = try bend(bent, weights, v)
    try compare(
      "curvature/repetition", try bend(late, weights, v), expected,
      magnitudes: expected)
  }

  /// (λ · J(x + h v) − λ · J(x − h v)) / 2h ≈ C · v.
  private mutating func checkBendDifferences(
    _ bent: Probe
  ) throws(ChainError) {
    guard let allowed = suite.differenceTolerance, !abilities.isEmpty else {
      return
    }
    let (weights, v) = (draw(sizes.rows), draw(sizes.columns))
    let expected = try bend(bent, weights, v)
    let h = 0x1p-17
    func pulled(_ step: Double) throws(ChainError) -> [Double] {
      _ = try probe.value(
        at: zip(point, v).map { $0 + step * $1 }, keeping: abilities)
      return try pull(weights)
    }
    let here = try pulled(0)
    let (ahead, behind) = (try pulled(h), try pulled(-h))
    let quotient = zip(ahead, behind).map { ($0 - $1) / (2 * h) }
    let error = allowed * max(expected.largest, here.largest)
    try compare("curvature/differences", quotient, expected) { _ in error }
  }
}
