/// The fronts of the spans that are known, and that of the next one while its
/// operations are merged into it.
///
/// Most of the time of a search for long chains goes by here, so all lists are
/// plain memory, large enough before they are written.
struct FrontMerge: ~Copyable {
  typealias Point = SpanFronts.Point

  /// The fronts that are known, one after the other.
  private var all = PointList()
  /// The front of the next span, paths ascending, works descending.
  private var front = PointList()
  private var merged = PointList()
  private var candidates = PointList()
  /// The points of the front that the candidates have passed.
  private var passed = 0

  /// The number of points of the known fronts.
  var known: Int { all.count }

  /// Adds what an operation of this price makes of the fronts of its operands,
  /// empty ranges of the known points standing for none.
  ///
  /// - Complexity: linear in the sizes of the three fronts.
  mutating func add(
    price: Int, _ a: Range<Int>, _ b: Range<Int>,
    _ limits: SpanOperations.Limits
  ) {
    let points = all.base
    var (path, work) = (0, 0)
    if !a.isEmpty {
      path = points[a.lowerBound].path
      work = points[a.upperBound - 1].work
    }
    if !b.isEmpty {
      path = max(path, points[b.lowerBound].path)
      work += points[b.upperBound - 1].work
    }
    // Where the front does with less work than the best of the operands, what
    // takes longer is beaten.
    let end = min(limits.path + 1, firstPath(within: price + work))
    guard price + path < end else { return }
    candidates.clear(reserving: a.count + b.count + 1)
    passed = 0
    if a.isEmpty {
      propose(price, price)
    } else if b.isEmpty {
      for i in a where points[i].path + price < end {
        propose(points[i].path + price, points[i].work + price)
      }
    } else {
      joinOperands(price, a, b, end)
    }
    if candidates.count > 0 { joinFront(limits) }
  }

  /// Makes the front known, at most `limit` of its points: evenly spaced ones,
  /// the ends among them; the next front is empty.
  ///
  /// - Returns: whether points were dropped.
  mutating func keep(_ limit: Int) -> Bool {
    let size = front.count
    all.reserve(min(size, limit))
    for i in 0..<min(size, limit) {
      all.append(
        front.base[size <= limit ? i : i * (size - 1) / (limit - 1)])
    }
    front.clear(reserving: 0)
    return size > limit
  }

  /// The known fronts, which are given away.
  consuming func finished() -> FlatArray<Point> {
    FlatArray(UnsafeBufferPointer(start: all.base, count: all.count))
  }

  /// The first path of the front with at most this work; `Int.max` for none.
  private func firstPath(within work: Int) -> Int {
    let points = front.base
    var (low, high) = (0, front.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].work > work { low = middle + 1 } else { high = middle }
    }
    return low < front.count ? points[low].path : .max
  }

  /// Adds a candidate, unless the front beats it.
  @inline(__always)
  private mutating func propose(_ path: Int, _ work: Int) {
    let points = front.base
    while passed < front.count, points[passed].path <= path { passed += 1 }
    if passed > 0, points[passed - 1].work <= work { return }
    candidates.append(Point(path: path, work: work))
  }

  /// Walks the thresholds of both operands before `end`: within each the best
  /// of both.
  private mutating func joinOperands(
    _ price: Int, _ a: Range<Int>, _ b: Range<Int>, _ end: Int
  ) {
    let points = all.base
    var (i, j) = (a.lowerBound, b.lowerBound)
    while true {
      let path = max(points[i].path, points[j].path) + price
      if path >= end { return }
      propose(path, points[i].work + points[j].work + price)
      let nextFirst = i + 1 < a.upperBound ? points[i + 1].path : .max
      let nextSecond = j + 1 < b.upperBound ? points[j + 1].path : .max
      if nextFirst == .max, nextSecond == .max { return }
      if nextFirst <= nextSecond { i += 1 }
      if nextSecond <= nextFirst { j += 1 }
    }
  }

  private mutating func joinFront(_ limits: SpanOperations.Limits) {
    merged.clear(reserving: front.count + candidates.count)
    let (old, new) = (front.base, candidates.base)
    let (oldCount, newCount) = (front.count, candidates.count)
    var (i, j) = (0, 0)
    var least = limits.work + 1
    while i < oldCount || j < newCount {
      let next: Point
      if j == newCount || (i < oldCount && old[i].path < new[j].path) {
        next = old[i]
        i += 1
      } else {
        next = new[j]
        j += 1
      }
      guard next.work < least else { continue }
      least = next.work
      merged.appendReplacing(next)
    }
    swap(&front, &merged)
  }
}

/// Points in plain memory.
private struct PointList: ~Copyable {
  typealias Point = SpanFronts.Point

  private(set) var base: UnsafeMutablePointer<Point>
  private(set) var count = 0
  private var capacity = 64

  init() { base = .allocate(capacity: capacity) }

  deinit { base.deallocate() }

  mutating func clear(reserving needed: Int) {
    count = 0
    reserve(needed)
  }

  /// Makes room for `needed` more points.
  mutating func reserve(_ needed: Int) {
    guard count + needed > capacity else { return }
    capacity = max(2 * capacity, count + needed)
    let larger = UnsafeMutablePointer<Point>.allocate(capacity: capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  /// - Precondition: there is room.
  @inline(__always)
  mutating func append(_ point: Point) {
    base[count] = point
    count += 1
  }

  /// Appends a point; it takes the place of one with the same path.
  @inline(__always)
  mutating func appendReplacing(_ point: Point) {
    if count > 0, base[count - 1].path == point.path { count -= 1 }
    append(point)
  }
}
