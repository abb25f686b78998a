import JacobianChain

/// Plan and bound for several targets of any size, when all their splits are
/// too many for the exact methods.
///
/// 1. **Bound.** The table of all words (`ShareTable`) at a few slopes of
///    weights: each one is a bound and a plan. `slope` binary digits from a
///    target to the next shorter one: the shortest target that contains a word
///    pays the most for it, as it can least do without.
/// 2. **Thinning.** From here on only those splits are looked at that were
///    once the best ones in their row, some few per cent. Subgradients move the
///    weights (Held & Karp 1971, doi:10.1007/BF01584070); where they lead to,
///    a table with all splits is a bound again.
/// 3. **Plans.** What the best plan makes is cheaper than it is, by turns, so
///    that trees meet where it pays; any better plan is the next guide.
/// 4. **The exact methods' search** for plans, on the ways that have been good
///    for something and all between them (`ThinnedGraph`); 3 and 4 by turns
///    while that helps.
/// 5. **Places.** Where the bound is still weak, a share for each place of a
///    word, and not only for each target (`PlaceAscent`).
///
/// O(n²) memory and O(n³) time for a comb of n layers, where the sum over its
/// targets would be n⁴.
struct ShareSearch: ~Copyable {
  private let problem: Problem
  private let endings: TargetEndings
  private var table: ShareTable
  /// The cell of each target.
  private let targets: [Int]
  private let goals: [Int]
  /// The best plan known.
  private(set) var best: PricedPlan
  /// No plan costs less.
  private(set) var lower: UInt128 = 0
  /// Tables filled.
  private(set) var explored = 0
  /// The cheapest choice of a table, infinite without one within the tape.
  private var guide = ShareTable.Choice(price: .infinity)
  private var thinned = ThinnedGraph()
  /// fma per unit of tape, so that trees keep to the total.
  private var tapePrice = 0.0
  /// The logarithms of weights that are good for bounds or plans.
  private var points: [[Double]] = []

  /// The most cells of a table, of about 80 bytes each.
  static let cellLimit = 1 << 23
  /// The most splits of a table.
  static let splitLimit = 1 << 32
  /// Cells times tables, after which nothing new is tried: some seconds.
  private static let workLimit = 1 << 27

  /// A bound is weak when the gap is more than the plan's price by this.
  private static let weakness: UInt128 = 200

  private static let slopes = [60, 2, 0.5, 0]
  private static let discounts = [0.9, 0.8, 0.6, 0.4, 0.2, 0.05]

