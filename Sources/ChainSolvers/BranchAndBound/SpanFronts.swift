import Dispatch

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

  /// Points with critical paths ascending, works descending.
  typealias Front = UnsafeBufferPointer<Point>

  private let fronts: FlatArray<Front>
  /// Who made them, and keeps their points.
  private let hands: [FrontHand]

  /// Whether no point was dropped.
  var isExact: Bool { hands.allSatisfy(\.isExact) }

  /// More work than any plan has: the span can't be done in time.
  static let impossible = 1 << 56

  /// Spans of one length with fewer operations aren't worth a second thread.
  private static let alone = 512

  /// Derives the fronts of all spans, shorter ones first, those of one length
  /// side by side; nil when stopped.
  ///
  /// - Parameter limit: the most points of a front, at least 2. Where more are
  ///   dropped, what is left guides a search but bounds nothing.
  /// - Complexity: O(operations · front size), on all cores.
  init?(
    _ spans: borrowing SpanOperations, limit: Int, _ isStopped: () -> Bool
  ) {
    let fronts = FlatArray(
      repeating: Front(start: nil, count: 0), count: spans.count)
    // More than most machines have cores; each takes every so-many-th span.
    let hands = (0..<16).map { _ in FrontHand() }
    var first = 0
    while first < spans.count {
      if isStopped() { return nil }
      let length = first..<spans.endOfLength(first)
      if spans.operationCount(of: length) < Self.alone {
        hands[0].make(length, by: 1, spans, fronts, limit)
      } else {
        DispatchQueue.concurrentPerform(iterations: hands.count) { hand in
          hands[hand].make(
            length.dropFirst(hand), by: hands.count, spans, fronts, limit)
        }
      }
      first = length.upperBound
    }
    self.fronts = fronts
    self.hands = hands
  }

  /// The least work of span `v` that ends within `time`; `impossible` when
  /// nothing does.
  ///
  /// - Complexity: O(log front size); O(1) where time is ample or too short.
  @inline(__always)
  func leastWork(_ v: Int, within time: Int) -> Int {
    guard let points = fronts[v].baseAddress else { return Self.impossible }
    var (low, high) = (0, fronts[v].count - 1)
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
    fronts[v].reduce(Int.max) { best, point in
      min(best, max(point.path, (point.work + machines - 1) / machines))
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
