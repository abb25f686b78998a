import JacobianChain

/// Everything that can be computed on the way to a problem's targets: a value
/// for each distinct sub-word, and for each value the operations that make it.
///
/// Two targets that contain the same sub-word, and one word that contains it
/// twice, share the value: this is where products are shared. Values are in
/// order of length, so operands have smaller ids and nothing is cyclic.
package struct ProductGraph: Sendable {
  /// One way to make a value.
  package struct Operation: Hashable, Sendable {
    /// The step; its operand ids are ids of values.
    package let step: Step
    /// fma, or nanoseconds at another rate; below 2^53.
    package let price: Int
    /// The tape that an adjoint step needs; 0 for any other step, and without
    /// a bound on the total tape.
    package let tape: Int
    /// The operands that aren't free, the greater id first; −1 for none.
    /// Equal operands (a square) are named once.
    package let first: Int
    package let second: Int

    /// Whether it costs nothing and needs nothing that does.
    var isFree: Bool { first < 0 && price == 0 && tape == 0 }
  }

  /// Whether each value costs nothing: given factors, units, and what is made
  /// of them alone.
  package private(set) var isFree: [Bool] = []
  /// All operations, grouped by the value they make; a free value has one.
  package private(set) var operations: [Operation] = []
  /// The operations that make value v are `starts[v]..<starts[v + 1]`.
  package private(set) var starts: [Int] = [0]
  /// The words of the targets, first applied first.
  package let words: [[Int]]
  /// The products of patterns, and the prices of products, that had to be
  /// computed: neither is more than the pairs of different patterns.
  package private(set) var computed = (products: 0, prices: 0)
  /// The number of factors in each value's word.
  package let lengths: [Int]
  /// The value of each target.
  package let targets: [Int]
  /// How words begin and end; nil for a part of a graph.
  private let subwords: Subwords?

  /// The number of values.
  package var count: Int { lengths.count }

  /// The ids of the operations that make value `v`.
  package func operations(of v: Int) -> Range<Int> {
    starts[v]..<starts[v + 1]
  }

  /// The values of all spans of target `t`.
  ///
  /// - Precondition: the graph is whole.
  /// - Complexity: O(n²) for a target of length n.
  package func spans(of t: Int) -> SpanValues {
    SpanValues(words[t].count, whole: targets[t], subwords!)
  }

  /// The values that a plan for target `t` may contain.
  ///
  /// - Complexity: O(operations).
  func values(ofTarget t: Int) -> [Int] {
    var isSeen = [Bool](repeating: false, count: targets[t] + 1)
    isSeen[targets[t]] = true
    for value in isSeen.indices.reversed() where isSeen[value] {
      for id in operations(of: value) {
        let (first, second) = (operations[id].first, operations[id].second)
        if first >= 0 { isSeen[first] = true }
        if second >= 0 { isSeen[second] = true }
      }
    }
    return isSeen.indices.filter { isSeen[$0] }
  }

  /// Whether every split of every target is here.
  var isWhole: Bool { subwords != nil }

  /// A part of a problem's graph: values in order of length, with some of
  /// their operations.
  ///
  /// - Parameter made: for each value, the operations that make it, of earlier
  ///   ones; the first is taken where it is free.
  init(
    words: [[Int]], lengths: [Int], made: [[Operation]], targets: [Int]
  ) {
    (self.words, self.lengths, self.targets) = (words, lengths, targets)
    subwords = nil
    for ways in made {
      let free = ways.first { $0.isFree }
      isFree.append(free != nil)
      operations += free.map { [$0] } ?? ways
      starts.append(operations.count)
    }
  }

  /// Σ of the splits of all different sub-words of the targets: what a graph of
  /// `problem` takes at most, nil above `Int.max`.
  ///
  /// - Complexity: O(Σ n) over the lengths n of the targets.
  package static func splits(of problem: Problem) -> Int? {
    guard let chain = problem.chain else {
      return Subwords.splits(of: problem.targets)
    }
    return spanSplits([chain])
  }

  /// Σ over targets of the splits of all their spans, the same sub-word at
  /// several places counted at each: what the positional program takes.
  package static func positionalSplits(of problem: Problem) -> Int? {
    spanSplits(problem.targets)
  }

  private static func spanSplits(_ words: [[Int]]) -> Int? {
    var total = 0
    for word in words {
      let n = word.count
      guard n < 1 << 20 else { return nil }
      let sum = total.addingReportingOverflow(n * (n + 1) * (n + 2) / 6)
      if sum.overflow { return nil }
      total = sum.partialValue
    }
    return total
  }

  /// Derives all values and operations.
  ///
  /// - Parameter rate: what operations are priced at.
  /// - Precondition: every fma fits 53 bits: `problem.worstPrice < 2^53`.
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held, or when
  ///   prices at another rate than fma may sum to 2^53 or more.
  /// - Complexity: O(Σ n) over the lengths n of the targets, O(splits of
  ///   different sub-words) look-ups, and one product of patterns or price for
  ///   each pair of different patterns that meet.
  package init(
    _ problem: Problem, at rate: Rate = .fma
  ) throws(ChainError) {
    try self.init(problem, at: rate, .unlimited)!
  }

  /// The same; nil when `control` stopped it.
  ///
  /// - Parameter finishesSmall: asks only before patterns that are worth a
  ///   question: without them, what takes a moment is finished after a stop.
  package init?(
    _ problem: Problem, at rate: Rate = .fma, _ control: SearchControl,
    finishesSmall: Bool = false
  ) throws(ChainError) {
    do {
      try self.init(stoppedBy: control, finishesSmall, problem, rate)
    } catch  where error.isStop {
      return nil
    }
  }

  private init(
    stoppedBy control: SearchControl, _ finishesSmall: Bool,
    _ problem: Problem, _ rate: Rate
  ) throws(ChainError) {
    words = problem.targets
    let subwords = Subwords(words)
    (lengths, targets) = (subwords.lengths, subwords.targets)
    self.subwords = subwords
    var table = PatternTable(control)
    let own = problem.patterns.map { table.number(of: $0) }
    var patterns: [Int] = []
    patterns.reserveCapacity(count)
    var pricing = ValuePricing(rate, problem)
    var filter = DominanceFilter()
    var level = 0
    // Growing copies; memory that isn't needed isn't touched.
    operations.reserveCapacity(1 << 20)
    for v in 0..<count {
      if v & 15 == 0, !finishesSmall { try control.checkpoint() }
      if v > 0, lengths[v] > lengths[v - 1] {
        table.release(allBut: own + patterns[level...])
        level = v
      }
      let (prefix, last) = (subwords.prefixes[v], own[subwords.lasts[v]])
      patterns.append(
        prefix < 0 ? last : try table.product(last, patterns[prefix]))
      pricing.append(
        table.pattern(patterns[v]),
        isRead: prefix < 0 && problem.factors[subwords.lasts[v]].isOnlyGiven)
      filter.candidates.removeAll(keepingCapacity: true)
      try propose(
        v, subwords, problem, patterns, &table, pricing, &filter.candidates)
      try pricing.check(filter.candidates)
      append(&filter)
    }
    computed = (table.computedProducts, table.computedPrices)
  }

  /// Appends every way to make a value.
  private func propose(
    _ v: Int, _ subwords: Subwords, _ problem: Problem, _ patterns: [Int],
    _ table: inout PatternTable, _ pricing: ValuePricing,
    _ found: inout [Operation]
  ) throws(ChainError) {
    let (first, last) = (subwords.firsts[v], subwords.lasts[v])
    let (prefix, suffix) = (subwords.prefixes[v], subwords.suffixes[v])
    if prefix < 0 {
      if problem.factors[first].isGiven {
        found.append(operation(.given(factor: first), 0, 0, -1, -1))
        return
      }
      try evaluate(first, patterns[v], problem, &table, pricing.rate) {
        mode, price, tape in
        let step = Step.accumulate(factor: first, mode: mode)
        found.append(operation(step, price, tape, -1, -1))
      }
      return
    }
    for (outer, inner) in subwords.splits(of: v) {
      found.append(
        operation(
          .multiply(outer: outer, inner: inner),
          pricing.price(
            of: v, outer, inner,
            fma: table.price(patterns[outer], patterns[inner])),
          0, outer, inner))
    }
    guard problem.matrixFree else { return }
    for (mode, factor, operand) in [
      (Mode.tangent, last, prefix), (.adjoint, first, suffix),
    ] {
      try evaluate(
        factor, patterns[v], problem, &table, pricing.rate, in: mode
      ) {
        mode, price, tape in
        let step = Step.eliminate(factor: factor, mode: mode, operand: operand)
        found.append(
          operation(step, price + pricing.reading(operand), tape, operand, -1))
      }
    }
  }

  /// Calls `body` with price and tape of the evaluations of a factor that
  /// recover `pattern`, for each mode (or the one asked for) that is allowed.
  private func evaluate(
    _ index: Int, _ pattern: Int, _ problem: Problem,
    _ table: inout PatternTable, _ rate: Rate, in only: Mode? = nil,
    _ body: (Mode, UInt128, Int) -> Void
  ) throws(ChainError) {
    let factor = problem.factors[index]
    let isCounted = problem.limits.tapeTotal != nil
    for mode in Mode.allCases where only == nil || only == mode {
      guard problem.cost(of: factor, mode) != nil,
        let price = rate.price(
          evaluations: try table.evaluations(mode, pattern), of: factor, mode)
      else { continue }
      body(
        mode, price,
        mode == .adjoint && isCounted ? factor.tape : 0)
    }
  }

  private func operation(
    _ step: Step, _ price: UInt128, _ tape: Int, _ a: Int, _ b: Int
  ) -> Operation {
    let a = a < 0 || isFree[a] ? -1 : a
    let b = b < 0 || isFree[b] || b == a ? -1 : b
    return Operation(
      step: step, price: Int(clamping: price), tape: tape, first: max(a, b),
      second: min(a, b))
  }

  /// Adds a value and those of its operations that no other one dominates.
  private mutating func append(_ filter: inout DominanceFilter) {
    let free = filter.candidates.first { $0.isFree }
    isFree.append(free != nil)
    if let free {
      operations.append(free)
    } else {
      filter.appendUndominated(to: &operations)
    }
    starts.append(operations.count)
  }
}
