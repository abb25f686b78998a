import ChainSolvers

extension ProductBranching {
  /// fma that a unit of tape is worth, from the row of the total tape.
  func tapePrice(
    _ formulated: FormulatedProgram, _ duals: [Double]
  ) -> Double {
    formulated.excess == nil ? 0 : max(0, -(duals.last ?? 0))
  }

  /// Tries the plans that the shares suggest: under a total tape at the prices
  /// of its units between which plans begin to keep to it.
  mutating func improve(_ shares: [Double], tapePrice: Double) {
    var (tooLow, enough) = (0.0, Double.infinity)
    var tapePrice = tapePrice
    for _ in 0..<(tapeTotal == nil ? 1 : 16) {
      let prices = graph.operations.map {
        Double($0.price) + tapePrice * Double($0.tape)
      }
      let weights = zip(prices, shares).map { $0 * (1 - min(max($1, 0), 1)) }
      if offer(Incumbent(graph, weights: weights, prices: prices).chosen) {
        enough = tapePrice
      } else {
        tooLow = tapePrice
      }
      guard enough > 0 else { return }
      tapePrice =
        enough < .infinity ? (tooLow + enough) / 2 : max(2 * tapePrice, 1)
    }
  }

  mutating func offer(fixed reduction: Reduction) {
    var chosen = [Int](repeating: -1, count: graph.count)
    for v in 0..<graph.count {
      for o in graph.operations(of: v) where reduction.isFixed[o] {
        chosen[v] = o
      }
    }
    offer(chosen)
  }

  /// Takes a plan that is cheaper than what is known; returns whether it keeps
  /// to the total tape.
  @discardableResult
  private mutating func offer(_ chosen: [Int]) -> Bool {
    let (fma, tape) = graph.price(chosen)
    guard tape <= tapeTotal ?? .max else { return false }
    if fma < outcome.upper {
      (outcome.upper, outcome.chosen) = (fma, chosen)
    }
    return true
  }
}