  /// Prices all words; nil when they have more than `cellLimit` cells, or when
  /// `control` stopped it.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  init?(
    _ problem: Problem, _ endings: TargetEndings, from best: PricedPlan,
    cellLimit: Int, _ control: SearchControl
  ) throws(ChainError) {
    guard let rows = WordRows(endings, limit: cellLimit),
      rows.splits <= Self.splitLimit,
      let prices = try CellPrices(rows, problem, control)
    else { return nil }
    self.problem = problem
    self.endings = endings
    self.best = best
    targets = endings.targets.map { rows.cell(of: $0, endings) }
    goals = endings.goals
    table = ShareTable(rows, prices)
  }

  /// Whether there is a proof.
  var isProven: Bool { lower >= best.fma }

  private var isTired: Bool {
    explored > Self.workLimit / table.rows.cellCount
  }

  private func goesOn(_ control: SearchControl) -> Bool {
    !isProven && control.report(progress) == nil
  }

  /// What is known, for whoever watches.
  var progress: SearchProgress {
    SearchProgress(incumbent: best.fma, bound: lower, explored: explored)
  }

  /// Searches until a proof, a stop, or the end of ideas.
  mutating func run(_ control: SearchControl) throws(ChainError) {
    for slope in Self.slopes {
      points.append(goals.indices.map { slope * Double($0) })
      guard try bound(points.last!, control) else { return }
    }
    table.thin()
    guard try payForTape(control), try climb(control),
      try improvePlan(control)
    else { return }
    sharePlaces(control)
  }

  /// Looks for cheaper plans until there are none; false when a stop ended it.
  private mutating func improvePlan(
    _ control: SearchControl
  ) throws(ChainError) -> Bool {
    while guide.price < .infinity {
      guard try followGuide(control) else { return false }
      let better = thinned.improve(
        on: guide, table, targets, of: problem, control)
      let before = guide.price
      guard let better, try offer(better) else { break }
      guard goesOn(control) else { return false }
      if isTired || before - guide.price < before * 0x1p-12 { break }
    }
    return true
  }

  /// Whether the bound is to be improved by shares of places.
  private var isWeak: Bool {
    guard problem.limits.tapeTotal == nil, problem.worstPrice < 1 << 100,
      let splits = ProductGraph.positionalSplits(of: problem)
    else { return false }
    return splits <= PlaceAscent.splitLimit
      && best.fma - lower > best.fma / Self.weakness
  }

  /// Splits the prices by places.
  private mutating func sharePlaces(_ control: SearchControl) {
    guard isWeak else { return }
    var ascent = PlaceAscent(
      table.rows, table.prices, endings, goals, longest: table.longest,
      upper: best.fma)
    let (upper, lower, explored) = (best.fma, lower, explored)
    ascent.run(table.rows, table.prices, upper: upper, control) { ascent in
      let bound = max(lower, ascent.lower)
      return bound >= upper
        || control.report(
          SearchProgress(
            incumbent: upper, bound: bound,
            explored: explored + ascent.explored)) != nil
    }
    self.lower = max(lower, ascent.lower)
    self.explored += ascent.explored
  }

  /// Fills the table at a point.
  private mutating func fill(
    _ weights: [Double], _ control: SearchControl
  ) -> PriceShares? {
    let shares = PriceShares(table.rows, endings, goals, weights)
    explored += 1
    guard table.fill(shares, tapePrice: tapePrice, control) else { return nil }
    return shares
  }

  private func choice(_ shares: borrowing PriceShares) -> ShareTable.Choice {
    table.choice(targets, shares, tapePrice: tapePrice)
  }

  /// Bound and plan of a table with all splits; false when that is the end.
  private mutating func bound(
    _ weights: [Double], _ control: SearchControl
  ) throws(ChainError) -> Bool {
    table.widen()
    guard let shares = fill(weights, control) else { return false }
    let found = table.bound(
      goals, endings, shares, tapePrice: tapePrice,
      tapeTotal: problem.limits.tapeTotal)
    lower = max(lower, found)
    try offer(choice(shares))
    return goesOn(control)
  }

  /// Raises the price of tape until the trees keep to its total.
  private mutating func payForTape(
    _ control: SearchControl
  ) throws(ChainError) -> Bool {
    guard let tapeTotal = problem.limits.tapeTotal else { return true }
    var (low, high) = (0.0, 0.0)
    var next = 0.0
    for _ in 0..<80 {
      tapePrice = next
      guard let shares = fill(points[1], control) else { return false }
      let choice = choice(shares)
      try offer(choice)
      guard goesOn(control) else { return false }
      if choice.tape <= Double(tapeTotal) {
        if next == 0 { return true }
        high = next
      } else {
        low = next
      }
      if high == 0 {
        next =
          low == 0 ? 1e-6 * choice.price / Double(tapeTotal) : low * 8
      } else if low == 0 || high / low < 1.1 {
        break
      } else {
        next = (low * high).squareRoot()
      }
    }
    tapePrice = high
    return try bound(points[1], control)
  }

  /// Moves the weights uphill, twice.
  private mutating func climb(
    _ control: SearchControl
  ) throws(ChainError) -> Bool {
    // As many steps as small tables take without being felt.
    let steps = max(16, min(200, (1 << 24) / table.rows.cellCount))
    for _ in 0..<2 {
      let before = lower
      table.thin()
      var start = (weights: points[0], value: -Double.infinity)
      for weights in points {
        guard let shares = fill(weights, control) else { return false }
        let value = table.value(goals, endings, shares)
        if value > start.value { start = (weights, value) }
      }
      var ascent = WeightAscent(
        start.weights, start.value,
        aim: 0.3 * max(0, min(guide.price, 2 * start.value) - start.value))
      for _ in 0..<steps {
        guard let shares = fill(ascent.weights, control) else { return false }
        let choice = choice(shares)
        try offer(choice)
        ascent.step(
          table.value(goals, endings, shares),
          table.gradient(choice, goals, endings, shares))
        guard goesOn(control) else { return false }
      }
      points.append(ascent.best)
      guard try bound(ascent.best, control) else { return false }
      if lower - before <= before >> 8 { break }
    }
    table.thin()
    return true
  }

  /// Looks for trees that use what the guide makes, until none of the weights
  /// and discounts has a better plan.
  private mutating func followGuide(
    _ control: SearchControl
  ) throws(ChainError) -> Bool {
    var failures = 0
    defer { table.discounts.fill(1) }
    while failures < points.count * Self.discounts.count {
      for weights in points {
        let shares = PriceShares(table.rows, endings, goals, weights)
        for discount in Self.discounts {
          table.discounts.fill(1)
          for (cell, _, _) in guide.cells { table.discounts[cell] = discount }
          explored += 1
          guard table.fill(shares, tapePrice: tapePrice, control) else {
            return false
          }
          failures = try offer(choice(shares)) ? 0 : failures + 1
          guard goesOn(control) else { return false }
          if isTired { return true }
        }
      }
    }
    return true
  }

  /// Takes a choice over if it is the best one within the tape.
  @discardableResult
  private mutating func offer(
    _ choice: ShareTable.Choice
  ) throws(ChainError) -> Bool {
    thinned.insert(choice)
    guard choice.price < guide.price,
      choice.tape <= problem.limits.tapeTotal.map({ Double($0) }) ?? .infinity
    else { return false }
    let priced: PricedPlan
    do {
      priced = try table.plan(choice, targets).priced(for: problem)
    } catch  where error.kind == .invalidPlan {
      // Tapes beyond 2^53 may be summed a little too low.
      return false
    }
    guide = choice
    if priced.fma < best.fma { best = priced }
    return true
  }
}
