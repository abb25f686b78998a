/// A binary heap: the least element first.
///
/// Inlinable, as the searches of several rooms live in it.
package struct Heap<Element: Comparable> {
  @usableFromInline var elements: [Element] = []

  /// Creates an empty heap.
  @inlinable package init() {}

  /// Whether nothing is in it.
  @inlinable package var isEmpty: Bool { elements.isEmpty }
  /// The least element.
  @inlinable package var first: Element? { elements.first }

  /// - Complexity: O(log n).
  @inlinable package mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the least element out; nil when there is none.
  ///
  /// - Complexity: O(log n).
  @inlinable package mutating func popFirst() -> Element? {
    guard let first = elements.first else { return nil }
    elements.swapAt(0, elements.count - 1)
    elements.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < elements.count && elements[child] < elements[least] {
        least = child
      }
      if least == parent { return first }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}
