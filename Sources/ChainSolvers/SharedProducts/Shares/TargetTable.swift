import JacobianChain

/// The interval program of one target, each place at its own share of the
/// price.
///
/// Half the digits of a double: twice as fast, and what they lose is taken
/// off the bound (`PlaceAscent`). Prices are scaled by a power of two so
/// that no sum is near the ends of their range.
struct TargetTable: ~Copyable {
  /// A last step of a place.
  struct Way {
    /// Where a product is cut; else one of the kinds below.
    let split: Int32
    let price: Float

    static let leaf: Int32 = -1
    static let tangent: Int32 = -2
    static let adjoint: Int32 = -3
  }

  /// The cheapest tree of each place b..<e, at b · `stride` + e.
  private let values: FlatArray<Float>
  /// The scaled share of each place.
  private let shares: FlatArray<Float>
  private let entries: FlatArray<Float>
  /// The number of places that begin at one factor, at most, and one more.
  let stride: Int
  private let scale: Float
  /// The number of factors of the present target.
  private(set) var length = 0
  /// The first cell of the words that begin at each of its factors.
  private var starts: [Int] = []
  /// The least price of each of its factors alone.
  private var leaves: [Float] = []

  /// - Parameters:
  ///   - longest: the greatest number of factors of a target.
  ///   - scale: a power of two.
  /// - Complexity: O(cells).
  init(_ prices: borrowing CellPrices, longest: Int, scale: Double) {
    stride = longest + 1
    values = FlatArray(unfilled: stride * stride)
    shares = FlatArray(unfilled: stride * stride)
    entries = FlatArray(unfilled: prices.entries.count)
    for cell in 0..<entries.count {
      entries[cell] = Float(prices.entries[cell])
    }
    self.scale = Float(scale)
  }

  /// The cell of place `begin..<end` of the present target.
  func cell(_ begin: Int, _ end: Int) -> Int { starts[begin] + end - begin - 1 }

  /// Takes up the target of a cell, and the shares of its places.
  ///
  /// - Complexity: O(length²).
  mutating func load(
    _ target: Int, _ trees: TargetTrees, _ rows: borrowing WordRows,
    _ prices: borrowing CellPrices, _ places: borrowing PlaceShares
  ) {
    var row = Int(rows.rowsOfCells[target])
    length = target - rows.starts[row] + 1
    starts.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    for begin in 0..<length {
      let start = rows.starts[row]
      starts.append(start)
      leaves.append(
        prices.leaves[Int(rows.factors[start])].reduce(.infinity) {
          min($0, Float($1.price))
        })
      for end in begin + 1...length {
        let word = Int(rows.originals[start + end - begin - 1])
        shares[begin * stride + end] = scale * places.rests[word]
      }
      row = rows.tails[row]
    }
    for node in trees.nodes where node.claim >= 0 {
      shares[Int(node.begin) * stride + Int(node.end)] =
        scale * places.shares[Int(node.claim)]
    }
  }

  /// The value of the whole target, scaled.
  ///
  /// - Complexity: O(length³).
  func fill(_ prices: borrowing CellPrices) -> Float {
    for begin in (0..<length).reversed() { fill(begin, prices) }
    return values[length]
  }

  private func fill(_ begin: Int, _ prices: borrowing CellPrices) {
    let own = values.base + begin * stride
    let share = shares.base + begin * stride
    let start = starts[begin]
    own[begin + 1] = share[begin + 1] * leaves[begin]
    for end in begin + 2..<max(begin + 2, length + 1) {
      own[end] = .infinity
      if prices.adjoints.count > 0 {
        let price = Float(prices.adjoints[start + end - begin - 1])
        // Nothing times infinity is no number.
        guard price < .infinity else { continue }
        own[end] = values[(begin + 1) * stride + end] + share[end] * price
      }
    }
    for split in begin + 1..<max(begin + 1, length) {
      let base = own[split]
      if prices.tangents.count > 0 {
        let price = Float(prices.tangents[start + split - begin])
        own[split + 1] = min(own[split + 1], base + share[split + 1] * price)
      }
      let inner = start + split - begin - 1
      let even = Float(prices.inner[inner])
      let count = length - split
      let longer = own + split + 1
      let others = values.base + split * stride + split + 1
      let share = share + split + 1
      if even >= 0 {
        let entries = entries.base + starts[split]
        for i in 0..<count {
          let value = base + others[i] + share[i] * (even * entries[i])
          longer[i] = value < longer[i] ? value : longer[i]
        }
      } else {
        for i in 0..<count {
          let price = Float(prices.product(starts[split] + i, inner))
          longer[i] = min(longer[i], base + others[i] + share[i] * price)
        }
      }
    }
  }

  /// The best way to make a place, after `fill`.
  ///
  /// - Complexity: O(end − begin).
  func best(
    _ begin: Int, _ end: Int, _ prices: borrowing CellPrices
  ) -> Way {
    let cell = cell(begin, end)
    guard end > begin + 1 else {
      return Way(split: Way.leaf, price: scale * leaves[begin])
    }
    let own = values.base + begin * stride
    let share = shares[begin * stride + end]
    // Where all prices are beyond the range, any product will do.
    var best = (split: Int32(begin + 1), value: Float.infinity)
    func offer(_ split: Int32, _ operands: Float, _ price: Double) {
      let value = operands + share * Float(price)
      if value < best.value { best = (split, value) }
    }
    if prices.adjoints.count > 0 {
      offer(
        Way.adjoint, values[(begin + 1) * stride + end], prices.adjoints[cell])
      offer(Way.tangent, own[end - 1], prices.tangents[cell])
    }
    for split in begin + 1..<end {
      offer(
        Int32(split), own[split] + values[split * stride + end],
        prices.product(
          self.cell(split, end), starts[begin] + split - begin - 1))
    }
    let price =
      switch best.split {
      case Way.adjoint: prices.adjoints[cell]
      case Way.tangent: prices.tangents[cell]
      default:
        prices.product(
          self.cell(Int(best.split), end), self.cell(begin, Int(best.split)))
      }
    return Way(split: best.split, price: scale * Float(price))
  }
}
