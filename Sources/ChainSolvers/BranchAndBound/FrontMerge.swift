/// The front of one span while its operations are merged into it.
///
/// Most of the time of a search for long chains goes by here, so the three
/// lists are plain memory, large enough before they are written.
struct FrontMerge: ~Copyable {
  typealias Point = SpanFronts.Point

  private var front: UnsafeMutablePointer<Point>
  private var merged: UnsafeMutablePointer<Point>
  private var candidates: UnsafeMutablePointer<Point>
  private var count = 0
  private var candidateCount = 0
  /// The points of the front that the candidates have passed.
  private var passed = 0
  private var capacity = 64

  init() {
    front = .allocate(capacity: capacity)
    merged = .allocate(capacity: capacity)
    candidates = .allocate(capacity: capacity)
  }

  deinit {
    front.deallocate()
    merged.deallocate()
    candidates.deallocate()
  }

  /// The front so far, paths ascending, works descending.
  var points: UnsafeBufferPointer<Point> {
    UnsafeBufferPointer(start: front, count: count)
  }

  mutating func removeAll() { count = 0 }

  /// Adds what an operation of this price makes of the fronts of its operands,
  /// empty ones standing for none.
  ///
  /// - Complexity: linear in the sizes of the three fronts.
  mutating func merge(
    price: Int, _ a: UnsafeBufferPointer<Point>,
    _ b: UnsafeBufferPointer<Point>, _ limits: SpanOperations.Limits
  ) {
    // Where the front does with less work than the best of the operands, what
    // takes longer is beaten.
    let end = min(
      limits.path + 1,
      firstPath(
        within: price + (a.last?.work ?? 0) + (b.last?.work ?? 0)))
    guard price + max(a.first?.path ?? 0, b.first?.path ?? 0) < end else {
      return
    }
    reserve(count + a.count + b.count + 1)
    if a.isEmpty {
      candidates[0] = Point(path: price, work: price)
      candidateCount = 1
    } else if b.isEmpty {
      candidateCount = 0
      passed = 0
      for point in a where point.path + price < end {
        append(point.path + price, point.work + price)
      }
    } else {
      joinOperands(price, a, b, end)
    }
    if candidateCount > 0 { joinFront(limits) }
  }

  /// Drops all but `limit` points, evenly spaced, the ends among them.
  ///
  /// - Returns: whether something was dropped.
  mutating func thin(to limit: Int) -> Bool {
    guard count > limit else { return false }
    for i in 0..<limit { front[i] = front[i * (count - 1) / (limit - 1)] }
    count = limit
    return true
  }

  private mutating func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let larger = UnsafeMutablePointer<Point>.allocate(capacity: 2 * needed)
    larger.update(from: front, count: count)
    front.deallocate()
    front = larger
    merged.deallocate()
    candidates.deallocate()
    capacity = 2 * needed
    merged = .allocate(capacity: capacity)
    candidates = .allocate(capacity: capacity)
  }

  /// The first path of the front with at most this work; `Int.max` for none.
  private func firstPath(within work: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if front[middle].work > work { low = middle + 1 } else { high = middle }
    }
    return low < count ? front[low].path : .max
  }

  /// Adds a candidate, unless the front beats it.
  @inline(__always)
  private mutating func append(_ path: Int, _ work: Int) {
    while passed < count, front[passed].path <= path { passed += 1 }
    if passed > 0, front[passed - 1].work <= work { return }
    candidates[candidateCount] = Point(path: path, work: work)
    candidateCount += 1
  }

  /// Walks the thresholds of both operands before `end`: within each the best
  /// of both.
  private mutating func joinOperands(
    _ price: Int, _ a: UnsafeBufferPointer<Point>,
    _ b: UnsafeBufferPointer<Point>, _ end: Int
  ) {
    let (first, second) = (a.baseAddress!, b.baseAddress!)
    var (i, j) = (0, 0)
    candidateCount = 0
    passed = 0
    while true {
      let path = max(first[i].path, second[j].path) + price
      if path >= end { return }
      append(path, first[i].work + second[j].work + price)
      let nextFirst = i + 1 < a.count ? first[i + 1].path : .max
      let nextSecond = j + 1 < b.count ? second[j + 1].path : .max
      if nextFirst == .max, nextSecond == .max { return }
      if nextFirst <= nextSecond { i += 1 }
      if nextSecond <= nextFirst { j += 1 }
    }
  }

  private mutating func joinFront(_ limits: SpanOperations.Limits) {
    let (old, new, out) = (front, candidates, merged)
    var (i, j, n) = (0, 0, 0)
    var least = min(Int.max, limits.work + 1)
    while i < count || j < candidateCount {
      let next: Point
      if j == candidateCount || (i < count && old[i].path < new[j].path) {
        next = old[i]
        i += 1
      } else {
        next = new[j]
        j += 1
      }
      if next.path > limits.path { break }
      guard next.work < least else { continue }
      least = next.work
      if n > 0, out[n - 1].path == next.path { n -= 1 }
      out[n] = next
      n += 1
    }
    count = n
    swap(&front, &merged)
  }
}
