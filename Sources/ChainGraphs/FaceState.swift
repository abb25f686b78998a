import JacobianChain

/// A graph while its faces are eliminated: objects, each a sum of products
/// along paths between two vertices, and faces, the pairs of objects that are
/// still to be multiplied (Naumann 2004, doi:10.1007/s10107-003-0456-9).
///
/// Eliminating face (i, j) makes an object with the predecessors of i and the
/// successors of j. Objects between the same vertices with the same neighbours
/// are added, at once where neither can be applied as a function any more. An
/// object that is in no face goes, unless it is a part of a wanted block.
struct FaceState {
  /// A sum of products along paths.
  struct Object {
    var from: Int
    var to: Int
    /// Its pattern's number.
    var kind: Int16
    /// The factor that it is, as long as it is nothing else; −1 then.
    var factor: Int
    /// Nothing but a copy of a vertex.
    var isPassage: Bool
    /// Its paths, ascending, each a set of arcs.
    var paths: [UInt64]
    /// Objects before and behind it, by bits; `end` where it begins (ends) a
    /// wanted block.
    var before: UInt64
    var behind: UInt64
  }

  /// The objects by slot.
  private(set) var objects: [Object?]
  /// Factors whose entries are there, by bits.
  private(set) var accumulated: UInt64
  /// fma of the products at each vertex so far.
  private(set) var productsPaid: [Int]
  /// fma of each factor's applications so far.
  private(set) var applicationsPaid: [Int]

  private static let end: UInt64 = 1 << 63
  /// The most objects at a time, and arcs at all.
  static let limit = 60

  /// - Precondition: at most `limit` links and 64 factors.
  init(_ graph: FaceGraph) {
    objects = graph.links.enumerated().map { index, link in
      Object(
        from: link.from, to: link.to, kind: link.kind, factor: link.factor,
        isPassage: link.factor < 0, paths: [1 << UInt64(index)],
        before: graph.isInput[link.from] ? Self.end : 0,
        behind: graph.isOutput[link.to] ? Self.end : 0)
    }
    accumulated = 0
    productsPaid = [Int](repeating: 0, count: graph.sizes.count)
    applicationsPaid = [Int](
      repeating: 0, count: graph.problem.factors.count)
    for (index, factor) in graph.problem.factors.enumerated()
    where factor.isGiven {
      accumulated |= 1 << UInt64(index)
    }
    for (i, inner) in graph.links.enumerated() {
      for (j, outer) in graph.links.enumerated()
      where inner.to == outer.from && graph.isUseful(inner.from, outer.to) {
        objects[i]!.behind |= 1 << UInt64(j)
        objects[j]!.before |= 1 << UInt64(i)
      }
    }
  }

  /// Whether an object's entries are there.
  func isValue(_ object: Object) -> Bool {
    object.factor < 0 || accumulated >> UInt64(object.factor) & 1 == 1
  }

  /// Whether nothing is left to be multiplied.
  var isDone: Bool {
    objects.allSatisfy { $0.map { $0.behind & ~Self.end == 0 } ?? true }
  }

  /// The faces that are left, in the order of slots.
  var faces: [(inner: Int, outer: Int)] {
    var faces: [(inner: Int, outer: Int)] = []
    for (slot, object) in objects.enumerated() {
      guard let object else { continue }
      for other in Self.slots(object.behind) { faces.append((slot, other)) }
    }
    return faces
  }

  /// Pairs of objects that may be added.
  var twins: [(first: Int, second: Int)] {
    var twins: [(first: Int, second: Int)] = []
    for (i, first) in objects.enumerated() {
      guard let first else { continue }
      for (j, second) in objects.enumerated().dropFirst(i + 1) {
        guard let second, Self.areTwins(first, second) else { continue }
        twins.append((i, j))
      }
    }
    return twins
  }

  private static func areTwins(_ first: Object, _ second: Object) -> Bool {
    first.from == second.from && first.to == second.to
      && first.before == second.before && first.behind == second.behind
  }

  /// Objects that belong to a wanted block and are in no face.
  var results: [Int] {
    objects.indices.filter { slot in
      objects[slot].map {
        $0.before == Self.end && $0.behind == Self.end
      } ?? false
    }
  }

