/// A vertex in the queue of those that may be eliminated next: the cheapest
/// first, of equal ones the one listed first.
package struct PricedVertex<Price: Comparable>: Comparable {
  package var price: Price
  package var vertex: Int

  @inlinable package init(price: Price, vertex: Int) {
    (self.price, self.vertex) = (price, vertex)
  }

  @inlinable package static func < (a: Self, b: Self) -> Bool {
    (a.price, a.vertex) < (b.price, b.vertex)
  }
}
