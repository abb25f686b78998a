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
