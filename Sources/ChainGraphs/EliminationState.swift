import JacobianChain

/// A graph while its vertices are eliminated: rows of bits, all in one block of
/// memory that is copied at once. Where arcs are patterns, a matrix of their
/// numbers lies beside them.
///
/// For graphs of some hundred vertices; takes O(n²) bits, with patterns O(n²)
/// bytes. Larger ones take `SparseEliminationState`.
package final class EliminationState {
  let count: Int
  private let words: Int
  private let sizes: [Int]
  private let areScalars: Bool
  private let algebra: ArcAlgebra
  private let isUniform: Bool
  private let useful: (heads: [UInt64], tails: [UInt64])?
  private let block: UnsafeMutableRawPointer
  private let bytes: Int
  /// Bits of the tails of arcs into a vertex, and of the heads of those out.
  private let tails: UnsafeMutablePointer<UInt64>
  private let heads: UnsafeMutablePointer<UInt64>
  /// The same of units alone; nil without units, and where arcs are patterns.
  private let unitTails: UnsafeMutablePointer<UInt64>?
  private let unitHeads: UnsafeMutablePointer<UInt64>?
  /// The arc from row to column, 0 for none; nil where the algebra is uniform.
  private let cells: UnsafeMutablePointer<Int16>?

  /// Nothing eliminated.
  package init(_ graph: EliminationGraph) {
    let count = graph.count
    let words = (count + 63) / 64
    (self.count, self.words) = (count, words)
    sizes = graph.sizes
    areScalars = graph.sizes.allSatisfy { $0 == 1 }
    algebra = graph.algebra
    isUniform = algebra.isUniform
    useful = graph.useful.map { useful in
      (
        Self.rows(count) { useful[$0 * count + $1] },
        Self.rows(count) { useful[$1 * count + $0] }
      )
    }
    let hasUnits =
      isUniform
      && graph.successors.joined().contains { $0.kind == ArcAlgebra.unit }
    let rows = count * words
    let bits = (hasUnits ? 4 : 2) * rows * 8
    bytes = bits + (isUniform ? 0 : count * count * 2)
    block = .allocate(byteCount: max(bytes, 8), alignment: 16)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    tails = block.bindMemory(
      to: UInt64.self, capacity: (hasUnits ? 4 : 2) * rows)
    heads = tails + rows
    unitTails = hasUnits ? heads + rows : nil
    unitHeads = hasUnits ? heads + 2 * rows : nil
    cells =
      isUniform
      ? nil
      : (block + bits).bindMemory(to: Int16.self, capacity: count * count)
    for (tail, arcs) in graph.successors.enumerated() {
      for arc in arcs {
        let (out, into) = (
          tail * words + arc.vertex / 64, arc.vertex * words + tail / 64
        )
        heads[out] |= Self.bit(arc.vertex)
        tails[into] |= Self.bit(tail)
        cells?[tail * count + arc.vertex] = arc.kind
        if isUniform, arc.kind == ArcAlgebra.unit {
          unitHeads![out] |= Self.bit(arc.vertex)
          unitTails![into] |= Self.bit(tail)
        }
      }
    }
  }

  deinit { block.deallocate() }

  private static func bit(_ vertex: Int) -> UInt64 {
    1 << UInt64(truncatingIfNeeded: vertex & 63)
  }

  /// A square matrix as rows of bits.
  private static func rows(
    _ count: Int, _ isSet: (Int, Int) -> Bool
  ) -> [UInt64] {
    let words = (count + 63) / 64
    var rows = [UInt64](repeating: 0, count: count * words)
    for row in 0..<count {
      for column in 0..<count where isSet(row, column) {
        rows[row * words + column / 64] |= bit(column)
      }
    }
    return rows
  }

  /// Takes over another state of the same graph.
  @inline(__always)
  package func copy(_ other: EliminationState) {
    block.copyMemory(from: other.block, byteCount: bytes)
  }

  /// Calls `body` with each vertex of a row of bits, ascending.
  @inline(__always)
  private func forEach(
    _ bits: UnsafeMutablePointer<UInt64>, _ body: (Int) -> Void
  ) {
    for word in 0..<words {
      var rest = bits[word]
      while rest != 0 {
        body(word * 64 + rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
  }

  /// The arc between two vertices; 0 for none.
  package func arc(_ tail: Int, _ head: Int) -> Int16 {
    if let cells { return cells[tail * count + head] }
    let place = tail * words + head / 64
    guard heads[place] & Self.bit(head) != 0 else { return ArcAlgebra.none }
    return (unitHeads?[place] ?? 0) & Self.bit(head) != 0
      ? ArcAlgebra.unit : ArcAlgebra.dense
  }

  /// The tails of the arcs that enter a vertex.
  package func predecessors(_ vertex: Int) -> [Int] {
    vertices(tails + vertex * words)
  }

  /// The heads of the arcs that leave a vertex.
  package func successors(_ vertex: Int) -> [Int] {
    vertices(heads + vertex * words)
  }

  private func vertices(_ bits: UnsafeMutablePointer<UInt64>) -> [Int] {
    var vertices: [Int] = []
    forEach(bits) { vertices.append($0) }
    return vertices
  }

  /// fma of eliminating a vertex now.
  @inline(__always)
  package func cost(_ vertex: Int) -> Int {
    if !isUniform { return patternCost(vertex) }
    if useful != nil { return partialCost(vertex) }
    let columns = weight(tails, unitTails, vertex)
    return columns == 0
      ? 0 : sizes[vertex] &* columns &* weight(heads, unitHeads, vertex)
  }

  /// The components at the other ends of a vertex' dense arcs on one side.
  @inline(__always)
  private func weight(
    _ bits: UnsafeMutablePointer<UInt64>,
    _ units: UnsafeMutablePointer<UInt64>?, _ vertex: Int
  ) -> Int {
    var sum = 0
    for word in vertex * words..<(vertex + 1) * words {
      var rest = bits[word]
      if let units { rest &= ~units[word] }
      if areScalars {
        sum &+= rest.nonzeroBitCount
        continue
      }
      let first = (word - vertex * words) * 64
      while rest != 0 {
        sum &+= sizes[first + rest.trailingZeroBitCount]
        rest &= rest &- 1
      }
    }
    return sum
  }

  private func patternCost(_ vertex: Int) -> Int {
    var cost = 0
    forEach(tails + vertex * words) { tail in
      let inner = cells![tail * count + vertex]
      forEach(heads + vertex * words) { head in
        if isUseful(tail, head) {
          cost &+= algebra.price(cells![vertex * count + head], inner)
        }
      }
    }
    return cost
  }

  /// The same of dense arcs and units where not every pair is useful.
  private func partialCost(_ vertex: Int) -> Int {
    var cost = 0
    forEach(tails + vertex * words) { tail in
      guard arc(tail, vertex) == ArcAlgebra.dense else { return }
      forEach(heads + vertex * words) { head in
        if isUseful(tail, head), arc(vertex, head) == ArcAlgebra.dense {
          cost += sizes[tail] * sizes[vertex] * sizes[head]
        }
      }
    }
    return cost
  }

  private func isUseful(_ tail: Int, _ head: Int) -> Bool {
    useful.map {
      $0.heads[tail * words + head / 64] & Self.bit(head) != 0
    } ?? true
  }

  /// Eliminates a vertex: every pair of an arc in and an arc out makes an arc,
  /// which is added to what is there.
  ///
  /// - Returns: fma of the products.
  @inline(__always)
  @discardableResult
  package func eliminate(_ vertex: Int) -> Int {
    let cost = cost(vertex)
    if cells != nil { fillCells(vertex) }
    forEach(tails + vertex * words) {
      link($0, through: vertex, heads, unitHeads, unitTails, useful?.heads)
    }
    forEach(heads + vertex * words) {
      link($0, through: vertex, tails, unitTails, unitHeads, useful?.tails)
    }
    for word in vertex * words..<(vertex + 1) * words {
      (tails[word], heads[word]) = (0, 0)
      unitTails?[word] = 0
      unitHeads?[word] = 0
    }
    return cost
  }

  /// Gives a neighbour of a vertex that goes the arcs on the other side of it.
  ///
  /// - Parameters:
  ///   - bits: rows of that side, and of its units.
  ///   - opposite: rows of the neighbour's side: whether its arc is a unit.
  @inline(__always)
  private func link(
    _ neighbour: Int, through vertex: Int,
    _ bits: UnsafeMutablePointer<UInt64>,
    _ units: UnsafeMutablePointer<UInt64>?,
    _ opposite: UnsafeMutablePointer<UInt64>?, _ useful: [UInt64]?
  ) {
    let (own, gone) = (neighbour * words, vertex * words)
    let isUnit =
      opposite.map {
        $0[gone + neighbour / 64] & Self.bit(neighbour) != 0
      } ?? false
    for word in 0..<words {
      var fill = bits[gone + word]
      if let useful { fill &= useful[own + word] }
      if let units {
        // Two units in series are one; two side by side are not.
        let made = isUnit ? units[gone + word] & fill & ~bits[own + word] : 0
        units[own + word] = units[own + word] & ~fill | made
      }
      bits[own + word] |= fill
    }
    bits[own + vertex / 64] &= ~Self.bit(vertex)
    units?[own + vertex / 64] &= ~Self.bit(vertex)
  }

  private func fillCells(_ vertex: Int) {
    let cells = cells!
    let row = cells + vertex * count
    forEach(tails + vertex * words) { tail in
      let arcs = cells + tail * count
      let inner = arcs[vertex]
      forEach(heads + vertex * words) { head in
        guard isUseful(tail, head) else { return }
        let fill = algebra.product(row[head], inner)
        let old = arcs[head]
        arcs[head] = old == 0 ? fill : algebra.sum(old, fill)
      }
      arcs[vertex] = 0
    }
    forEach(heads + vertex * words) { row[$0] = 0 }
  }
}
