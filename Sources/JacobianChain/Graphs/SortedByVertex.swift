/// What stands in a list by ascending vertices, each once.
protocol SortedByVertex {
  var vertex: Int32 { get }
}

extension Int32: SortedByVertex {
  var vertex: Int32 { self }
}

extension Array where Element: SortedByVertex {
  /// Where what belongs to a vertex stands, or would.
  ///
  /// - Complexity: O(log n).
  func place(of vertex: Int32) -> Int {
    indices.firstIndex(bisecting: { self[$0].vertex >= vertex })
  }

  /// The same by a walk from a place that is no later: for one vertex after the
  /// other.
  func place(of vertex: Int32, from first: Int) -> Int {
    var place = first
    while place < count, self[place].vertex < vertex { place += 1 }
    return place
  }

  /// Whether what belongs to a vertex is there.
  func holds(_ vertex: Int32, at place: Int) -> Bool {
    place < count && self[place].vertex == vertex
  }
}
