import JacobianChain

/// The maximum over λ of (least fma + λ · tape) − λ · limit, by secants
/// between a plan over the limit and one within it.
struct TapeDual<Prices: SpanPrices> where Prices.Price == Int {
  /// A plan with its fma and tape.
  typealias Met = (plan: Plan, fma: Int, tape: UInt128)

  /// The cheapest plan met whose tape is within the limit.
  private(set) var within: Met?
  /// The plan over the limit next to the maximum; nil when the plan of least
  /// fma isn't over it.
  private(set) var over: Met?
  /// The least tape of any plan.
  private(set) var leastTape: UInt128 = 0
  /// No plan within the limit costs less.
  private(set) var lower: UInt128 = 0
  /// The weights that prove it, and what each span weighs.
  private(set) var relaxation: TapeRelaxation?
  /// The dynamic programs run.
  private(set) var programs = 0

  private let spans: TapeSpans<Prices>
  private let limit: UInt128

  init(_ spans: TapeSpans<Prices>, limit: Int) {
    self.spans = spans
    self.limit = UInt128(limit)
  }

  /// Meets the plan of least tape and, if that is within the limit, the one of
  /// least fma.
  ///
  /// - Parameter worst: a price above that of any plan.
  /// - Returns: false when `control` stopped it.
  mutating func meetEnds(
    worst: UInt128, _ control: SearchControl
  ) -> Bool {
    // Lexicographic: a unit of tape outweighs all fma, then the reverse.
    guard let ends = meet(TapeWeights(fma: 1, tape: worst), control) else {
      return false
    }
    leastTape = ends.tape
    guard within != nil else { return true }
    let weights = TapeWeights(fma: spans.allTapes + 1, tape: 1)
    guard let cheapest = meet(weights, control) else { return false }
    if cheapest.tape <= limit { lower = UInt128(cheapest.fma) }
    return true
  }

  /// Moves λ to the maximum; each step meets a plan between the two.
  ///
  /// - Returns: false when `control` stopped it.
  mutating func maximise(_ control: SearchControl) -> Bool {
    while let over, let within, lower < UInt128(within.fma) {
      // The weights under which both plans weigh the same.
      let weights = TapeWeights(
        fma: over.tape - within.tape, tape: UInt128(within.fma - over.fma))
      guard let met = meet(weights, control) else { return false }
      if weights(met.fma, met.tape) == weights(over.fma, over.tape) { break }
    }
    return true
  }

  /// Runs one program; keeps its bound and its plan if they are better.
  private mutating func meet(
    _ weights: TapeWeights, _ control: SearchControl
  ) -> Met? {
    guard let weighed = TapeRelaxation(spans, weights, control) else {
      return nil
    }
    programs += 1
    let met = weighed.plan(spans)
    if met.tape <= limit {
      if within.map({ met.fma < $0.fma }) ?? true { within = met }
    } else if over.map({ met.tape < $0.tape }) ?? true {
      over = met
    }
    let least = weighed.inside[spans.whole]
    let taped = weights(0, limit)
    let bound =
      least <= taped ? 0 : (least - taped + weights.fma - 1) / weights.fma
    if relaxation == nil || bound > lower {
      (relaxation, lower) = (weighed, bound)
    }
    return met
  }
}
