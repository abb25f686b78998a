import JacobianChain

/// The last steps of a word, one by one.
extension ShareTable {
  /// The last step that makes a word.
  enum Way {
    case leaf(CellPrices.Leaf)
    /// The product of the first so many factors, and of the rest.
    case split(Int)
    /// Tangents of the last factor, or adjoints of the first one.
    case eliminate(Mode)
  }

  /// The cheapest way to make a factor alone.
  func leaf(
    _ cell: Int, _ tapePrice: Double
  ) -> (way: CellPrices.Leaf, value: Double) {
    let leaves = prices.leaves[Int(rows.factors[cell])]
    var best = (way: leaves[0], value: Double.infinity)
    for leaf in leaves {
      let value = leaf.price + tapePrice * leaf.tape
      if value < best.value { best = (leaf, value) }
    }
    return best
  }

  /// The value of cell `position` of a row by tangents of its last factor.
  func tangent(
    _ row: Int, _ position: Int, _ shares: borrowing PriceShares,
    _ tapePrice: Double
  ) -> Double {
    guard prices.tangents.count > 0 else { return .infinity }
    let cell = rows.starts[row] + position
    let price = prices.tangents[cell]
    return price < .infinity
      ? values[cell - 1] + shares.factors[cell] * price : .infinity
  }

  /// The same by adjoints of its first factor.
  func adjoint(
    _ row: Int, _ position: Int, _ shares: borrowing PriceShares,
    _ tapePrice: Double
  ) -> Double {
    guard prices.adjoints.count > 0 else { return .infinity }
    let cell = rows.starts[row] + position
    let price = prices.adjoints[cell]
    guard price < .infinity else { return .infinity }
    let first = Int(rows.factors[rows.starts[row]])
    let tail = rows.tails[row]
    return Self.ratio(shares, row, tail)
      * values[rows.starts[tail] + position - 1]
      + shares.factors[cell] * (price + tapePrice * prices.tapes[first])
  }

  /// The best way to make the first `length` factors of a row, and what it
  /// costs at its shares; of equal ones the first.
  ///
  /// - Complexity: O(length), or the splits to look at.
  func best(
    _ row: Int, _ length: Int, _ shares: borrowing PriceShares,
    _ tapePrice: Double
  ) -> (way: Way, value: Double) {
    let start = rows.starts[row]
    let cell = start + length - 1
    guard length > 1 else {
      let (leaf, value) = leaf(cell, tapePrice)
      return (.leaf(leaf), value * shares.factors[cell])
    }
    var best = (
      way: Way.eliminate(.adjoint),
      value: adjoint(row, length - 1, shares, tapePrice)
    )
    let value = tangent(row, length - 1, shares, tapePrice)
    if value < best.value { best = (.eliminate(.tangent), value) }
    var (tail, next) = (row, 0)
    for k in 1..<length {
      tail = rows.tails[tail]
      if !splits.isEmpty {
        guard next < splits[row].count, splits[row][next] == k else { continue }
        next += 1
      }
      let outer = rows.starts[tail] + length - k - 1
      let inner = start + k - 1
      let value =
        values[inner] + Self.ratio(shares, row, tail) * values[outer]
        + shares.factors[cell] * prices.product(outer, inner)
      if value < best.value { best = (.split(k), value) }
    }
    return best
  }
}
