/// The ways to make one span that no other way beats in both fma and tape.
struct TapeFront {
  /// One way: what it costs, and how it came about.
  struct Point {
    let fma: Int
    let tape: UInt
    /// What it weighs above the least weight of its span.
    let slack: Int
    /// The number of its option, and the points of the operands' fronts.
    let option: Int32
    let first: Int32
    let second: Int32
  }

  /// By rising fma and falling tape.
  private(set) var points: [Point] = []
  /// How many points more make it worth while to look for beaten ones.
  private var room = 4096

  /// Adds a way; beaten ones go later.
  mutating func append(_ point: Point) {
    points.append(point)
    if points.count >= room {
      reduce()
      room = 2 * points.count + 4096
    }
  }

  /// Keeps the points that none beats, the earlier of equals.
  ///
  /// - Complexity: O(n log n).
  mutating func reduce() {
    let order = points.indices.sorted {
      let (a, b) = (points[$0], points[$1])
      return (a.fma, a.tape, $0) < (b.fma, b.tape, $1)
    }
    var kept: [Point] = []
    for id in order where kept.last.map({ points[id].tape < $0.tape }) ?? true {
      kept.append(points[id])
    }
    points = kept
  }
}
