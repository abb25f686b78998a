import JacobianChain

/// A bound for several targets in which each place of a word pays a share of
/// its own (`PlaceShares`), where `ShareTable` has one weight for a target.
///
/// Where targets overlap without one containing another, as windows do, no
/// weights say who needs a word: bounds at them stay a sixth below the optimum,
/// while shares by places come within a few per mille.
///
/// All spans of all targets are filled now and then: that is a bound, and its
/// cheapest trees are taken in (`TargetTrees`). The steps between, along
/// averaged subgradients, look at these trees alone, some few per cent of all
/// ways. What is left out is cheap until it is found; then its price goes to
/// those who wanted it.
struct PlaceAscent: ~Copyable {
  private var places: PlaceShares
  private var table: TargetTable
  private var trees: [TargetTrees]
  private let marks: PlaceMarks
  private let targets: [Int]
  private let splits: Int
  private let longest: Int
  private let scale: Double
  /// Fillings of the table for all targets.
  private(set) var explored = 0
  /// No plan costs less.
  private(set) var lower: UInt128 = 0

  /// The most splits of all spans of all targets: half a second a filling.
  static let splitLimit = 5 << 28
  /// Steps from one filling to the next.
  private static let period = 15
  /// Fillings, at most.
  private static let fillLimit = 60
  /// Splits times fillings.
  private static let workLimit = 12 << 30
  /// The part of the way to the best plan that the first steps aim at, and the
  /// last ones.
  private static let reaches = (first: 0.4, last: 0.1)
  /// Fillings that bring less than 2^−10 of the plan's price, after which steps
  /// become shorter, or end.
  private static let patience = 5

  /// - Parameter upper: fma of the best plan known; more than 0.
  /// - Complexity: O(cells + endings).
  init(
    _ rows: borrowing WordRows, _ prices: borrowing CellPrices,
    _ endings: TargetEndings, _ goals: [Int], longest: Int, upper: UInt128
  ) {
    places = PlaceShares(rows, endings, goals)
    // A power of two, so that scaling rounds nothing.
    scale = ScaledNumber.power(upper.leadingZeroBitCount - 128)
    table = TargetTable(prices, longest: longest, scale: scale)
    trees = goals.map { _ in TargetTrees() }
    marks = PlaceMarks(stride: table.stride)
    targets = goals.map { rows.cell(of: $0, endings) }
    splits = targets.reduce(0) {
      let length = $1 - rows.starts[Int(rows.rowsOfCells[$1])] + 1
      return $0 + length * (length + 1) * (length + 2) / 6
    }
    self.longest = longest
  }

  /// Climbs until the work is done, or `isEnough` says so, which is asked after
  /// each filling.
  mutating func run(
    _ rows: borrowing WordRows, _ prices: borrowing CellPrices,
    upper: UInt128, _ control: SearchControl,
    isEnough: (borrowing PlaceAscent) -> Bool
  ) {
    let goal = Double(upper) * scale
    var reach = Self.reaches.first
    var (known, failures) = (UInt128(0), 0)
    let fillings = max(2, min(Self.fillLimit, Self.workLimit / max(1, splits)))
    for step in 0...(fillings - 1) * Self.period {
      if control.shouldStop() != nil { return }
      if step.isMultiple(of: Self.period) {
        guard let value = fill(rows, prices, control) else { return }
        explored += 1
        lower = max(lower, bound(value, prices.unit))
        if isEnough(self) { return }
        failures += 1
        if lower > known, lower - known > upper >> 10 {
          (known, failures) = (lower, 0)
        } else if failures == Self.patience {
          if reach < 2 * Self.reaches.last { return }
          (reach, failures) = (reach / 2, 0)
        }
      }
      var value = 0.0
      for target in targets.indices {
        value += Double(trees[target].evaluate(places.shares))
        trees[target].use(&places)
      }
      places.move(missing: reach * max(0, goal - value))
    }
  }

  /// Fills the table for all targets and takes in their trees; the sum of the
  /// values, nil when `control` stopped it.
  private mutating func fill(
    _ rows: borrowing WordRows, _ prices: borrowing CellPrices,
    _ control: SearchControl
  ) -> Double? {
    var sum = 0.0
    // Trees that are taken in claim shares, which don't change their values.
    for (target, cell) in targets.enumerated() {
      if control.shouldStop() != nil { return nil }
      table.load(cell, trees[target], rows, prices, places)
      sum += Double(table.fill(prices))
      trees[target].merge(table, prices, rows, &places, marks)
    }
    return sum
  }

  /// The bound that a sum of values is.
  ///
  /// Every value is a sum of products of numbers that aren't negative, so each
  /// rounding on the way adds a factor of at most 1 + 2^−24; there are at most
  /// two for each factor of the word, and a few for a share and a price. What
  /// shares sum to above one is divided out.
  private func bound(_ sum: Double, _ unit: UInt128) -> UInt128 {
    let operations = 2 * longest + 16
    let loss = Double(operations) * 0x1p-24 + Double(targets.count) * 0x1p-53
    let least = sum * (1 - loss) / (places.greatestSum * scale)
    guard least > 0, least < 0x1p127 else { return 0 }
    // Every plan costs a multiple of the unit.
    return (UInt128(least.rounded(.up)) + unit - 1) / unit * unit
  }
}
