/// How the price of each product is split over the places where it may be used.
///
/// Target t has a weight a_t, and a place in target t pays
///
///     π = price · a_t / A,   A = Σ of the weights of all places
///
/// for an operation: a point of the Lagrangian dual (`LagrangianDual`) that
/// depends on nothing but the word, so that one interval program serves all
/// targets.
///
/// A and the values of a row are kept in units of powers of two, as weights
/// differ by hundreds of digits: changing the unit rounds nothing.
struct PriceShares: ~Copyable {
  /// A of each cell's word.
  let places: Places
  /// 2^scale / A: what becomes of a price, in the unit of the row.
  let factors: FlatArray<Double>
  /// The binary logarithm of each row's unit, the greatest A in the row.
  let scales: [Int]
  /// The weight of each distinct target.
  let weights: [ScaledNumber]

  /// No two units of one row differ by more digits than this.
  static let digitLimit = 800

  /// Splits the prices.
  ///
  /// - Parameter logarithms: of the weights, to the base two, for each target
  ///   of `goals`; they are drawn together where doubles wouldn't reach.
  /// - Complexity: O(cells + endings).
  init(
    _ rows: borrowing WordRows, _ endings: TargetEndings, _ goals: [Int],
    _ logarithms: [Double]
  ) {
    var logarithms = logarithms
    var weights: [ScaledNumber] = []
    let places = Places(rows.cellCount)
    while true {
      weights = logarithms.map { ScaledNumber(logarithm: $0) }
      places.sum(weights, goals, rows, endings)
      let spread = places.spread(rows)
      if spread <= Self.digitLimit { break }
      let factor = 0.9 * Double(Self.digitLimit) / Double(spread)
      logarithms = logarithms.map { $0 * factor }
    }
    self.weights = weights
    scales = (0..<rows.count).map { Int(places.digits[rows.starts[$0]]) }
    factors = FlatArray(unfilled: rows.cellCount)
    for row in 0..<rows.count {
      for cell in rows.starts[row]..<rows.starts[row + 1] {
        factors[cell] =
          ScaledNumber.power(scales[row] - Int(places.digits[cell]))
          / places.sums[cell]
      }
    }
    self.places = places
  }
}

/// A number of any size: mantissa · 2^digits.
struct ScaledNumber {
  var mantissa: Double
  var digits: Int

  static let zero = ScaledNumber(mantissa: 0, digits: -1 << 30)

  init(mantissa: Double, digits: Int) {
    (self.mantissa, self.digits) = (mantissa, digits)
  }

  /// 2^logarithm, about.
  init(logarithm: Double) {
    let whole = logarithm.rounded(.down)
    // Any number from 1 to 2 that grows with the fraction is as good.
    self.init(mantissa: 1 + (logarithm - whole), digits: Int(whole))
  }

  /// 2^digits; 0 where it is too small to matter.
  static func power(_ digits: Int) -> Double {
    digits < -1000
      ? 0 : Double(bitPattern: UInt64(1023 + min(digits, 1000)) << 52)
  }

  static func += (left: inout ScaledNumber, right: ScaledNumber) {
    if right.digits > left.digits {
      let old = left.mantissa * power(left.digits - right.digits)
      left = ScaledNumber(
        mantissa: right.mantissa + old, digits: right.digits)
    } else {
      left.mantissa += right.mantissa * power(right.digits - left.digits)
    }
  }
}
