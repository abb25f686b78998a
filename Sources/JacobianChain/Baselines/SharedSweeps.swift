/// One direction of the fans of words that share sub-words: what it costs to
/// push a value through a sub-word from one end to the other, forward from its
/// first factor or reverse from its last one.
///
/// A sweep is one without its last step, and that step; so each sub-word takes
/// one join, however many sweeps pass through it.
struct SharedSweeps {
  /// What both directions look up.
  struct Setting {
    let subwords: Subwords
    /// Joins factors; its word isn't looked at.
    let joins: Fan
    /// The numbers of the factors' patterns.
    let factors: [Int]
    var table: PatternTable
  }

  /// A sub-word that was swept.
  private struct Swept {
    /// nil where a factor has no way to join, or the pattern can't be held.
    let price: Fan.Price?
    /// The number of the sub-word's pattern; −1 without a price.
    let pattern: Int32
    /// The step of the plan at hand that makes it; −1 for none.
    var step: Int32 = -1
  }

  let mode: Mode
  private var known: [Swept?]

  /// Nothing is swept.
  init(_ mode: Mode, of subwords: Subwords) {
    self.mode = mode
    known = [Swept?](repeating: nil, count: subwords.count)
  }

  /// Whether a pattern on the way to some sub-word couldn't be held.
  private(set) var isUnheld = false

  /// The price of a sub-word and the number of its pattern; nil when a factor
  /// has no way to join, or a pattern on the way can't be held.
  ///
  /// - Complexity: O(1) a sub-word on the way that isn't known yet.
  mutating func swept(
    _ value: Int, _ setting: inout Setting
  ) throws(ChainError) -> (price: Fan.Price, pattern: Int)? {
    for value in way(to: value, setting.subwords, until: { known[$0] != nil }) {
      known[value] = try sweep(value, &setting)
    }
    let swept = known[value]!
    return swept.price.map { ($0, Int(swept.pattern)) }
  }

  /// The sub-words on the way to one, shortest first, from where `isThere`.
  private func way(
    to value: Int, _ subwords: Subwords, until isThere: (Int) -> Bool
  ) -> ReversedCollection<[Int]> {
    var way: [Int] = []
    var next = value
    while next >= 0, !isThere(next) {
      way.append(next)
      next = rest(next, subwords)
    }
    return way.reversed()
  }

  /// A sub-word without the factor that is joined last; −1 for a factor.
  private func rest(_ value: Int, _ subwords: Subwords) -> Int {
    mode == .tangent ? subwords.prefixes[value] : subwords.suffixes[value]
  }

  /// The factor of a sub-word that is joined last.
  private func joined(_ value: Int, _ subwords: Subwords) -> Int {
    mode == .tangent ? subwords.lasts[value] : subwords.firsts[value]
  }

  private static let noWay = Swept(price: nil, pattern: -1)

  private mutating func sweep(
    _ value: Int, _ setting: inout Setting
  ) throws(ChainError) -> Swept {
    let factor = joined(value, setting.subwords)
    let own = setting.factors[factor]
    let rest = rest(value, setting.subwords)
    guard rest >= 0, let before = known[rest] else {
      let leaf = try setting.joins.leaf(factor, mode)
      return Swept(price: leaf?.price, pattern: Int32(own))
    }
    let (outer, inner) =
      mode == .tangent
      ? (own, Int(before.pattern)) : (Int(before.pattern), own)
    guard let price = before.price else { return Self.noWay }
    let pattern: Int
    do {
      pattern = try setting.table.product(outer, inner)
    } catch  where error.kind == .tooLarge {
      isUnheld = true
      return Self.noWay
    }
    guard let choice = try join(factor, outer, inner, pattern, &setting)
    else { return Self.noWay }
    return Swept(
      price: Fan.Price(
        fma: price.fma + choice.price.fma, tape: price.tape + choice.price.tape),
      pattern: Int32(pattern))
  }

  private func join(
    _ factor: Int, _ outer: Int, _ inner: Int, _ pattern: Int,
    _ setting: inout Setting
  ) throws(ChainError) -> (join: Fan.Join, price: Fan.Price)? {
    try setting.joins.cheapestJoin(
      factor, mode, product: { setting.table.price(outer, inner) },
      evaluations: { () throws(ChainError) in
        try setting.table.evaluations(mode, pattern)
      })
  }

  /// Writes the steps of a sub-word, as far as the plan doesn't have them.
  ///
  /// - Precondition: the sub-word was swept, and has a price.
  /// - Returns: the step that makes it.
  mutating func write(
    _ value: Int, _ setting: inout Setting, to plan: inout Plan
  ) throws(ChainError) -> Int {
    for value in way(
      to: value, setting.subwords, until: { known[$0]!.step >= 0 })
    {
      let factor = joined(value, setting.subwords)
      let rest = rest(value, setting.subwords)
      if rest < 0 {
        plan.steps.append(try setting.joins.leaf(factor, mode)!.step)
      } else {
        let own = setting.factors[factor]
        let (before, pattern) = (known[rest]!, Int(known[value]!.pattern))
        let (outer, inner) =
          mode == .tangent
          ? (own, Int(before.pattern)) : (Int(before.pattern), own)
        let choice = try join(factor, outer, inner, pattern, &setting)!
        plan.append(choice.join, of: factor, mode, to: Int(before.step))
      }
      known[value]!.step = Int32(plan.steps.count - 1)
    }
    return Int(known[value]!.step)
  }

  /// Forgets the steps, for another plan.
  mutating func forgetSteps() {
    for value in known.indices { known[value]?.step = -1 }
  }
}

extension Plan {
  /// Appends the steps that push `value` through a factor.
  package mutating func append(
    _ join: Fan.Join, of factor: Int, _ mode: Mode, to value: Int
  ) {
    switch join {
    case .multiply(let step):
      steps.append(step)
      let own = steps.count - 1
      steps.append(
        mode == .tangent
          ? .multiply(outer: own, inner: value)
          : .multiply(outer: value, inner: own))
    case .eliminate:
      steps.append(.eliminate(factor: factor, mode: mode, operand: value))
    }
  }
}
