/// The optimal partition of a convex polygon into triangles, where a triangle
/// costs the product of its three corners' weights.
///
/// Vertices are turned so that vertex 0 is a lightest one; positions below are
/// turned ones, and position N is vertex 0 again.
struct PolygonPartition<Price: FixedWidthInteger> {
  /// A potential arc of the optimal partition, between two vertices such that
  /// no vertex between them is lighter than either.
  struct Arc {
    let start: Int32
    let end: Int32
    /// The lighter of the two ends: the region below the arc is a fan from it.
    let light: Int32
    /// Product of the ends' weights.
    let product: Price
    /// Sum of the products along the sides below the arc, minus `product`.
    let base: Price
    /// Support = numerator ÷ denominator: the price of the region between this
    /// arc and its ceiling per unit of the vertex weight that would instead
    /// fan over it. A region is kept iff its support is below that weight.
    var numerator: Price = 0
    var denominator: Price = 0
  }

  private let weights: [Price]
  /// Original index of position 0.
  private let turn: Int
  /// Sums of the products of neighbouring weights up to each position.
  private let sides: [Price]
  private(set) var arcs: [Arc] = []
  private var heap: SupportHeap<Price>
  /// The innermost arc kept so far at each vertex, and the one under it.
  private var topArc: [Int32]
  private var belowAtStart: [Int32] = []
  private var belowAtEnd: [Int32] = []
  /// Arcs that stand or fall together with another one: list per arc.
  private var condensedHead: [Int32] = []
  private var condensedNext: [Int32] = []
  private var kept: Int32 = -1

  /// The price of the optimal partition; after `choose()`.
  private(set) var price: Price = 0

  /// Prepares a polygon with N ≥ 2 vertices.
  init(weights original: [Price]) {
    let count = original.count
    var lightest = 0
    for index in 1..<count where original[index] < original[lightest] {
      lightest = index
    }
    turn = lightest
    weights =
      Array(original[lightest...]) + original[..<lightest]
      + [original[lightest]]
    var sum: Price = 0
    var sides = [sum]
    sides.reserveCapacity(count + 1)
    for position in 1...count {
      sum &+= weights[position - 1] &* weights[position]
      sides.append(sum)
    }
    self.sides = sides
    topArc = [Int32](repeating: -1, count: count + 1)
    heap = SupportHeap()
  }

  private var count: Int { weights.count - 1 }
}

extension PolygonPartition {
  /// Finds the potential arcs in one sweep, children before parents, and
  /// decides as they come which of them are taken.
  mutating func choose() {
    guard count > 2 else { return }
    let capacity = count
    arcs.reserveCapacity(capacity)
    heap.reserveCapacity(capacity)
    belowAtStart.reserveCapacity(capacity)
    belowAtEnd.reserveCapacity(capacity)
    condensedHead.reserveCapacity(capacity)
    condensedNext.reserveCapacity(capacity)
    var stack: [Int32] = []
    stack.reserveCapacity(count + 1)
    // Finished arcs that no larger arc has enclosed yet: id and heap.
    var open: [(arc: Int32, heap: Int32)] = []
    open.reserveCapacity(capacity)
    for position in 0..<Int32(count) {
      while stack.count >= 2,
        weights[Int(stack[stack.count - 1])] > weights[Int(position)]
      {
        let start = stack[stack.count - 2]
        stack.removeLast()
        if start != 0 { decide(start, position, &open) }
      }
      stack.append(position)
    }
    decide(0, Int32(count), &open)
    kept = open[0].heap
    sumPrices()
  }

