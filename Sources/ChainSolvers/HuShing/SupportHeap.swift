/// Arcs by decreasing support, in heaps that can be merged: pairing heaps in
/// flat arrays (Fredman, Sedgewick, Sleator & Tarjan 1986,
/// doi:10.1007/BF01840439). A heap is the id of its root, −1 for an empty one.
struct SupportHeap<Price: FixedWidthInteger> {
  private struct Node {
    var numerator: Price
    var denominator: Price
    var firstChild: Int32 = -1
    var sibling: Int32 = -1
  }

  private var nodes: [Node] = []
  private var pairs: [Int32] = []

  mutating func reserveCapacity(_ count: Int) { nodes.reserveCapacity(count) }

  /// Adds a heap of one node; its id is the number of nodes before.
  mutating func append(_ numerator: Price, _ denominator: Price) {
    nodes.append(Node(numerator: numerator, denominator: denominator))
  }

  func numerator(_ id: Int32) -> Price { nodes[Int(id)].numerator }

  func denominator(_ id: Int32) -> Price { nodes[Int(id)].denominator }

  /// Whether numerator ÷ denominator ≤ the support of node `id`, exactly.
  func isAtMost(
    _ numerator: Price, _ denominator: Price, _ id: Int32
  ) -> Bool {
    let node = nodes[Int(id)]
    let left = numerator.multipliedFullWidth(by: node.denominator)
    let right = node.numerator.multipliedFullWidth(by: denominator)
    return (left.high, left.low) <= (right.high, right.low)
  }

  /// Merges two heaps.
  mutating func meld(_ a: Int32, _ b: Int32) -> Int32 {
    if a < 0 { return b }
    if b < 0 { return a }
    let node = nodes[Int(a)]
    let (top, under) =
      isAtMost(node.numerator, node.denominator, b) ? (b, a) : (a, b)
    nodes[Int(under)].sibling = nodes[Int(top)].firstChild
    nodes[Int(top)].firstChild = under
    return top
  }

  /// The heap without its root, by merging the children in pairs.
  mutating func removingTop(_ top: Int32) -> Int32 {
    var child = nodes[Int(top)].firstChild
    nodes[Int(top)].firstChild = -1
    pairs.removeAll(keepingCapacity: true)
    while child >= 0 {
      let second = nodes[Int(child)].sibling
      let rest = second < 0 ? -1 : nodes[Int(second)].sibling
      nodes[Int(child)].sibling = -1
      if second >= 0 { nodes[Int(second)].sibling = -1 }
      pairs.append(meld(child, second))
      child = rest
    }
    var result: Int32 = -1
    while let pair = pairs.popLast() { result = meld(result, pair) }
    return result
  }

  /// Visits every node of a heap; iterative.
  func forEach(from root: Int32, _ body: (Int32) -> Void) {
    guard root >= 0 else { return }
    var pending = [root]
    while let id = pending.popLast() {
      body(id)
      let node = nodes[Int(id)]
      if node.firstChild >= 0 { pending.append(node.firstChild) }
      if node.sibling >= 0 { pending.append(node.sibling) }
    }
  }
}