  /// Objects that follow each other, from where a wanted block begins to where
  /// it ends: what is left to be multiplied. Every path is in one of them.
  ///
  /// - Parameter isUseful: whether what leads from one vertex to another is a
  ///   part of a wanted block.
  func forEachChain(
    _ isUseful: (Int, Int) -> Bool, _ body: ([Int]) -> Void
  ) {
    var chain: [Int] = []
    func follow(_ slot: Int, from start: Int) {
      let object = objects[slot]!
      guard isUseful(start, object.to) else { return }
      chain.append(slot)
      if object.behind & Self.end != 0 { body(chain) }
      for next in Self.slots(object.behind) { follow(next, from: start) }
      chain.removeLast()
    }
    for (slot, object) in objects.enumerated() {
      guard let object, object.before & Self.end != 0 else { continue }
      follow(slot, from: object.from)
    }
  }

  /// Makes the entries of a factor.
  mutating func accumulate(_ factor: Int) {
    accumulated |= 1 << UInt64(factor)
  }

  /// For what something is paid.
  enum Place {
    case vertex(Int)
    case factor(Int)
  }

  /// Notes what a move costs beside entries.
  mutating func pay(_ fma: Int, at place: Place) {
    switch place {
    case .vertex(let vertex): productsPaid[vertex] += fma
    case .factor(let factor): applicationsPaid[factor] += fma
    }
  }

  /// Adds one object to another with the same neighbours.
  mutating func merge(_ first: Int, _ second: Int, kind: Int16) {
    let gone = objects[second]!
    objects[first]!.paths = (objects[first]!.paths + gone.paths).sorted()
    objects[first]!.kind = kind
    objects[first]!.factor = -1
    remove(second)
  }

  /// Whether one more object can be held.
  var hasRoom: Bool {
    objects.count < Self.limit || objects.contains { $0 == nil }
  }

  /// Multiplies an inner and an outer object into a new one.
  ///
  /// - Precondition: `hasRoom`.
  /// - Returns: its slot.
  mutating func eliminate(
    _ inner: Int, _ outer: Int, kind: Int16, _ isUseful: (Int, Int) -> Bool
  ) -> Int {
    let (i, j) = (objects[inner]!, objects[outer]!)
    let free = objects.firstIndex { $0 == nil } ?? objects.count
    var paths: [UInt64] = []
    for first in i.paths {
      for second in j.paths { paths.append(first | second) }
    }
    var made = Object(
      from: i.from, to: j.to, kind: kind,
      factor: i.isPassage ? j.factor : j.isPassage ? i.factor : -1,
      isPassage: i.isPassage && j.isPassage, paths: paths.sorted(),
      before: i.before & Self.end, behind: j.behind & Self.end)
    for other in Self.slots(i.before)
    where isUseful(objects[other]!.from, made.to) {
      made.before |= 1 << UInt64(other)
      objects[other]!.behind |= 1 << UInt64(free)
    }
    for other in Self.slots(j.behind)
    where isUseful(made.from, objects[other]!.to) {
      made.behind |= 1 << UInt64(other)
      objects[other]!.before |= 1 << UInt64(free)
    }
    if free == objects.count { objects.append(nil) }
    objects[free] = made
    objects[inner]!.behind &= ~(1 << UInt64(outer))
    objects[outer]!.before &= ~(1 << UInt64(inner))
    return free
  }

  /// Takes away what no wanted block needs any more.
  mutating func tidy() {
    while let slot = objects.indices.first(where: { slot in
      objects[slot].map { $0.before == 0 || $0.behind == 0 } ?? false
    }) {
      remove(slot)
    }
  }

  private mutating func remove(_ slot: Int) {
    let gone = objects[slot]!
    objects[slot] = nil
    for other in Self.slots(gone.before) {
      objects[other]!.behind &= ~(1 << UInt64(slot))
    }
    for other in Self.slots(gone.behind) {
      objects[other]!.before &= ~(1 << UInt64(slot))
    }
  }

  private static func slots(_ bits: UInt64) -> [Int] {
    var slots: [Int] = []
    var rest = bits & ~end
    while rest != 0 {
      slots.append(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    return slots
  }

  /// The same for states that differ in the order of slots only.
  var key: [UInt64] {
    let live = objects.indices.filter { objects[$0] != nil }.sorted {
      objects[$0]!.paths.lexicographicallyPrecedes(objects[$1]!.paths)
    }
    var place = [Int](repeating: 0, count: objects.count)
    for (index, slot) in live.enumerated() { place[slot] = index }
    var key = [accumulated]
    for slot in live {
      let object = objects[slot]!
      key.append(UInt64(object.paths.count))
      key += object.paths
      key.append(
        Self.slots(object.behind).reduce(object.behind & Self.end) {
          $0 | 1 << UInt64(place[$1])
        })
    }
    return key
  }
}
