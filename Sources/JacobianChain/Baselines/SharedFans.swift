/// The fans of words that share sub-words: of several targets, of tied factors.
///
/// Every sub-word is swept at most once in each direction (`SharedSweeps`),
/// wherever and however often it occurs, and written at most once in a plan.
/// All fans of Sᵗ for t up to 1 000 take 2 000 joins, and not 10⁹.
struct SharedFans {
  private var setting: SharedSweeps.Setting
  private var forward: SharedSweeps
  private var reverse: SharedSweeps

  /// The most sub-words: 2^21, which take some 256 MiB.
  static let valueLimit = 1 << 21

  /// Products of patterns that had to be computed.
  var computedProducts: Int { setting.table.computedProducts }

  /// Nothing is swept yet; nil for a chain, whose sweeps share nothing, and for
  /// sub-words too many to be worth it.
  ///
  /// - Complexity: O(Σ lengths of the targets + sub-words).
  init?(_ problem: Problem, _ control: SearchControl = .unlimited) {
    // Dense fans have running sums, which take a step a factor.
    let lengths = problem.targets.reduce(0) { $0 + $1.count }
    let limit =
      problem.isDense ? min(lengths, Self.valueLimit) : Self.valueLimit
    guard problem.chain == nil,
      let subwords = Subwords(problem.targets, valueLimit: limit)
    else { return nil }
    var table = PatternTable(control)
    let factors = problem.patterns.map { table.number(of: $0) }
    setting = SharedSweeps.Setting(
      subwords: subwords, joins: Fan(word: [], of: problem, control),
      factors: factors,
      table: table)
    forward = SharedSweeps(.tangent, of: subwords)
    reverse = SharedSweeps(.adjoint, of: subwords)
  }

  /// The interface of the cheapest fan of a target; nil when modes or limits
  /// forbid all. Only the two ends are tried once `control` asks to stop. Fans
  /// whose patterns can't be held are passed over.
  ///
  /// - Complexity: O(length of the target), and the sub-words not swept yet.
  mutating func cheapestSplit(
    ofTarget target: Int, _ control: SearchControl
  ) throws(ChainError) -> Int? {
    let whole = setting.subwords.targets[target]
    var best: (split: Int, fma: UInt128)?
    func offer(_ split: Int, _ price: Fan.Price) {
      guard setting.joins.allows(tape: price.tape) else { return }
      if best.map({ price.fma < $0.fma }) ?? true { best = (split, price.fma) }
    }
    if let end = try forward.swept(whole, &setting) { offer(0, end.price) }
    if let end = try reverse.swept(whole, &setting) {
      offer(setting.subwords.lengths[whole], end.price)
    }
    for (outer, inner) in setting.subwords.splits(of: whole) {
      let k = setting.subwords.lengths[inner]
      if k & 15 == 1, control.shouldStop() != nil { break }
      do {
        guard let above = try forward.swept(outer, &setting),
          let below = try reverse.swept(inner, &setting)
        else { continue }
        let product = setting.table.price(above.pattern, below.pattern)
        offer(
          k,
          Fan.Price(
            fma: above.price.fma + below.price.fma + product,
            tape: above.price.tape + below.price.tape))
      } catch  where error.isStop {
        break
      }
    }
    return best?.split
  }

  /// Whether a fan is missing because a pattern couldn't be held.
  var isUnheld: Bool { forward.isUnheld || reverse.isUnheld }

  /// The fans of all targets as a plan; nil when modes or limits forbid one.
  ///
  /// - Parameter splits: the interface of each target.
  mutating func plan(_ splits: [Int?]) throws(ChainError) -> Plan? {
    forward.forgetSteps()
    reverse.forgetSteps()
    var plan = Plan(steps: [], targets: [])
    for (whole, split) in zip(setting.subwords.targets, splits) {
      guard let k = split else { return nil }
      let n = setting.subwords.lengths[whole]
      var ends: [Int] = []
      if k < n {
        let above = setting.subwords.value(whole, droppingFirst: k)
        guard try forward.swept(above, &setting) != nil else { return nil }
        ends.append(try forward.write(above, &setting, to: &plan))
      }
      if k > 0 {
        let below = setting.subwords.value(whole, droppingLast: n - k)
        guard try reverse.swept(below, &setting) != nil else { return nil }
        ends.append(try reverse.write(below, &setting, to: &plan))
      }
      if ends.count == 2 {
        plan.steps.append(.multiply(outer: ends[0], inner: ends[1]))
        ends = [plan.steps.count - 1]
      }
      plan.targets.append(ends[0])
    }
    return plan
  }

  /// Checks and prices a plan of the problem.
  mutating func priced(
    _ plan: Plan, for problem: Problem
  ) throws(ChainError) -> PricedPlan {
    try plan.priced(for: problem, &setting.table)
  }
}
