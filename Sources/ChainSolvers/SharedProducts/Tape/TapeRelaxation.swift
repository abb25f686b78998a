import JacobianChain

/// What one fma and one unit of tape weigh.
struct TapeWeights {
  let fma: UInt128
  let tape: UInt128

  /// The weight of so many fma and so much tape.
  func callAsFunction(_ price: Int, _ tape: UInt128) -> UInt128 {
    fma &* UInt128(truncatingIfNeeded: price) &+ self.tape &* tape
  }
}

/// The least weight of every span, from the interval dynamic program, and of
/// everything else in a plan that makes the span.
struct TapeRelaxation {
  let weights: TapeWeights
  /// The least weight of each span.
  let inside: [UInt128]
  /// For each span, the least weight of everything else in a plan for the
  /// whole chain that makes the span; `.max` when none does.
  private(set) var outside: [UInt128] = []

  /// Fills the table; nil when `control` stopped it.
  ///
  /// - Precondition: no plan weighs 2^128.
  /// - Complexity: O(q³) time, O(q²) memory.
  init?<Prices>(
    _ spans: TapeSpans<Prices>, _ weights: TapeWeights, _ control: SearchControl
  ) {
    self.weights = weights
    var inside = [UInt128](repeating: .max, count: spans.count)
    for i in stride(from: spans.q - 1, through: 0, by: -1) {
      if control.shouldStop() != nil { return nil }
      for j in i + 1...spans.q {
        var best = UInt128.max
        spans.forEachOption(i, j) { option in
          var weight = weights(option.price, UInt128(option.tape))
          if option.first >= 0 { weight &+= inside[option.first] }
          if option.second >= 0 { weight &+= inside[option.second] }
          best = min(best, weight)
        }
        inside[spans.number(i, j)] = best
      }
    }
    self.inside = inside
  }

  /// A plan of least weight, its fma and its tape.
  ///
  /// - Complexity: O(q²); iterative.
  func plan<Prices>(
    _ spans: TapeSpans<Prices>
  ) -> (plan: Plan, fma: Int, tape: UInt128) {
    var joins: [Step] = []
    var (fma, tape) = (0, UInt128(0))
    var pending = [(0, spans.q)]
    while let (i, j) = pending.popLast() {
      let least = inside[spans.number(i, j)]
      var chosen: TapeSpans<Prices>.Option?
      spans.forEachOption(i, j) { option in
        guard chosen == nil else { return }
        var weight = weigh(option)
        if option.first >= 0 { weight &+= inside[option.first] }
        if option.second >= 0 { weight &+= inside[option.second] }
        if weight == least { chosen = option }
      }
      guard let chosen else { preconditionFailure("the table is full") }
      joins.append(chosen.step)
      fma += chosen.price
      tape += UInt128(chosen.tape)
      pending += spans.operands(of: chosen, in: i, j)
    }
    return (Plan(fromRoot: joins), fma, tape)
  }

  /// The weight of an option without its operands.
  func weigh<Prices>(
    _ option: TapeSpans<Prices>.Option
  ) -> UInt128 {
    weights(option.price, UInt128(option.tape))
  }

  /// Fills `outside`; false when `control` stopped it.
  ///
  /// - Complexity: O(q³).
  mutating func fillOutside<Prices>(
    _ spans: TapeSpans<Prices>, _ control: SearchControl
  ) -> Bool {
    var outside = [UInt128](repeating: .max, count: spans.count)
    outside[spans.whole] = 0
    for length in stride(from: spans.q, to: 1, by: -1) {
      if control.shouldStop() != nil { return false }
      for i in 0...spans.q - length {
        let own = outside[spans.number(i, i + length)]
        guard own != .max else { continue }
        spans.forEachOption(i, i + length) { option in
          let weight = own &+ weigh(option)
          guard option.second >= 0 else {
            outside[option.first] = min(outside[option.first], weight)
            return
          }
          outside[option.first] = min(
            outside[option.first], weight &+ inside[option.second])
          outside[option.second] = min(
            outside[option.second], weight &+ inside[option.first])
        }
      }
    }
    self.outside = outside
    return true
  }
}
