import JacobianChain

/// One interval program for all targets of a problem, at prices of which every
/// place pays its share (`PriceShares`).
///
/// The cheapest tree of a word is then the same in every target, so the table
/// has a value a cell, not one for each place. Its trees make a plan, in which
/// what several targets want is made once; the sum of its values over the
/// targets bounds every plan from below.
struct ShareTable: ~Copyable {
  let rows: WordRows
  let prices: CellPrices
  /// What is left of the value of a cell, where a plan is looked for that uses
  /// it; 1 for a bound.
  let discounts: FlatArray<Double>
  /// The cheapest tree of each cell, in the unit of its row.
  let values: FlatArray<Double>
  /// For each row, the splits to look at; all of them while there are none.
  private(set) var splits: [[Int]] = []
  /// Whether a split, by the cell of its first part, was the best one of a
  /// word of the row.
  private let isBest: FlatArray<Bool>
  private let choices: FlatArray<Double>
  /// The factors of the longest word.
  var longest: Int { choices.count }

  init(_ rows: consuming WordRows, _ prices: consuming CellPrices) {
    discounts = FlatArray(repeating: 1, count: rows.cellCount)
    values = FlatArray(repeating: 0, count: rows.cellCount)
    isBest = FlatArray(repeating: false, count: rows.cellCount)
    let longest = (0..<rows.count).reduce(0) { max($0, rows.length($1)) }
    choices = FlatArray(repeating: 0, count: longest)
    self.rows = rows
    self.prices = prices
  }

  /// From now on only those splits are looked at that have been the best ones
  /// of a word of their row: what follows is no bound any more.
  ///
  /// Nothing where words are among their own operands: they are few.
  mutating func thin() {
    guard rows.order != nil else { return }
    splits = (0..<rows.count).map { row in
      (1..<max(1, rows.length(row))).filter {
        isBest[rows.starts[row] + $0 - 1]
      }
    }
  }

  /// Looks at all splits again.
  mutating func widen() { splits = [] }

  /// What turns the unit of `row` into that of `other`.
  static func ratio(
    _ shares: borrowing PriceShares, _ row: Int, _ other: Int
  ) -> Double {
    ScaledNumber.power(shares.scales[row] - shares.scales[other])
  }

  /// Fills the table; false when `control` stopped it.
  ///
  /// - Parameter tapePrice: fma per unit of tape.
  /// - Complexity: O(splits looked at).
  func fill(
    _ shares: borrowing PriceShares, tapePrice: Double,
    _ control: SearchControl
  ) -> Bool {
    guard let order = rows.order else {
      return fillByLength(shares, tapePrice, control)
    }
    for row in order {
      if control.shouldStop() != nil { return false }
      fill(row, shares, tapePrice)
    }
    return true
  }

  /// A row whose operands in other rows are filled: each beginning of it, as
  /// soon as it is known, offers itself to all longer ones.
  private func fill(
    _ row: Int, _ shares: borrowing PriceShares, _ tapePrice: Double
  ) {
    let (start, length) = (rows.starts[row], rows.length(row))
    let known = rows.shared[row]
    let own = values.base + start
    if known > 1 {
      own.update(from: values.base + rows.starts[row - 1], count: known)
    } else {
      own[0] = leaf(start, tapePrice).value * shares.factors[start]
      // A row may come before the one that it shares a single factor with.
      if known == 1 { own[0] *= discounts[Int(rows.originals[start])] }
    }
    choices.fill(0)
    for position in max(1, known)..<max(1, known, length) {
      own[position] = adjoint(row, position, shares, tapePrice)
    }
    var tail = row
    var next = 0
    for k in 1..<max(1, length) {
      tail = rows.tails[tail]
      if k > known { own[k - 1] *= discounts[start + k - 1] }
      if k >= known {
        let value = tangent(row, k, shares, tapePrice)
        if value < own[k] { (own[k], choices[k]) = (value, 0) }
      }
      if !splits.isEmpty {
        guard next < splits[row].count, splits[row][next] == k else { continue }
        next += 1
      }
      offer(row, k, tail, shares)
    }
    if length > known { own[length - 1] *= discounts[start + length - 1] }
    guard splits.isEmpty else { return }
    for position in max(1, known)..<max(1, known, length)
    where choices[position] > 0 {
      isBest[start + Int(choices[position]) - 1] = true
    }
  }

  /// The first k factors of a row as the inner operand of all longer words.
  private func offer(
    _ row: Int, _ k: Int, _ tail: Int, _ shares: borrowing PriceShares
  ) {
    let start = rows.starts[row]
    let first = max(k, rows.shared[row])
    let count = rows.length(row) - first
    let inner = start + k - 1
    let base = values[inner]
    guard count > 0, base < .infinity else { return }
    let ratio = Self.ratio(shares, row, tail)
    let outer = rows.starts[tail] + first - k
    let own = values.base + start + first
    let choice = choices.base + first
    let others = values.base + outer
    let share = shares.factors.base + start + first
    let split = Double(k)
    let even = prices.inner[inner]
    if even >= 0 {
      let entries = prices.entries.base + outer
      for i in 0..<count {
        let value = base + ratio * others[i] + share[i] * (even * entries[i])
        let isLess = value < own[i]
        own[i] = isLess ? value : own[i]
        choice[i] = isLess ? split : choice[i]
      }
    } else {
      for i in 0..<count {
        let price = prices.product(outer + i, inner)
        let value = base + ratio * others[i] + share[i] * price
        if value < own[i] { (own[i], choice[i]) = (value, split) }
      }
    }
  }

  /// All words of one length after the other: where words are among their own
  /// operands, as in powers.
  private func fillByLength(
    _ shares: borrowing PriceShares, _ tapePrice: Double,
    _ control: SearchControl
  ) -> Bool {
    for length in 1...longest {
      for row in 0..<rows.count where rows.length(row) >= length {
        let cell = rows.starts[row] + length - 1
        if length <= rows.shared[row] {
          values[cell] = values[rows.starts[row - 1] + length - 1]
          continue
        }
        if control.shouldStop() != nil { return false }
        values[cell] =
          best(row, length, shares, tapePrice).value * discounts[cell]
      }
    }
    return true
  }
}
