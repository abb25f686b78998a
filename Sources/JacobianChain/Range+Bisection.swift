extension Range<Int> {
  /// The first index at which a condition holds, that holds at all later ones,
  /// too; the upper bound where it holds at none.
  ///
  /// - Complexity: O(log count).
  @inlinable @inline(__always)
  package func firstIndex(bisecting holds: (Int) -> Bool) -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
