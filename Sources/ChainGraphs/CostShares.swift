/// Prices that are split among those who may share what is paid for.
///
/// A cost is paid once, however many cells use it. Each gets a share; shares
/// aren't negative and make up the cost at most. So whatever set of cells is
/// used, their shares cost no more than what is paid.
struct CostShares {
  /// What a cell costs: its shares of all costs, exactly after `round()`.
  private(set) var cells: [Double]

  /// Costs by number, fma, and where their members begin.
  private var costs: [Double] = []
  private var starts = [0]
  /// The cell of each member and its share.
  private var members: [Int] = []
  private var shares: [Double] = []
  /// The members of a cell: the first one, and the next after each; −1 at the
  /// end.
  private var first: [Int32]
  private var next: [Int32] = []
  private var costOf: [Int32] = []
  /// Shares are rounded to multiples of 1 / scale.
  private var scale = 1.0

  /// The most members of all costs together.
  private static let memberLimit = 1 << 22

  /// A cell that pays a cost.
  struct Use {
    var cell: Int
    /// What is paid at least where this cell is among those served, fma.
    var price: Int
  }

  /// Shares costs evenly.
  ///
  /// Cells that may be served together needn't cost the same: a product costs
  /// what the dearest of them tells. That is a sum of layers, the difference
  /// between two prices each, shared by those that cost more.
  ///
  /// - Parameters:
  ///   - uses: for everything that may be paid for once, the cells that it may
  ///     serve; a cell stands in one of the lists at most.
  ///   - fixed: what cells cost besides: nothing, or infinity.
  /// - Returns: nil where there are too many, or costs of 2⁵⁰ fma.
  init?(_ uses: [[Use]], fixed: [Double]) {
    cells = fixed
    first = [Int32](repeating: -1, count: fixed.count)
    var total: UInt128 = 0
    for group in uses {
      let dearest = group.sorted { ($1.price, $0.cell) < ($0.price, $1.cell) }
      var paid = 0
      // From the cheapest on: the dearer ones share what comes on top.
      for (last, use) in dearest.enumerated().reversed()
      where use.price > paid {
        costs.append(Double(use.price - paid))
        total += UInt128(use.price - paid)
        paid = use.price
        members += dearest[...last].map(\.cell)
        starts.append(members.count)
        guard members.count <= Self.memberLimit, total < 1 << 50 else {
          return nil
        }
      }
    }
    while scale < 0x1p20, Double(total) * scale < 0x1p50 { scale *= 2 }
    for (index, cost) in costs.enumerated() {
      let range = starts[index]..<starts[index + 1]
      for member in range {
        shares.append(cost / Double(range.count))
        next.append(first[members[member]])
        first[members[member]] = Int32(member)
        costOf.append(Int32(index))
      }
    }
    round()
  }

  /// Who uses what, at the present shares.
  struct Votes {
    /// By member, so that a cost's users stand together.
    fileprivate var isUser: [Bool]
    /// The costs that somebody uses, and how many do, by cost.
    fileprivate var costs: [Int] = []
    fileprivate var counts: [Int]
    /// How far apart users are: Σ over costs of the squares of deviations from
    /// the mean; 0 where all who may share a cost use it, or none does.
    fileprivate(set) var disagreement = 0.0
  }

  /// - Parameter used: cells.
  func votes(of used: [Int]) -> Votes {
    var votes = Votes(
      isUser: [Bool](repeating: false, count: members.count),
      counts: [Int](repeating: 0, count: costs.count))
    for cell in used {
      var member = first[cell]
      while member >= 0 {
        let cost = Int(costOf[Int(member)])
        votes.isUser[Int(member)] = true
        if votes.counts[cost] == 0 { votes.costs.append(cost) }
        votes.counts[cost] += 1
        member = next[Int(member)]
      }
    }
    for cost in votes.costs {
      let count = Double(votes.counts[cost])
      let all = Double(starts[cost + 1] - starts[cost])
      votes.disagreement += count - count * count / all
    }
    return votes
  }

  /// Raises the shares of those who use a cost, and takes from the others.
  ///
  /// A step along a supergradient, then to the nearest shares that are allowed:
  /// the excess is taken from all alike, until nobody owes (Michelot 1986,
  /// doi:10.1007/BF00938486).
  mutating func shift(to votes: Votes, by step: Double) {
    // The inner loops of a search of seconds.
    shares.withUnsafeMutableBufferPointer { shares in
      cells.withUnsafeMutableBufferPointer { cells in
        for index in votes.costs {
          let range = starts[index]..<starts[index + 1]
          guard votes.counts[index] < range.count else { continue }
          let own = UnsafeMutableBufferPointer(rebasing: shares[range])
          for place in own.indices {
            cells[members[range.lowerBound + place]] -= own[place]
            if votes.isUser[range.lowerBound + place] { own[place] += step }
          }
          let excess = Self.excess(UnsafeBufferPointer(own), costs[index])
          for place in own.indices {
            own[place] = max(0, own[place] - excess)
            cells[members[range.lowerBound + place]] += own[place]
          }
        }
      }
    }
  }

  /// What is taken from each wish, as far as there is as much, so that a cost is
  /// left.
  private static func excess(
    _ wishes: UnsafeBufferPointer<Double>, _ cost: Double
  ) -> Double {
    var (excess, count) = (-Double.infinity, wishes.count + 1)
    while true {
      var (sum, kept) = (0.0, 0)
      for wish in wishes where wish > excess {
        (sum, kept) = (sum + wish, kept + 1)
      }
      // Rounding may bring one back: fewer are kept each time, or it ends.
      if kept >= count || kept == 0 { return excess }
      (excess, count) = ((sum - cost) / Double(kept), kept)
    }
  }

  /// Makes shares multiples of a power of two, so small that sums of them are
  /// exact, and no more than the costs.
  mutating func round() {
    var exact = cells.map { $0.isFinite ? 0 : $0 }
    for (index, cost) in costs.enumerated() {
      let range = starts[index]..<starts[index + 1]
      var sum = 0.0
      for member in range {
        shares[member] = (shares[member] * scale).rounded(.down) / scale
        sum += shares[member]
      }
      for member in range where sum > cost {
        let cut = min(shares[member], sum - cost)
        shares[member] -= cut
        sum -= cut
      }
      for member in range { exact[members[member]] += shares[member] }
    }
    cells = exact
  }
}
