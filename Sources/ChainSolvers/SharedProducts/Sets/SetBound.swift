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
  /// For each row, no plan for it costs less.
  var lower: [Int]
  /// Whether every set holds all targets up to its largest value, so that
  /// families are due.
  var holdsTargets = false

  private let tables: SetTables
  /// For each goal the row of its family; −1 for other values.
  private let family: [Int32]
  /// The set, ascending.
  private let values: UnsafeMutablePointer<Int32>
  private var count = 0
  /// For each value, the second line for it alone and for its family.
  private let alone: UnsafeMutablePointer<Int>
  private let joint: UnsafeMutablePointer<Int>
  /// H_0 … H_n.
  private let prefix: UnsafeMutablePointer<Int>

  init(_ tables: SetTables) {
    self.tables = tables
    lower = [Int](repeating: 0, count: tables.rows)
    var family = [Int32](repeating: -1, count: tables.count)
    for (k, goal) in tables.goals.enumerated() {
      family[goal] = Int32(tables.count + k)
    }
    self.family = family
    values = .allocate(capacity: tables.count)
    alone = .allocate(capacity: tables.count)
    joint = .allocate(capacity: tables.count)
    prefix = .allocate(capacity: tables.count + 1)
    prefix.initialize(to: 0)
  }

  deinit {
    values.deallocate()
    alone.deallocate()
    joint.deallocate()
    prefix.deallocate()
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
      let own = sum(u, count)
      let row = holdsTargets ? Int(family[u]) : -1
      let all = row < 0 ? 0 : sum(row, count)
      values[count] = value
      alone[count] = own
      joint[count] = all
      prefix[count + 1] = max(prefix[count] + tables.least[u], own, all)
      count += 1
    }
  }

  /// The bound of the set with one or two more values, or what it is at least
  /// as soon as that reaches `limit`.
  ///
  /// - Parameters:
  ///   - a: a value not in the set, or −1.
  ///   - b: a smaller one not in the set, or −1. Neither is a target when
  ///     `holdsTargets`.
  /// - Complexity: O(n).
  func adding(_ a: Int, _ b: Int, limit: Int) -> Int {
    if a < 0 || value >= limit { return value }
    var pending = (lower: b < 0 ? a : b, upper: b < 0 ? -1 : a)
    var i = count
    while i > 0, values[i - 1] > pending.lower { i -= 1 }
    var h = max(
      prefix[i] + tables.least[pending.lower], sum(pending.lower, i))
    let low = pending.lower
    pending.lower = -1
    let leastLow = tables.least[low]
    var leastUp = 0
    while h < limit {
      let next = i < count ? Int(values[i]) : Int.max
      if pending.upper >= 0, pending.upper < next {
        let own =
          sum(a, i) + (uses(a, low) ? 0 : leastLow)
        leastUp = tables.least[a]
        h = max(h + leastUp, own)
        pending.upper = -1
        continue
      }
      guard i < count else { break }
      // Without the upper value, `leastUp` is 0.
      var own = alone[i] + (uses(next, low) ? 0 : leastLow)
      if leastUp > 0, !uses(next, a) { own += leastUp }
      h = max(h + tables.least[next], own)
      if joint[i] > 0 {
        let row = Int(family[next])
        var all = joint[i] + (uses(row, low) ? 0 : leastLow)
        if leastUp > 0, !uses(row, a) { all += leastUp }
        h = max(h, all)
      }
      i += 1
    }
    return h
  }

  private func uses(_ row: Int, _ w: Int) -> Bool {
    tables.uses[row * tables.wordsPerRow + w >> 6] >> UInt64(w & 63) & 1 != 0
  }

  /// `lower(row)`, and the least prices of those of the `n` smallest values
  /// that it can't use.
  private func sum(_ row: Int, _ n: Int) -> Int {
    let start = row * tables.wordsPerRow
    return tables.uses.withUnsafeBufferPointer { uses in
      tables.least.withUnsafeBufferPointer { least in
        var total = lower[row]
        for i in 0..<n {
          let w = Int(values[i])
          let bit = uses[start + w >> 6] >> UInt64(w & 63) & 1
          total += least[w] & (Int(bit) - 1)
        }
        return total
      }
    }
  }
}
