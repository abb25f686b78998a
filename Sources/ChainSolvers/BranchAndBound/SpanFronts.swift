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
    var starts: [Int32] = [0]
    var points: [Point] = []
    var front = FrontMerge()
    var isExact = true
    for v in 0..<spans.count {
      if v.isMultiple(of: 64), isStopped() { return nil }
      front.removeAll()
      points.withUnsafeBufferPointer { points in
        func known(_ operand: Int) -> UnsafeBufferPointer<Point> {
          guard operand >= 0 else { return .init(start: nil, count: 0) }
          return .init(
            rebasing: points[Int(starts[operand])..<Int(starts[operand + 1])])
        }
        for o in spans.operations(of: v) {
          let (a, b) = (spans.first(o), spans.second(o))
          let (first, second) = (known(a), known(b))
          if (a >= 0 && first.isEmpty) || (b >= 0 && second.isEmpty) {
            continue
          }
          front.merge(price: spans.price(o), first, second, spans.limits(v))
        }
      }
      if front.thin(to: limit) { isExact = false }
      points.append(contentsOf: front.points)
      starts.append(Int32(points.count))
    }
    self.starts = FlatArray(starts)
    self.points = FlatArray(points)
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

  var size: Int { points.count }
  /// min over the front of span `v` of max(critical path, ⌈work ÷ p⌉): no plan
  /// for it takes less time on `machines` machines, if the fronts are exact;
  /// `Int.max` when none keeps to the horizon.
  func bound(_ v: Int, machines: Int) -> Int {
    (Int(starts[v])..<Int(starts[v + 1])).reduce(Int.max) { best, i in
      let point = points[i]
      return min(best, max(point.path, (point.work + machines - 1) / machines))
    }
  }

}
