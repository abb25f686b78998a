/// The fans of one word: at interface k, forward through the factors above it
/// and reverse through those below it, both starting at the interface, then
/// one product. k = 0 is forward mode, k = q reverse mode.
package struct Fan {
  /// How one factor joins the value that is pushed through it.
  package enum Join {
    /// The factor is accumulated (or given) by this step and multiplied.
    case multiply(Step)
    /// The factor is applied.
    case eliminate
  }

  /// One direction from an interface to an end of the chain.
  struct Sweep {
    var first: Step
    var joins: [(factor: Int, join: Join)] = []
    /// One for each join.
    var products: [PatternTable.Product] = []
    var fma: UInt128
    var tape: UInt128
    var pattern: Pattern
  }

  /// The price of a step; what it adds to the tape.
  package struct Price {
    package var fma: UInt128
    var tape: UInt128
  }

  let word: [Int]
  let problem: Problem
  /// May stop what takes long.
  let control: SearchControl
  /// Spans that have been derived: all fans sweep the same ones, from either
  /// end. They also remember their colours.
  private var spans = SpanPatterns()

  package init(word: [Int], of problem: Problem, _ control: SearchControl) {
    (self.word, self.problem, self.control) = (word, problem, control)
  }

  /// The interface of the cheapest fan; nil when modes or limits forbid all.
  /// The two ends are tried first, so that a stop leaves at least them.
  ///
  /// Fans whose patterns can't be held are passed over.
  ///
  /// - Throws: `ChainError` when the control stops an end.
  package mutating func cheapestSplit() throws(ChainError) -> Int? {
    if problem.isDense { return try cheapestDenseSplit() }
    var best: (split: Int, fma: UInt128)?
    for k in [0, word.count] + Array(1..<word.count) {
      let isEnd = k == 0 || k == word.count
      if !isEnd, control.shouldStop() != nil { break }
      do {
        if let fma = try price(split: k, below: best?.fma) { best = (k, fma) }
      } catch  where error.kind == .tooLarge {
        continue
      } catch  where error.isStop && !isEnd {
        break
      }
    }
    return best?.split
  }

  /// The price of the fan at interface k; nil when modes or limits forbid it or
  /// it isn't below `bound`.
  private mutating func price(
    split k: Int, below bound: UInt128?
  ) throws(ChainError) -> UInt128? {
    var price = Price(fma: 0, tape: 0)
    var patterns: [Pattern] = []
    for mode in Mode.allCases where covers(mode, k) {
      let room = bound.map { $0 - min($0, price.fma) }
      guard let sweep = try sweep(mode, from: k, below: room) else {
        return nil
      }
      price.fma += sweep.fma
      price.tape += sweep.tape
      patterns.append(sweep.pattern)
    }
    guard allows(tape: price.tape) else { return nil }
    if patterns.count == 2 {
      price.fma += CostModel.multiply(patterns[0], patterns[1])
    }
    return bound.map { price.fma < $0 } ?? true ? price.fma : nil
  }

  func allows(tape: UInt128) -> Bool {
    problem.limits.tapeTotal.map { tape <= UInt128($0) } ?? true
  }

  /// Whether the fan at k has factors on the side that `mode` sweeps.
  private func covers(_ mode: Mode, _ k: Int) -> Bool {
    mode == .tangent ? k < word.count : k > 0
  }

  /// Pushes a value from interface k to the end of the chain in `mode`; nil
  /// when a factor has no way to join or the price reaches `bound`.
  private mutating func sweep(
    _ mode: Mode, from k: Int, below bound: UInt128? = nil
  ) throws(ChainError) -> Sweep? {
    let positions =
      mode == .tangent
      ? Array(k..<word.count) : Array((0..<k).reversed())
    let start = word[positions[0]]
    guard let (first, price) = try leaf(start, mode) else { return nil }
    var sweep = Sweep(
      first: first, fma: price.fma, tape: price.tape,
      pattern: problem.patterns[start])
    sweep.joins.reserveCapacity(positions.count - 1)
    sweep.products.reserveCapacity(positions.count - 1)
    let isEnd = positions.count == word.count
    // Closures that capture the fan would copy it for every factor.
    let control = control
    for position in positions.dropFirst() {
      if !isEnd { try control.checkpoint() }
      let factor = word[position]
      let own = problem.patterns[factor]
      let (outer, inner) =
        mode == .tangent ? (own, sweep.pattern) : (sweep.pattern, own)
      let pattern = try spans.product(
        outer, inner,
        span: mode == .tangent ? k..<position + 1 : position..<k, control)
      var product = PatternTable.Product(outer, inner, makes: pattern)
      let choice = try cheapestJoin(
        factor, mode,
        product: {
          let fma = CostModel.multiply(outer, inner)
          product.fma = fma
          return fma
        },
        evaluations: { () throws(ChainError) in
          try CostModel.evaluations(mode, pattern, control: control)
        })
      guard let choice else { return nil }
      sweep.joins.append((factor, choice.join))
      sweep.products.append(product)
      sweep.fma += choice.price.fma
      sweep.tape += choice.price.tape
      sweep.pattern = pattern
      if let bound, sweep.fma >= bound { return nil }
    }
    return sweep
  }

  /// The cheaper way to push a value through a factor. Without eliminations
  /// the factor is accumulated by its cheaper mode first.
  package func cheapestJoin(
    _ index: Int, _ mode: Mode, product: () -> UInt128,
    evaluations: () throws(ChainError) -> Int
  ) throws(ChainError) -> (join: Join, price: Price)? {
    let factor = problem.factors[index]
    var best: (join: Join, price: Price)?
    if factor.isGiven || !problem.matrixFree,
      let (step, price) = try leaf(index, mode)
    {
      best = (
        .multiply(step),
        Price(fma: price.fma + product(), tape: price.tape)
      )
    }
    if let cost = problem.eliminationCost(of: factor, mode) {
      let fma = CostModel.apply(evaluations: try evaluations(), cost: cost)
      if best.map({ fma < $0.price.fma }) ?? true {
        let tape = mode == .adjoint ? UInt128(factor.tape) : 0
        best = (.eliminate, Price(fma: fma, tape: tape))
      }
    }
    return best
  }

  /// The way to get J_i alone: its entries, else `mode`; the cheaper mode when
  /// eliminations are forbidden.
  func leaf(
    _ index: Int, _ mode: Mode
  ) throws(ChainError) -> (step: Step, price: Price)? {
    let factor = problem.factors[index]
    if factor.isGiven {
      return (.given(factor: index), Price(fma: 0, tape: 0))
    }
    var best: (step: Step, price: Price)?
    for candidate in Mode.allCases
    where candidate == mode || !problem.matrixFree {
      guard let cost = problem.cost(of: factor, candidate) else { continue }
      let fma = CostModel.apply(
        evaluations: try CostModel.evaluations(
          candidate, problem.patterns[index], control: control),
        cost: cost)
      if best.map({ fma < $0.price.fma }) ?? true {
        let tape = candidate == .adjoint ? UInt128(factor.tape) : 0
        best = (
          .accumulate(factor: index, mode: candidate),
          Price(fma: fma, tape: tape)
        )
      }
    }
    return best
  }

  /// Writes the fan at interface k after the steps of `plan`.
  ///
  /// - Returns: what its sweeps make of patterns; nil when modes or limits
  ///   forbid it.
  package mutating func append(
    split k: Int, to plan: inout Plan
  ) throws(ChainError) -> [PatternTable.Product]? {
    var ends: [Int] = []
    var products: [PatternTable.Product] = []
    for mode in Mode.allCases where covers(mode, k) {
      guard let sweep = try sweep(mode, from: k) else { return nil }
      products += sweep.products
      plan.steps.append(sweep.first)
      for (factor, join) in sweep.joins {
        let value = plan.steps.count - 1
        plan.append(join, of: factor, mode, to: value)
      }
      ends.append(plan.steps.count - 1)
    }
    if ends.count == 2 {
      plan.steps.append(.multiply(outer: ends[0], inner: ends[1]))
    }
    plan.targets.append(plan.steps.count - 1)
    return products
  }
}
