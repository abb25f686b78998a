/// Patterns by number: equal ones have the same number, and what two of them
/// make and cost is computed once.
///
/// A word of tied factors has many sub-words and few patterns: the powers of a
/// step fill up until they are steady, and from there on they are one pattern.
/// Two numbers are then all there is to know of a product. Patterns without a
/// closed form cost their entries to compare; the rest is a look-up.
package struct PatternTable: Sendable {
  /// Two numbers in one.
  private struct Pair: Hashable {
    let outer: Int32
    let inner: Int32
  }

  /// What prices ask of a pattern; nil for a unit.
  private struct Counts {
    let columns: CountVector?
    let rows: CountVector?
  }

  /// What is known of one pattern.
  private struct Entry {
    /// nil once it was released.
    var pattern: Pattern?
    let isDense: Bool
    let rows: Int
    let columns: Int
    var counts: Counts?
    var tangents: Int?
    var adjoints: Int?
  }

  private var entries: [Entry] = []
  private var numbers: [Pattern: Int32] = [:]
  private var products: [Pair: Int32] = [:]
  private var unions: [Pair: Int32] = [:]
  private var recentProducts = RecentAnswers()
  private var recentUnions = RecentAnswers()
  private var prices: [Pair: UInt128] = [:]
  /// The last price asked for: neighbouring splits often have the same pair.
  private var last = (pair: Pair(outer: -1, inner: -1), price: UInt128(0))
  /// Entries of the sparse patterns that are held.
  private var held = 0
  /// May stop what takes long.
  let control: SearchControl

  /// Products of patterns that were computed and not looked up.
  package private(set) var computedProducts = 0
  /// Prices of products that were computed and not looked up.
  package private(set) var computedPrices = 0

  /// Entries of sparse patterns that are held without a thought: 2^24, which
  /// take 128 MiB.
  package static let entryBudget = 1 << 24

  /// The most entries of sparse patterns that are held at all: 2^29, 4 GiB.
  private static let entryLimit = 1 << 29

  /// No patterns.
  ///
  /// - Parameter control: may stop products and colourings of large ones.
  package init(_ control: SearchControl = .unlimited) {
    self.control = control
  }

  /// How many different patterns there have been.
  package var count: Int { entries.count }

  /// The pattern with a number.
  ///
  /// - Precondition: it wasn't released.
  package func pattern(_ number: Int) -> Pattern { entries[number].pattern! }

  /// Whether the pattern with a number has every entry.
  func isDense(_ number: Int) -> Bool { entries[number].isDense }

  /// The number of a pattern.
  ///
  /// - Complexity: O(1) for closed forms, otherwise O(entries).
  package mutating func number(of pattern: Pattern) -> Int {
    if let known = numbers[pattern] { return Int(known) }
    let number = entries.count
    numbers[pattern] = Int32(number)
    entries.append(
      Entry(
        pattern: pattern, isDense: pattern.isDense, rows: pattern.rows,
        columns: pattern.columns))
    held += pattern.listedEntries
    return number
  }

  /// The number of the pattern of `outer · inner` (m × k times k × n).
  ///
  /// - Throws: `ChainError`, `tooLarge` when the pattern can't be held beside
  ///   the others, or when the control stops it.
  package mutating func product(
    _ outer: Int, _ inner: Int
  ) throws(ChainError) -> Int {
    let pair = Pair(outer: Int32(outer), inner: Int32(inner))
    if let known = recentProducts.answer(pair.outer, pair.inner) {
      return Int(known)
    }
    if let known = products[pair] {
      recentProducts.keep(known, pair.outer, pair.inner)
      return Int(known)
    }
    try checkRoom()
    computedProducts += 1
    let product = number(
      of: try Pattern.product(
        pattern(outer), pattern(inner), control: control))
    products[pair] = Int32(product)
    return product
  }

  /// The number of the pattern of a sum of two values of one shape.
  ///
  /// - Throws: as `product`.
  package mutating func union(_ a: Int, _ b: Int) throws(ChainError) -> Int {
    let pair = Pair(outer: Int32(min(a, b)), inner: Int32(max(a, b)))
    if let known = recentUnions.answer(pair.outer, pair.inner) {
      return Int(known)
    }
    if let known = unions[pair] {
      recentUnions.keep(known, pair.outer, pair.inner)
      return Int(known)
    }
    try checkRoom()
    let union = number(
      of: try Pattern.union(pattern(a), pattern(b), control: control))
    unions[pair] = Int32(union)
    return union
  }

  private func checkRoom() throws(ChainError) {
    guard held <= Self.entryLimit else {
      throw ChainError(
        .tooLarge, at: "/targets",
        expected: "values whose different patterns have at most "
          + "\(Self.entryLimit) entries together",
        found: "\(held)",
        advice: "declare factors dense, diagonal, banded or block diagonal, "
          + "or ask for shorter words")
    }
  }

  /// fma of the product `outer · inner`, see `CostModel.multiply`.
  package mutating func price(_ outer: Int, _ inner: Int) -> UInt128 {
    if entries[outer].isDense, entries[inner].isDense {
      return CostModel.dense(
        entries[outer].rows, entries[inner].rows, entries[inner].columns)
    }
    let pair = Pair(outer: Int32(outer), inner: Int32(inner))
    if pair == last.pair { return last.price }
    let price = prices[pair] ?? compute(pair)
    last = (pair, price)
    return price
  }

  private mutating func compute(_ pair: Pair) -> UInt128 {
    computedPrices += 1
    let columns = counts(Int(pair.outer)).columns
    let price = CostModel.multiply(columns, counts(Int(pair.inner)).rows)
    prices[pair] = price
    return price
  }

  private mutating func counts(_ number: Int) -> Counts {
    if let counts = entries[number].counts { return counts }
    let pattern = pattern(number)
    let counts = Counts(
      columns: pattern.columnsToMultiply, rows: pattern.rowsToMultiply)
    entries[number].counts = counts
    return counts
  }

  /// The evaluations that recover a pattern, see `CostModel.evaluations`.
  ///
  /// - Precondition: it wasn't released.
  /// - Throws: `ChainError` when the control stops the colouring.
  package mutating func evaluations(
    _ mode: Mode, _ number: Int
  ) throws(ChainError) -> Int {
    let place = mode == .tangent ? \Entry.tangents : \Entry.adjoints
    if let known = entries[number][keyPath: place] { return known }
    let evaluations = try CostModel.evaluations(
      mode, pattern(number), control: control)
    entries[number][keyPath: place] = evaluations
    return evaluations
  }

  /// Lets go of all patterns but those named, once they take more than
  /// `entryBudget`. Their counts stay, so that they can still be priced; a
  /// pattern that comes again has another number.
  ///
  /// - Complexity: O(1) within the budget, otherwise O(all that is known).
  package mutating func release(allBut kept: some Sequence<Int>) {
    guard held > Self.entryBudget else { return }
    let kept = Set(kept)
    held = 0
    for number in entries.indices {
      guard let pattern = entries[number].pattern else { continue }
      guard !kept.contains(number), pattern.listedEntries > 0 else {
        held += pattern.listedEntries
        continue
      }
      _ = counts(number)
      entries[number].pattern = nil
      numbers[pattern] = nil
    }
    products = products.filter { entries[Int($0.value)].pattern != nil }
    unions = unions.filter { entries[Int($0.value)].pattern != nil }
    (recentProducts, recentUnions) = (RecentAnswers(), RecentAnswers())
  }
}

