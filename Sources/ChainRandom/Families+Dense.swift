import JacobianChain

/// Families of dense factors: what is drawn are the interface dimensions.
extension Family {
  static func uniform(
    _ count: Int, _ range: ClosedRange<Int>, _ generator: inout SplitMix64
  ) -> [Factor] {
    given(interfaces(count, range, &generator))
  }

  static func widths(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [Factor] {
    given(interfaces(count, 4...12, &generator).map { 1 << $0 })
  }

  /// The smallest interface in the middle, larger ones outwards by turns.
  static func hourglass(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [Factor] {
    let rising = interfaces(count, 4...4096, &generator).sorted()
    var (left, right): ([Int], [Int]) = ([], [])
    for (position, dimension) in rising.enumerated() {
      if position.isMultiple(of: 2) {
        left.append(dimension)
      } else {
        right.append(dimension)
      }
    }
    return given(left.reversed() + right)
  }

  static func sorted(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [Factor] {
    let isFalling = generator.oneIn(2)
    let rising = interfaces(count, 1...1000, &generator).sorted()
    return given(isFalling ? rising.reversed() : rising)
  }

  /// Many plans of equal price: what trips a comparison that isn't exact.
  static func ties(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [Factor] {
    let set = interfaces(2, 1...100, &generator)
    return given(interfaces(count, 0...2, &generator).map { set[$0] })
  }

  static func matrixFree(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [Factor] {
    given(interfaces(count, 5...50, &generator)).map { factor in
      let cost = generator.integer(in: 1000...10_000)
      return Factor(
        name: factor.name, rows: factor.rows, columns: factor.columns,
        tangentCost: cost, adjointCost: cost, tape: cost)
    }
  }

  /// Factor by factor, in the order of jcdp's generator: shape, edges of the
  /// DAG, and what a tangent and an adjoint cost in multiples of them.
  static func jcdp(
    _ count: Int, _ settings: DrawSettings, _ generator: inout SplitMix64
  ) -> [Factor] {
    let dimensions = settings.dimensions ?? 5...50
    let costs = settings.costs ?? 1000...10_000
    let once = 1_000_000...1_000_000
    var columns = generator.integer(in: dimensions)
    return (1...count).map { position in
      let rows = generator.integer(in: dimensions)
      let edges = generator.integer(in: costs)
      func cost(_ factors: ClosedRange<Int>?) -> Int {
        // Below 2^40 · 2^30: wider than an Int.
        let factor = generator.integer(in: factors ?? once)
        return Int((UInt128(edges) * UInt128(factor) + 500_000) / 1_000_000)
      }
      defer { columns = rows }
      return Factor(
        name: "f\(position)", rows: rows, columns: columns,
        tangentCost: cost(settings.tangentFactors),
        adjointCost: cost(settings.adjointFactors), tape: edges)
    }
  }

  /// The count + 1 dimensions of a chain, input first.
  private static func interfaces(
    _ count: Int, _ range: ClosedRange<Int>, _ generator: inout SplitMix64
  ) -> [Int] {
    (0...count).map { _ in generator.integer(in: range) }
  }

  private static func given(_ interfaces: [Int]) -> [Factor] {
    zip(interfaces, interfaces.dropFirst()).enumerated().map { index, shape in
      Factor(name: "f\(index + 1)", rows: shape.1, columns: shape.0)
    }
  }
}
