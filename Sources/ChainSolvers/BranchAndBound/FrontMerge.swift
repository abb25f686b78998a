/// The front of one span while operations are merged into it.
///
/// Most of the time of a search for long chains goes by here: all lists are
/// plain memory, and what the front beats already is leapt over.
struct FrontMerge: ~Copyable {
  typealias Point = SpanFronts.Point
  typealias Front = SpanFronts.Front

  /// Paths ascending, works descending; all within the limits.
  private var front = PointList()
  private var candidates = PointList()
  private var rest = PointList()

  /// How many thresholds of an operand a leap tries to pass.
  private static let leap = 8

  /// Adds what an operation of this price makes of the fronts of its operands,
  /// empty ones standing for none.
  ///
  /// - Complexity: linear in the sizes of the three fronts; less where the
  ///   operation is beaten.
  mutating func add(
    price: Int, _ a: Front, _ b: Front, _ limits: SpanOperations.Limits
  ) {
    let path = max(a.first?.path ?? 0, b.first?.path ?? 0)
    let work = (a.last?.work ?? 0) + (b.last?.work ?? 0)
    // Where the front does with less work than the best of the operands, what
    // takes longer is beaten.
    let end = min(limits.path + 1, front.firstPath(within: price + work))
    guard price + path < end, price + work <= limits.work else { return }
    candidates.clear()
    candidates.reserve(a.count + b.count + 1)
    if !a.isEmpty, !b.isEmpty {
      join(price, a, b, end: end, most: limits.work)
    } else {
      extend(price, a.isEmpty ? b : a, end: end, most: limits.work)
    }
    if candidates.count > 0 { takeOver() }
  }

  /// The front, at most `limit` of its points: evenly spaced ones, the ends
  /// among them. The next one begins.
  ///
  /// - Returns: the front, and whether it is all of it.
  mutating func finish(
    limit: Int, in memory: FrontMemory
  ) -> (front: Front, isExact: Bool) {
    let (size, points) = (front.count, front.base)
    if size == 0 { return (Front(start: nil, count: 0), true) }
    let count = min(size, limit)
    let room = memory.room(for: count)
    for i in 0..<count {
      room[i] = points[size <= limit ? i : i * (size - 1) / (limit - 1)]
    }
    front.clear()
    return (Front(start: room, count: count), size <= limit)
  }

  /// The candidates of an operation with one operand, or none.
  private mutating func extend(
    _ price: Int, _ a: Front, end: Int, most: Int
  ) {
    let (points, size) = (front.base, front.count)
    var passed = 0
    var out = candidates.base
    for operand in 0..<max(a.count, 1) {
      let point = a.isEmpty ? Point(path: 0, work: 0) : a[operand]
      let (path, work) = (point.path + price, point.work + price)
      if path >= end { break }
      while passed < size, points[passed].path <= path { passed += 1 }
      if work <= (passed > 0 ? points[passed - 1].work - 1 : most) {
        out.pointee = Point(path: path, work: work)
        out += 1
      }
    }
    candidates.end(at: out)
  }

  /// The candidates of an operation with two operands: walks the thresholds
  /// of both before `end`, within each the best of both.
  private mutating func join(
    _ price: Int, _ a: Front, _ b: Front, end: Int, most: Int
  ) {
    let (points, size) = (front.base, front.count)
    let (first, second) = (a.baseAddress!, b.baseAddress!)
    let (lastFirst, lastSecond) = (a.count - 1, b.count - 1)
    var (i, j, passed) = (0, 0, 0)
    var out = candidates.base
    var path = max(first[0].path, second[0].path)
    while true {
      while i < lastFirst, first[i + 1].path <= path { i += 1 }
      while j < lastSecond, second[j + 1].path <= path { j += 1 }
      if path + price >= end { break }
      while passed < size, points[passed].path <= path + price { passed += 1 }
      // Less than this is needed, now and later.
      let need = (passed > 0 ? points[passed - 1].work : most + 1) - price
      let work = first[i].work + second[j].work
      var (nextFirst, nextSecond) = (i, j)
      if work < need {
        out.pointee = Point(path: path + price, work: work + price)
        out += 1
      } else {
        let farFirst = min(i + Self.leap, lastFirst)
        let farSecond = min(j + Self.leap, lastSecond)
        if first[farFirst].work + second[farSecond].work >= need {
          (nextFirst, nextSecond) = (farFirst, farSecond)
        }
      }
      let pathFirst =
        nextFirst < lastFirst ? first[nextFirst + 1].path : .max
      let pathSecond =
        nextSecond < lastSecond ? second[nextSecond + 1].path : .max
      path = min(pathFirst, pathSecond)
      if path == .max { break }
      if path == pathFirst { i = nextFirst }
      if path == pathSecond { j = nextSecond }
    }
    candidates.end(at: out)
  }

  /// Puts the candidates, which the front doesn't beat, into it; what they
  /// beat goes.
  private mutating func takeOver() {
    let (new, newCount) = (candidates.base, candidates.count)
    // What comes before the first candidate stays where it is.
    let kept = front.firstIndex(path: new[0].path)
    let oldCount = front.count - kept
    rest.clear()
    rest.reserve(oldCount)
    let old = rest.base
    old.update(from: front.base + kept, count: oldCount)
    front.reserve(newCount)
    var out = front.base + kept
    var least = Int.max
    var i = 0
    for j in 0..<newCount {
      while i < oldCount, old[i].path < new[j].path {
        if old[i].work < least {
          out.pointee = old[i]
          out += 1
        }
        i += 1
      }
      out.pointee = new[j]
      out += 1
      least = new[j].work
    }
    while i < oldCount, old[i].work >= least { i += 1 }
    out.update(from: old + i, count: oldCount - i)
    front.end(at: out + (oldCount - i))
  }
}