extension PatternTable {
  /// A product of two patterns that somebody has derived.
  package struct Product {
    let outer: Pattern
    let inner: Pattern
    let result: Pattern
    /// What it costs; nil for whoever didn't ask.
    var fma: UInt128?

    init(_ outer: Pattern, _ inner: Pattern, makes result: Pattern) {
      (self.outer, self.inner, self.result) = (outer, inner, result)
    }
  }

  /// Takes over what somebody else has derived, as long as there is room.
  mutating func keep(_ product: Product) {
    guard product.outer.listedEntries + product.inner.listedEntries > 0,
      held <= Self.entryLimit
    else { return }
    let pair = Pair(
      outer: Int32(number(of: product.outer)),
      inner: Int32(number(of: product.inner)))
    products[pair] = Int32(number(of: product.result))
    if let fma = product.fma { prices[pair] = fma }
  }
}

/// The same for whoever has patterns and no numbers. Closed forms, which cost
/// no more than a look-up, aren't remembered.
extension PatternTable {
  /// The pattern of `outer · inner` (m × k times k × n).
  ///
  /// - Throws: `ChainError` (`tooLarge`) when it can't be held.
  package mutating func product(
    _ outer: Pattern, _ inner: Pattern
  ) throws(ChainError) -> Pattern {
    guard outer.listedEntries + inner.listedEntries > 0 else {
      return try Pattern.product(outer, inner, control: control)
    }
    let product = try product(number(of: outer), number(of: inner))
    return pattern(product)
  }

  /// The pattern of a sum of two values of one shape.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when it can't be held.
  package mutating func union(
    _ a: Pattern, _ b: Pattern
  ) throws(ChainError) -> Pattern {
    guard a.listedEntries + b.listedEntries > 0 else {
      return try Pattern.union(a, b, control: control)
    }
    let union = try union(number(of: a), number(of: b))
    return pattern(union)
  }

  /// fma of the product `outer · inner`.
  package mutating func price(_ outer: Pattern, _ inner: Pattern) -> UInt128 {
    guard outer.listedEntries + inner.listedEntries > 0 else {
      return CostModel.multiply(outer, inner)
    }
    return price(number(of: outer), number(of: inner))
  }

  /// The evaluations that recover a pattern.
  ///
  /// - Throws: `ChainError` when the control stops the colouring.
  package mutating func evaluations(
    _ mode: Mode, _ pattern: Pattern
  ) throws(ChainError) -> Int {
    pattern.listedEntries > 0
      ? try evaluations(mode, number(of: pattern))
      : CostModel.evaluations(mode, pattern)
  }
}

extension Pattern {
  /// The entries that are listed one by one; 0 for closed forms.
  fileprivate var listedEntries: Int {
    switch structure {
    case .dense, .diagonal, .identity, .negatedIdentity, .banded,
      .blockDiagonal:
      0
    case .selection(let chosen), .negatedSelection(let chosen): chosen.count
    case .sparse(let pattern): pattern.entries + pattern.rows
    case .submatrix(let rows, let columns):
      rows.runs.count + columns.runs.count
    }
  }
}
