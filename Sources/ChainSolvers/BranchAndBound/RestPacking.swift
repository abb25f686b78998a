/// Finds states whose remaining operations don't fit into the time that the
/// machines have left, whatever their order: bin packing, exact.
///
/// The bound on work says how much fits, as if it could be cut to fit. Where
/// few operations are left, each is a large piece of what a machine has left,
/// and with hardly any time to spare most states fail here, long before their
/// last leaf is placed. The states of a set have the same operations left, up
/// to the choice of bracketings, so that one table of sums serves all of them.
struct RestPacking: ~Copyable {
  private typealias Field = StateLayer.Field

  /// The operations of one way to make all spans of a set.
  private struct Choice {
    /// fma.
    var work: Int
    var prices: [Int]
    /// Once it is asked for.
    var sums: SubsetSums?
  }

  private let machines: Int
  /// What the machines have left, least first.
  private let left: FlatArray<Int>
  /// The ways to make the spans at hand, those of least work first.
  private var choices: [Choice] = []
  /// The spans that a choice has yet to make, each with the time for it, and
  /// the prices so far.
  private var pending: [(span: Int, time: Int)] = []
  private var prices: [Int] = []

  /// Sets with more operations left aren't looked at: each of them doubles the
  /// table, and the more pieces, the likelier they fit.
  private static let most = 16
  /// Nor are sets with more choices, or with more subsets in all their tables
  /// than their states are worth.
  private static let choiceLimit = 32
  private static let subsetsPaid = 32
  /// Subsets tried for a state, before it is taken to fit.
  private static let stepLimit = 128
  /// After so many states of a layer one of `hopeful` has to have failed, or
  /// the rest of the layer is left alone.
  private static let trial = 64
  private static let hopeful = 4

  init(machines: Int) {
    self.machines = machines
    left = FlatArray(repeating: 0, count: machines)
  }

  /// Marks the states of a layer that can't be completed within `target`.
  mutating func markHopeless(
    in layer: borrowing StateLayer, rank: Int,
    _ spans: borrowing SpanOperations, _ fronts: borrowing SpanFronts,
    target: Int
  ) {
    // A rank is the most operations that can be left.
    guard rank <= Self.most else { return }
    var (asked, marked) = (0, 0)
    layer.forEachSet { states in
      let limit = min(
        Self.choiceLimit, (states.count * Self.subsetsPaid) >> rank)
      let isPromising = marked * Self.hopeful >= asked - Self.trial
      guard isPromising, limit > 0,
        choose(atMost: limit, states, spans, fronts, target: target)
      else { return }
      asked += states.count
      for state in states where isHopeless(state, target: target) {
        state[Field.slack] = -1
        marked += 1
      }
    }
  }

  private mutating func isHopeless(
    _ state: UnsafePointer<Int>, target: Int
  ) -> Bool {
    let busy = state + Field.count + 2 * state[Field.pending]
    var area = 0
    for k in 0..<machines {
      left[machines - 1 - k] = target - busy[k]
      area += target - busy[k]
    }
    var steps = Self.stepLimit
    for c in choices.indices {
      if choices[c].work > area { break }
      if choices[c].sums == nil {
        choices[c].sums = SubsetSums(of: choices[c].prices)
      }
      let bins = UnsafeBufferPointer(start: left.base, count: machines)
      if choices[c].sums!.mayFit(bins, steps: &steps) { return false }
    }
    return true
  }

  /// Lists all choices that any of the states, which are of one set, may have;
  /// false when they are more than `limit`.
  private mutating func choose(
    atMost limit: Int, _ states: [UnsafeMutablePointer<Int>],
    _ spans: borrowing SpanOperations, _ fronts: borrowing SpanFronts,
    target: Int
  ) -> Bool {
    let count = states[0][Field.pending]
    let ids = states[0] + Field.count
    var (start, area) = (Int.max, 0)
    for state in states {
      let busy = state + Field.count + 2 * count
      start = min(start, busy[0])
      area = max(area, (0..<machines).reduce(0) { $0 + target - busy[$1] })
    }
    choices.removeAll(keepingCapacity: true)
    pending.removeAll(keepingCapacity: true)
    prices.removeAll(keepingCapacity: true)
    var need = 0
    for i in 0..<count {
      pending.append((ids[i], target - start))
      need += fronts.leastWork(ids[i], within: target - start)
    }
    let isListed = extend(0, need: need, area, limit, spans, fronts)
    if isListed { choices.sort { $0.work < $1.work } }
    return isListed
  }

  /// Adds all choices that begin with `prices`; false when that makes more
  /// than `limit`. Recursive, as deep as there are operations left.
  ///
  /// - Parameters:
  ///   - work: the sum of `prices`.
  ///   - need: the least work of the pending spans.
  private mutating func extend(
    _ work: Int, need: Int, _ area: Int, _ limit: Int,
    _ spans: borrowing SpanOperations, _ fronts: borrowing SpanFronts
  ) -> Bool {
    guard let (span, time) = pending.popLast() else {
      choices.append(Choice(work: work, prices: prices))
      return choices.count <= limit
    }
    defer { pending.append((span, time)) }
    let others = need - fronts.leastWork(span, within: time)
    for o in spans.operations(of: span) {
      let operation = spans[o]
      if operation.path > time { break }
      let rest = time - operation.price
      let count = pending.count
      var need = others
      for v in [operation.first, operation.second] where v >= 0 {
        pending.append((Int(v), rest))
        need += fronts.leastWork(Int(v), within: rest)
      }
      // One that takes no time takes no place.
      if operation.price > 0 { prices.append(operation.price) }
      let isListed =
        work + operation.price + need > area
        || extend(
          work + operation.price, need: need, area, limit, spans, fronts)
      if operation.price > 0 { prices.removeLast() }
      pending.removeSubrange(count...)
      guard isListed else { return false }
    }
    return true
  }
}
