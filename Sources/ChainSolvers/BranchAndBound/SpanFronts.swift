/// For every span the Pareto front of (critical path, work) over its
/// bracketings: the shortest times in which it can be done at all, each with
/// the least work that achieves it; as far as plans within a horizon reach.
///
/// One table bounds the makespan for every number of machines at once: a plan
/// takes at least its critical path, and at least its work ÷ p.
struct SpanFronts: ~Copyable {
  /// A bracketing's critical path and work, fma.
  struct Point {
    var path: Int
    var work: Int
  }

  /// The front of span v is `starts[v]..<starts[v + 1]`, critical paths
  /// ascending, works descending.
  private let starts: FlatArray<Int32>
  private let points: FlatArray<Point>

  /// Whether no point was dropped.
  let isExact: Bool

  /// More work than any plan has: the span can't be done in time.
  static let impossible = 1 << 56

  /// Derives the fronts of all spans, shorter ones first; nil when stopped.
  ///
  /// - Parameter limit: the most points of a front, at least 2. Where more are
  ///   dropped, what is left guides a search but bounds nothing.
  /// - Complexity: O(operations · front size).
  init?(
    _ spans: borrowing SpanOperations, limit: Int, _ isStopped: () -> Bool
  ) {
    let starts = FlatArray<Int32>(repeating: 0, count: spans.count + 1)
    var merge = FrontMerge()
    var isExact = true
    for v in 0..<spans.count {
      if v.isMultiple(of: 64), isStopped() { return nil }
      let limits = spans.limits(v)
      for o in spans.operations(of: v) {
        let operation = spans[o]
        let (a, b) = (Int(operation.first), Int(operation.second))
        let first = a < 0 ? 0..<0 : Int(starts[a])..<Int(starts[a + 1])
        let second = b < 0 ? 0..<0 : Int(starts[b])..<Int(starts[b + 1])
        if (a >= 0 && first.isEmpty) || (b >= 0 && second.isEmpty) { continue }
        merge.add(price: operation.price, first, second, limits)
      }
      if merge.keep(limit) { isExact = false }
      starts[v + 1] = Int32(merge.known)
    }
    self.starts = starts
    self.points = merge.finished()
    self.isExact = isExact
  }

  /// The least work of span `v` that ends within `time`; `impossible` when
  /// nothing does.
  ///
  /// - Complexity: O(log front size); O(1) where time is ample or too short.
  @inline(__always)
  func leastWork(_ v: Int, within time: Int) -> Int {
    var low = Int(starts[v])
    var high = Int(starts[v + 1]) - 1
    if high < low { return Self.impossible }
    if points[high].path <= time { return points[high].work }
    if points[low].path > time { return Self.impossible }
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].path <= time { low = middle } else { high = middle }
    }
    return points[low].work
  }

  /// min over the front of span `v` of max(critical path, ⌈work ÷ p⌉): no plan
  /// for it takes less time on `machines` machines, if the fronts are exact;
  /// `Int.max` when none keeps to the horizon.
  func bound(_ v: Int, machines: Int) -> Int {
    (Int(starts[v])..<Int(starts[v + 1])).reduce(Int.max) { best, i in
      let point = points[i]
      return min(best, max(point.path, (point.work + machines - 1) / machines))
    }
  }
  /// The operation of each span in the plan of least work that takes no longer
  /// than `time` while machines are unlimited; nil when no plan that the fronts
  /// know is that fast.
  ///
  /// - Returns: ids of the `ProductGraph`, −1 for spans that aren't made.
  /// - Complexity: O(operations of the spans that are made · log front size).
  func plan(_ spans: borrowing SpanOperations, within time: Int) -> [Int]? {
    guard leastWork(spans.root, within: time) < Self.impossible else {
      return nil
    }
    var chosen = [Int](repeating: -1, count: spans.count)
    var pending = [(span: spans.root, time: time)]
    while let (span, time) = pending.popLast() {
      var best = (work: Int.max, operation: -1)
      for o in spans.operations(of: span) {
        let operation = spans[o]
        if operation.path > time { break }
        var work = operation.price
        for v in [operation.first, operation.second] where v >= 0 {
          work += leastWork(Int(v), within: time - operation.price)
        }
        if work < best.work { best = (work, o) }
      }
      let operation = spans[best.operation]
      chosen[span] = Int(operation.id)
      for v in [operation.first, operation.second] where v >= 0 {
        pending.append((Int(v), time - operation.price))
      }
    }
    return chosen
  }
}
