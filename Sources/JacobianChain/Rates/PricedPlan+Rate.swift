extension PricedPlan {
  /// The same plan at another rate.
  ///
  /// - Precondition: `problem` is the one that the plan was priced for.
  /// - Complexity: O(steps).
  package func at(_ rate: Rate, for problem: Problem) -> PricedPlan {
    var shapes = ValueShapes()
    return at(rate, for: problem, &shapes)
  }

  /// The same beside other plans that have some of its values.
  func at(
    _ rate: Rate, for problem: Problem, _ shapes: inout ValueShapes
  ) -> PricedPlan {
    var prices: [UInt128] = []
    var sum = fma
    if rate != .fma {
      let reading = Reading(of: problem, at: rate)
      prices = steps.indices.map {
        rate.price(
          work(ofStep: $0, in: problem) { shapes.shape(of: $0) })
          + reading.price(ofStep: $0, steps, of: problem)
      }
      sum = prices.reduce(0, +)
    }
    return PricedPlan(
      plan: plan, rate: rate, steps: steps, fma: fma, price: sum,
      stepPrices: prices, tape: tape, peakEntries: peakEntries,
      peakBytes: peakBytes, resultBytes: resultBytes,
      workingBytes: workingBytes)
  }
}
