import JacobianChain

extension ShareTable {
  /// No plan for all targets costs less: the cheapest tree of each target, at
  /// its shares, after `fill` without discounts and all splits.
  ///
  /// Doubles, but rounded towards a bound. Every value is a sum of products of
  /// numbers that aren't negative, so each operation on the way adds a factor
  /// of at most 1 + 2^−53, and there are at most five for each factor of the
  /// word, one for each cell and ending that its share was summed over, and a
  /// few more.
  ///
  /// - Parameters:
  ///   - goals: the endings that are targets, each once.
  ///   - tapeTotal: the bound on the tape; a plan within it saves tapeTotal ·
  ///     tapePrice at most against what the table has charged.
  /// - Complexity: O(targets).
  func bound(
    _ goals: [Int], _ endings: TargetEndings, _ shares: borrowing PriceShares,
    tapePrice: Double, tapeTotal: Int?
  ) -> UInt128 {
    var sum = value(goals, endings, shares)
    let operations =
      5 * longest + rows.cellCount + 2 * endings.count + 64
    sum *= 1 - Double(operations) * 0x1p-53
    sum -= tapePrice * Double(tapeTotal ?? 0) * (1 + 0x1p-50)
    guard sum > 0, sum < 0x1p127 else { return 0 }
    // Every plan costs a multiple of the unit.
    let unit = prices.unit
    return (UInt128(sum.rounded(.up)) + unit - 1) / unit * unit
  }

  /// Σ over the targets of their cheapest trees at their shares, rounded.
  func value(
    _ goals: [Int], _ endings: TargetEndings, _ shares: borrowing PriceShares
  ) -> Double {
    goals.indices.reduce(0) {
      $0 + value($1, rows.cell(of: goals[$1], endings), shares)
    }
  }

  private func value(
    _ target: Int, _ cell: Int, _ shares: borrowing PriceShares
  ) -> Double {
    let weight = shares.weights[target]
    let unit = shares.scales[Int(rows.rowsOfCells[cell])]
    return values[cell] * weight.mantissa
      * ScaledNumber.power(weight.digits - unit)
  }

  /// The derivatives of `value` by the natural logarithms of the weights.
  ///
  /// Of an operation's price, targets pay n = Σ of the weights of those whose
  /// tree has it, over A: what a target pays grows with its weight, and what
  /// all others pay for its words shrinks.
  ///
  /// - Parameter choice: the table's trees.
  /// - Complexity: O(cells + values made · length).
  func gradient(
    _ choice: Choice, _ goals: [Int], _ endings: TargetEndings,
    _ shares: borrowing PriceShares
  ) -> [Double] {
    // n of each cell that is made.
    var paid: [Int: Double] = [:]
    func add(_ share: Double, of weight: ScaledNumber, to cell: Int) {
      let all = shares.places[cell]
      paid[Int(rows.originals[cell]), default: 0] +=
        share * (weight.mantissa / all.mantissa)
        * ScaledNumber.power(weight.digits - all.digits)
    }
    for (goal, weight) in zip(goals, shares.weights) {
      add(1, of: weight, to: rows.cell(of: goal, endings))
    }
    var parts: [(cell: Int, value: ScaledNumber)] = []
    for (cell, way, price) in choice.cells {
      let share = paid[cell] ?? 0
      let total = shares.places[cell]
      parts.append(
        (
          cell,
          ScaledNumber(
            mantissa: price * share / total.mantissa, digits: -total.digits)
        ))
      let (outer, inner) = operands(
        cell, Int(rows.rowsOfCells[cell]), way)
      if let outer { add(share, of: total, to: outer) }
      if let inner { add(share, of: total, to: inner) }
    }
    let places = Places(rows.cellCount)
    let others = places.distribute(parts, to: goals, rows, endings)
    return goals.indices.map { target in
      let weight = shares.weights[target]
      let other = others[target]
      return value(target, rows.cell(of: goals[target], endings), shares)
        - weight.mantissa * other.mantissa
        * ScaledNumber.power(weight.digits + other.digits)
    }
  }
}
