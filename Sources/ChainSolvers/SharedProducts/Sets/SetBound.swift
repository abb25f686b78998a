/// The lower bound on what a set of needed values costs, kept so that adding
/// one or two values costs one sweep over the set.
///
/// With the set ascending, u_1 < u_2 < …, H_k bounds the cost of u_1 … u_k:
///
///     H_k = max( H_{k−1} + least(u_k),
///                lower(r) + Σ least(w), w among u_1 … u_{k−1} not used by r )
///
/// for every row r that is due when u_k is: the row of u_k alone and, when u_k
/// is a target and all shorter targets are in the set, that of its family.
///
/// *Proof.* A plan makes every needed value by one operation of its own. The
/// one of u_k is no part of making shorter values, which gives the first
/// line. What a plan does for r makes only values that r may use, and costs
/// at least `lower(r)`; the operations of the other values come on top, which
/// gives the second. ∎
struct SetBound: ~Copyable {
  /// Whether every set holds all targets up to its largest value, so that
  /// families are due.
  var holdsTargets = false

  private let uses: SetRows
  /// For each row, no plan for it costs less.
  private let lower: FlatArray<Int>
  /// The least price of an operation that makes each value.
  private let least: FlatArray<Int>
  /// For each goal the row of its family; −1 for other values.
  private let families: FlatArray<Int>
  /// The set, ascending.
  private let values: FlatArray<Int>
  private var count = 0
  /// For each value, the second line for it alone and for its family; −1
  /// where that isn't due.
  private let alone: FlatArray<Int>
  private let joint: FlatArray<Int>
  /// H_0 … H_n.
  private let prefix: FlatArray<Int>

  init(_ tables: SetTables) {
    uses = tables.uses
    lower = FlatArray(repeating: 0, count: tables.rows)
    least = FlatArray(tables.least)
    families = FlatArray(repeating: -1, count: tables.count)
    for (k, goal) in tables.goals.enumerated() {
      families[goal] = tables.count + k
    }
    values = FlatArray(unfilled: tables.count)
    alone = FlatArray(unfilled: tables.count)
    joint = FlatArray(unfilled: tables.count)
    prefix = FlatArray(repeating: 0, count: tables.count + 1)
  }

  /// What is known of each row: no plan for it costs less.
  subscript(row: Int) -> Int {
    get { lower[row] }
    set { lower[row] = newValue }
  }

  /// The bound of the set.
  var value: Int { prefix[count] }

  /// Takes up a set, given ascending.
  ///
  /// - Complexity: O(n²).
  mutating func load(_ set: some Sequence<Int32>) {
    count = 0
    for value in set {
      let u = Int(value)
      values[count] = u
      alone[count] = sum(u, count)
      let family = holdsTargets ? families[u] : -1
      joint[count] = family < 0 ? -1 : sum(family, count)
      prefix[count + 1] = max(
        prefix[count] + least[u], alone[count], joint[count])
      count += 1
    }
  }

  /// The bound of a set of one or two values that needn't be targets.
  ///
  /// - Parameters:
  ///   - a: a value, or −1 for none.
  ///   - b: a smaller one, or −1.
  /// - Complexity: O(1).
  func pair(_ a: Int, _ b: Int) -> Int {
    guard a >= 0 else { return 0 }
    guard b >= 0 else { return max(least[a], lower[a]) }
    return max(
      max(least[b], lower[b]) + least[a], lower[a] + extra(a, b, least[b]))
  }

  /// The bound of the set with one or two more values, or a part of it that
  /// reaches `limit`.
  ///
  /// - Parameters:
  ///   - a: a value not in the set, or −1.
  ///   - b: a smaller one not in the set, or −1. Neither is a target when
  ///     `holdsTargets`.
  /// - Complexity: O(n).
  func adding(_ a: Int, _ b: Int, limit: Int) -> Int {
    if a < 0 || value >= limit { return value }
    // What the new values add to the second lines above them; the greater one
    // only once it has been met.
    let low = b < 0 ? a : b
    let leastLow = least[low]
    var leastHigh = 0
    var high = b < 0 ? Int.max : a
    var i = count
    while i > 0, values[i - 1] > low { i -= 1 }
    var h = max(prefix[i] + leastLow, sum(low, i))
    while h < limit {
      let next = i < count ? values[i] : Int.max
      if high < next {
        leastHigh = least[a]
        h = max(h + leastHigh, sum(a, i) + extra(a, low, leastLow))
        high = Int.max
        continue
      }
      if i == count { break }
      var own = alone[i] + extra(next, low, leastLow)
      if leastHigh > 0 { own += extra(next, a, leastHigh) }
      h = max(h + least[next], own)
      if joint[i] >= 0 {
        let family = families[next]
        var all = joint[i] + extra(family, low, leastLow)
        if leastHigh > 0 { all += extra(family, a, leastHigh) }
        h = max(h, all)
      }
      i += 1
    }
    return h
  }

  /// `price` if row `row` can't use value `w`, else 0.
  private func extra(_ row: Int, _ w: Int, _ price: Int) -> Int {
    let bit = uses.bits.base[row &* uses.words &+ w >> 6] >> UInt64(w & 63) & 1
    return price & (Int(bit) &- 1)
  }

  /// `lower` of a row, and the least prices of those of the `n` smallest
  /// values that it can't use.
  private func sum(_ row: Int, _ n: Int) -> Int {
    let bits = uses.bits.base + row &* uses.words
    var total = lower[row]
    for i in 0..<n {
      let w = values[i]
      let bit = bits[w >> 6] >> UInt64(w & 63) & 1
      total &+= least[w] & (Int(bit) &- 1)
    }
    return total
  }
}