  private mutating func decide(
    _ start: Int32, _ end: Int32, _ open: inout [(arc: Int32, heap: Int32)]
  ) {
    let (u, v) = (Int(start), Int(end))
    let id = arcs.count
    let product = weights[u] &* weights[v]
    var arc = Arc(
      start: start, end: end, light: weights[u] < weights[v] ? start : end,
      product: product, base: sides[v] &- sides[u] &- product)
    arc.denominator = arc.base
    var below: Int32 = -1
    while let child = open.last, arcs[Int(child.arc)].start >= start {
      open.removeLast()
      arc.denominator &-= arcs[Int(child.arc)].base
      below = heap.meld(below, child.heap)
    }
    let lightWeight = weights[Int(arc.light)]
    func fan() -> Price {
      lightWeight &* (arc.denominator &+ arc.product &- adjacent(to: arc))
    }
    arc.numerator = fan()
    // A region dearer than fanning over it from this arc's light end goes.
    while below >= 0,
      heap.numerator(below) >= lightWeight &* heap.denominator(below)
    {
      arc.denominator &+= heap.denominator(below)
      below = drop(below)
      arc.numerator = fan()
    }
    // A region that outlives this one can't be taken alone: they condense.
    condensedHead.append(-1)
    condensedNext.append(-1)
    while below >= 0,
      heap.isAtMost(arc.numerator, arc.denominator, below)
    {
      arc.denominator &+= heap.denominator(below)
      arc.numerator &+= heap.numerator(below)
      condensedNext[Int(below)] = condensedHead[id]
      condensedHead[id] = below
      below = drop(below)
    }
    arcs.append(arc)
    heap.append(arc.numerator, arc.denominator)
    belowAtStart.append(topArc[u])
    belowAtEnd.append(topArc[v])
    topArc[u] = Int32(id)
    topArc[v] = Int32(id)
    open.append((Int32(id), heap.meld(below, Int32(id))))
  }

  /// Takes the arc of greatest support out of its heap and off its vertices.
  private mutating func drop(_ top: Int32) -> Int32 {
    topArc[Int(arcs[Int(top)].start)] = belowAtStart[Int(top)]
    topArc[Int(arcs[Int(top)].end)] = belowAtEnd[Int(top)]
    return heap.removingTop(top)
  }

  /// The products of the light end with its neighbours along the region's
  /// border: sides that a fan from it doesn't have to cross.
  private func adjacent(to arc: Arc) -> Price {
    if arc.start == 0, Int(arc.end) == count {
      return weights[0] &* weights[1] &+ weights[0] &* weights[count - 1]
    }
    let light = Int(arc.light)
    let top = topArc[light]
    if top >= 0, arcs[Int(top)].start >= arc.start,
      arcs[Int(top)].end <= arc.end
    {
      return arcs[Int(top)].product
    }
    return weights[light]
      &* weights[arc.light == arc.start ? light + 1 : light - 1]
  }

  private mutating func sumPrices() {
    heap.forEach(from: kept) { price &+= heap.numerator($0) }
  }
}

extension PolygonPartition {
  /// For each interface j of the chain, how many spans `i..<j` of two or more
  /// factors the partition has: all that is needed to write the bracketing.
  ///
  /// - Complexity: O(N).
  func spansEnding() -> [Int32] {
    var counts = [Int32](repeating: 0, count: count)
    // The whole chain is a span, but a side of the polygon.
    if count > 2 { counts[count - 1] = 1 }
    func original(_ position: Int) -> Int {
      let index = position + turn
      return index < count ? index : (index < 2 * count ? index - count : turn)
    }
    func add(_ a: Int, _ b: Int) {
      counts[max(original(a), original(b))] += 1
    }
    var next = Array(1...count) + [count]
    for id in takenArcs() {
      let arc = arcs[id]
      let (start, end, light) = (Int(arc.start), Int(arc.end), Int(arc.light))
      let isWhole = start == 0 && end == count
      // Border vertices strictly between the ends of the region.
      var position = next[start]
      while position != end {
        let after = next[position]
        let touches =
          isWhole
          ? position == next[start] || after == end
          : (light == start ? position == next[start] : after == end)
        if !touches { add(isWhole ? 0 : light, position) }
        position = after
      }
      if !isWhole { add(start, end) }
      next[start] = end
    }
    return counts
  }

  /// The arcs that are taken, children before parents.
  private func takenArcs() -> [Int] {
    guard count > 2 else { return [] }
    var isTaken = [Bool](repeating: false, count: arcs.count)
    var pending: [Int32] = []
    heap.forEach(from: kept) { pending.append($0) }
    while let arc = pending.popLast() {
      isTaken[Int(arc)] = true
      var member = condensedHead[Int(arc)]
      while member >= 0 {
        pending.append(member)
        member = condensedNext[Int(member)]
      }
    }
    return isTaken.indices.filter { isTaken[$0] }
  }
}
