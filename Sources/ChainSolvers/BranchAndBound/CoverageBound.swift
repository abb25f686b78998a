import JacobianChain

/// No plan of a chain of given dense factors ends earlier on p machines.
///
/// Let the area of a factor be its number of entries. Every factor enters the
/// target by one product. With a value it costs the factor's area times the
/// dimension at the far end x of the value, and the values that grow in one
/// direction from x contain each other: those products follow each other. So
/// in a time T
///
/// * all products together cost p · T at most,
/// * those of one interface and one direction T at most, and they take in the
///   factors on that side of it only,
/// * a product of two neighbours costs d_i · d_{i+1} · d_{i+2}, T at most, and
///   takes in both.
///
/// The area that is taken in is therefore at most that of a fractional
/// knapsack, and T is too short while that is less than the area of the chain.
/// Narrow interfaces take in most for their work, and there are few of them.
struct CoverageBound {
  /// fma after the beginning.
  let makespan: UInt128

  private struct Item {
    /// Area for each fma.
    var worth: Double
    /// The most fma.
    var room: Double
  }

  /// More than all rounding: sums of some ten thousand doubles are exact to
  /// 1e-11 of them.
  private static let margin = 1e-9

  /// nil for what isn't a chain of given dense factors.
  ///
  /// - Complexity: O(q log q).
  init?(_ problem: Problem, machines: Int) {
    guard let word = problem.chain, word.count > 1, problem.isDense,
      word.allSatisfy({ problem.factors[$0].isGiven })
    else { return nil }
    let factors = word.map { problem.factors[$0] }
    let q = factors.count
    let widths =
      [Double(factors[0].columns)] + factors.map { Double($0.rows) }
    var areas = [0.0]
    for k in 0..<q { areas.append(areas[k] + widths[k] * widths[k + 1]) }
    var items: [Item] = []
    for x in 0...q {
      let (outside, inside) = (
        areas[q] - areas[min(q, x + 2)], areas[max(0, x - 2)]
      )
      for area in [outside, inside] where area > 0 {
        items.append(
          Item(worth: 1 / widths[x], room: widths[x] * area))
      }
      guard x + 2 <= q else { continue }
      items.append(
        Item(
          worth: 1 / widths[x] + 1 / widths[x + 2],
          room: widths[x] * widths[x + 1] * widths[x + 2]))
    }
    items.sort { $0.worth > $1.worth }
    func isTooShort(_ time: Double) -> Bool {
      var (rest, area) = (Double(machines) * time, 0.0)
      for item in items where rest > 0 {
        let work = min(item.room, time, rest)
        area += work * item.worth
        rest -= work
      }
      return area * (1 + Self.margin) < areas[q]
    }
    var (low, high) = (0.0, areas[q] * widths.max()!)
    while high - low > 1, high - low > high * Self.margin {
      let middle = (low + high) / 2
      if isTooShort(middle) { low = middle } else { high = middle }
    }
    makespan = UInt128(low)
  }
}
