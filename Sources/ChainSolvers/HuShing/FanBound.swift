/// What O(q) says about a chain of q dense matrices with dimensions
/// d_0 … d_q: its cheapest fan, and a bound that no bracketing beats. When the
/// two meet, the fan is optimal and no search is needed: sorted dimensions,
/// and one narrow interface with dimensions that grow away from it.
///
/// A bracketing removes every inner interface k once, by a product
/// d_i × d_k × d_j with i < k < j, so it costs at least
/// Σ_k d_k · min(d_0 … d_{k−1}) · min(d_{k+1} … d_q); and one of the products,
/// the outermost, has i = 0 and j = q.
///
/// - Complexity: O(q) time and memory.
struct FanBound<Price: FixedWidthInteger> {
  /// The interface from which the cheapest fan goes forward and reverse.
  let split: Int
  /// fma of the cheapest fan, at most twice the optimum.
  let fan: Price
  /// No bracketing costs less.
  let bound: Price

  /// - Parameter dimensions: d_0 … d_q, at least two; the price of a fan fits.
  init(dimensions d: [Price]) {
    let q = d.count - 1
    // Σ d_j · d_{j+1} up to each interface.
    var areas: [Price] = [0]
    areas.reserveCapacity(q + 1)
    var least = d
    for j in 0..<q { areas.append(areas[j] &+ d[j] &* d[j + 1]) }
    for j in stride(from: q - 1, through: 0, by: -1) {
      least[j] = min(d[j], least[j + 1])
    }
    var (cheapest, fan) = (0, d[0] &* (areas[q] &- areas[1]))
    var (sum, root) = (Price(0), Price.max)
    var before = d[0]
    for k in 1..<max(q, 1) {
      let ends = d[0] &* d[q]
      let below = areas[k - 1]
      let above = areas[q] &- areas[k + 1]
      let price = d[k] &* (below &+ above &+ ends)
      if price < fan { (cheapest, fan) = (k, price) }
      let lightest = before &* least[k + 1]
      sum &+= d[k] &* lightest
      root = min(root, d[k] &* (ends &- lightest))
      before = min(before, d[k])
    }
    let reverse = d[q] &* areas[q - 1]
    if reverse < fan { (cheapest, fan) = (q, reverse) }
    (split, self.fan, bound) = (cheapest, fan, q > 1 ? sum &+ root : 0)
  }

  /// For each interface, the number of products of the fan that end there.
  func spansEnding(factors q: Int) -> [Int32] {
    var counts = [Int32](repeating: 0, count: q + 1)
    for j in min(split + 2, q + 1)..<q + 1 { counts[j] = 1 }
    if split > 0 { counts[split] += Int32(split) - 1 }
    if split > 0, split < q { counts[q] += 1 }
    return counts
  }
}
