import ChainSolvers

extension ProductBranching {
  /// fma that a unit of tape is worth, from the row of the total tape.
  func tapePrice(
    _ formulated: FormulatedProgram, _ duals: [Double]
  ) -> Double {
    formulated.excess == nil ? 0 : max(0, -(duals.last ?? 0))
  }

  /// Tries the plans that the shares suggest.
  mutating func improve(_ shares: [Double], tapePrice: Double) {
    let scales = tapePrice > 0 ? [1.0, 1.5, 4] : [1.0]
    for scale in scales {
      let prices = graph.operations.map {
        Double($0.price) + scale * tapePrice * Double($0.tape)
      }
      let weights = zip(prices, shares).map { $0 * (1 - min(max($1, 0), 1)) }
      offer(Incumbent(graph, weights: weights, prices: prices).chosen)
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

  mutating func offer(_ chosen: [Int]) {
    let (fma, tape) = graph.price(chosen)
    guard tape <= tapeTotal ?? .max, fma < outcome.upper else { return }
    outcome.upper = fma
    outcome.chosen = chosen
  }
}
