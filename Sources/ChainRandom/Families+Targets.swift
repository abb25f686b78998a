import JacobianChain

/// Families with several targets, which share products.
extension Family {
  /// A layered model: its layers' Jacobians J1 … Jq, innermost first, and the
  /// Jacobian Wk of every layer by its own parameters. Targets: the output by
  /// all parameters, J_q ⋯ J_{k+1} · W_k for every k, and by the input,
  /// J_q ⋯ J_1 (LeCun 1988).
  static func comb(
    _ layers: Int, _ range: ClosedRange<Int>,
    _ generator: inout SplitMix64, dimension: (Int) -> Int
  ) -> Draw {
    func draw() -> Int { dimension(generator.integer(in: range)) }
    let widths = (0...layers).map { _ in draw() }
    let jacobians = (1...layers).map {
      Factor(name: "J\($0)", rows: widths[$0], columns: widths[$0 - 1])
    }
    let weights = (1...layers).map {
      Factor(name: "W\($0)", rows: widths[$0], columns: draw())
    }
    return Draw(jacobians + weights, targets: combTargets(layers))
  }

  private static func combTargets(_ layers: Int) -> [[Int]] {
    (0..<layers).map { [layers + $0] + Array($0 + 1..<layers) }
      + [Array(0..<layers)]
  }

  /// The Jacobians over every stretch of a long chain: all windows of
  /// consecutive factors, a fifth of the chain wide, at least two factors.
  static func window(
    _ count: Int, _ generator: inout SplitMix64
  ) -> Draw {
    let width = min(count, max(2, count / 5))
    return Draw(
      uniform(count, 1...100, &generator),
      targets: (0...count - width).map { Array($0..<$0 + width) })
  }
}
