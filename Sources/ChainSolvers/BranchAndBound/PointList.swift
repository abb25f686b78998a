import JacobianChain

/// Points in plain memory, for loops that write before they count.
struct PointList: ~Copyable {
  typealias Point = SpanFronts.Point

  private(set) var base: UnsafeMutablePointer<Point>
  private(set) var count = 0
  private var capacity = 64

  init() { base = .allocate(capacity: capacity) }

  deinit { base.deallocate() }

  /// Makes room for `needed` more points.
  mutating func reserve(_ needed: Int) {
    guard count + needed > capacity else { return }
    capacity = max(2 * capacity, count + needed)
    let larger = UnsafeMutablePointer<Point>.allocate(capacity: capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  mutating func clear() { count = 0 }

  /// Makes what was written before `end` the points of the list.
  ///
  /// - Precondition: there was room.
  mutating func end(at end: UnsafeMutablePointer<Point>) { count = end - base }

  /// The first point with at least this path; `count` for none.
  func firstIndex(path: Int) -> Int { firstIndex { $0.path >= path } }

  /// The first path with at most this work; `Int.max` for none.
  func firstPath(within work: Int) -> Int {
    let index = firstIndex { $0.work <= work }
    return index < count ? base[index].path : .max
  }

  @inline(__always)
  private func firstIndex(where isReached: (Point) -> Bool) -> Int {
    (0..<count).firstIndex(bisecting: { isReached(base[$0]) })
  }
}
