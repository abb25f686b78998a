import JacobianChain

/// A graph while its vertices are eliminated: a matrix of arcs with rows of
/// bits beside it, all in one block of memory that is copied at once.
///
/// For graphs of some hundred vertices; takes O(n²) bytes. Larger ones take
/// `SparseEliminationState`.
package final class EliminationState {
  let count: Int
  private let words: Int
  private let sizes: [Int]
  private let algebra: ArcAlgebra
  private let isUniform: Bool
  private let useful: [Bool]?
  private let block: UnsafeMutableRawPointer
  private let bytes: Int
  /// The arc from row to column; 0 for none.
  private let cells: UnsafeMutablePointer<Int16>
  /// Bits of the tails of arcs into a vertex, and of the heads of those out.
  private let tails: UnsafeMutablePointer<UInt64>
  private let heads: UnsafeMutablePointer<UInt64>
  private let tailList: UnsafeMutablePointer<Int32>
  private let headList: UnsafeMutablePointer<Int32>

  /// Nothing eliminated.
  package init(_ graph: EliminationGraph) {
    count = graph.count
    words = (count + 63) / 64
    sizes = graph.sizes
    algebra = graph.algebra
    isUniform = algebra.isUniform
    useful = graph.useful
    let bitBytes = count * words * 8
    bytes = 2 * bitBytes + count * count * 2
    block = .allocate(byteCount: max(bytes, 8), alignment: 16)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    tails = block.bindMemory(to: UInt64.self, capacity: count * words)
    heads = (block + bitBytes).bindMemory(
      to: UInt64.self, capacity: count * words)
    cells = (block + 2 * bitBytes).bindMemory(
      to: Int16.self, capacity: count * count)
    tailList = .allocate(capacity: count + 1)
    headList = .allocate(capacity: count + 1)
    for (tail, arcs) in graph.successors.enumerated() {
      for arc in arcs {
        cells[tail * count + arc.vertex] = arc.kind
        heads[tail * words + arc.vertex / 64] |= 1 << UInt64(arc.vertex % 64)
        tails[arc.vertex * words + tail / 64] |= 1 << UInt64(tail % 64)
      }
    }
  }

  deinit {
    block.deallocate()
    tailList.deallocate()
    headList.deallocate()
  }

  /// Takes over another state of the same graph.
  @inline(__always)
  package func copy(_ other: EliminationState) {
    block.copyMemory(from: other.block, byteCount: bytes)
  }

  @inline(__always)
  private func list(
    _ bits: UnsafeMutablePointer<UInt64>,
    into list: UnsafeMutablePointer<Int32>
  ) -> Int {
    var length = 0
    for word in 0..<words {
      var rest = bits[word]
      while rest != 0 {
        list[length] = Int32(word * 64 + rest.trailingZeroBitCount)
        length += 1
        rest &= rest &- 1
      }
    }
    return length
  }

  /// The arc between two vertices; 0 for none.
  package func arc(_ tail: Int, _ head: Int) -> Int16 {
    cells[tail * count + head]
  }

  /// The tails of the arcs that enter a vertex.
  package func predecessors(_ vertex: Int) -> [Int] {
    let length = list(tails + vertex * words, into: tailList)
    return (0..<length).map { Int(tailList[$0]) }
  }

  /// The heads of the arcs that leave a vertex.
  package func successors(_ vertex: Int) -> [Int] {
    let length = list(heads + vertex * words, into: headList)
    return (0..<length).map { Int(headList[$0]) }
  }

  /// fma of eliminating a vertex now.
  @inline(__always)
  package func cost(_ vertex: Int) -> Int {
    let inward = list(tails + vertex * words, into: tailList)
    let outward = list(heads + vertex * words, into: headList)
    return listedCost(vertex, inward, outward)
  }

  @inline(__always)
  private func listedCost(_ vertex: Int, _ inward: Int, _ outward: Int) -> Int {
    let row = cells + vertex * count
    if useful != nil { return partialCost(vertex, inward, outward) }
    if isUniform {
      var (columns, rows) = (0, 0)
      for index in 0..<inward {
        let tail = Int(tailList[index])
        if cells[tail * count + vertex] == ArcAlgebra.dense {
          columns &+= sizes[tail]
        }
      }
      for index in 0..<outward {
        let head = Int(headList[index])
        if row[head] == ArcAlgebra.dense { rows &+= sizes[head] }
      }
      return sizes[vertex] &* columns &* rows
    }
    var cost = 0
    for index in 0..<inward {
      let inner = cells[Int(tailList[index]) * count + vertex]
      for place in 0..<outward {
        cost &+= algebra.price(row[Int(headList[place])], inner)
      }
    }
    return cost
  }

  /// The same where not every pair is useful.
  private func partialCost(_ vertex: Int, _ inward: Int, _ outward: Int) -> Int
  {
    var cost = 0
    for index in 0..<inward {
      let tail = Int(tailList[index])
      let inner = cells[tail * count + vertex]
      for place in 0..<outward {
        let head = Int(headList[place])
        guard useful![tail * count + head] else { continue }
        let price = algebra.price(cells[vertex * count + head], inner)
        cost +=
          isUniform ? price * sizes[tail] * sizes[vertex] * sizes[head] : price
      }
    }
    return cost
  }

  /// Eliminates a vertex: every pair of an arc in and an arc out makes an arc,
  /// which is added to what is there.
  ///
  /// - Returns: fma of the products.
  @inline(__always)
  @discardableResult
  package func eliminate(_ vertex: Int) -> Int {
    let inward = list(tails + vertex * words, into: tailList)
    let outward = list(heads + vertex * words, into: headList)
    let cost = listedCost(vertex, inward, outward)
    let row = cells + vertex * count
    for index in 0..<inward {
      let tail = Int(tailList[index])
      let arcs = cells + tail * count
      let inner = arcs[vertex]
      for place in 0..<outward {
        let head = Int(headList[place])
        if let useful, !useful[tail * count + head] { continue }
        let fill = algebra.product(row[head], inner)
        let old = arcs[head]
        arcs[head] = old == 0 ? fill : algebra.sum(old, fill)
      }
      arcs[vertex] = 0
      if useful != nil {
        link(tail, outward)
      } else {
        for word in 0..<words {
          heads[tail * words + word] |= heads[vertex * words + word]
        }
      }
      heads[tail * words + vertex / 64] &= ~(1 << UInt64(vertex % 64))
    }
    for place in 0..<outward {
      let head = Int(headList[place])
      if useful == nil {
        for word in 0..<words {
          tails[head * words + word] |= tails[vertex * words + word]
        }
      }
      tails[head * words + vertex / 64] &= ~(1 << UInt64(vertex % 64))
      row[head] = 0
    }
    for word in 0..<words {
      tails[vertex * words + word] = 0
      heads[vertex * words + word] = 0
    }
    return cost
  }

  /// Sets the bits of the arcs from a tail to the heads listed.
  private func link(_ tail: Int, _ outward: Int) {
    for place in 0..<outward {
      let head = Int(headList[place])
      guard useful![tail * count + head] else { continue }
      heads[tail * words + head / 64] |= 1 << UInt64(head % 64)
      tails[head * words + tail / 64] |= 1 << UInt64(tail % 64)
    }
  }
}
