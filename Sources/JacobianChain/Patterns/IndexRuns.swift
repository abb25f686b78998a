/// A set of indices, kept as sorted, disjoint, non-adjacent half-open runs.
///
/// "All of a million columns" is one run, so a pattern with large full parts
/// stays small in memory.
public struct IndexRuns: Hashable, Sendable {
  /// The runs, ascending; no two touch.
  @usableFromInline package private(set) var runs: [Range<Int>]
  /// How many indices of the set come before each run: ranks need no walk.
  @usableFromInline var ranks: [Int]

  /// The empty set.
  package init() { (runs, ranks) = ([], []) }

  /// All indices of one range.
  package init(_ range: Range<Int>) {
    self.init()
    append(range)
  }

  /// The set of the given indices, in any order, repetitions allowed.
  ///
  /// - Complexity: O(n log n), O(n) when they come sorted.
  package init(_ indices: some Sequence<Int>) {
    var values = Array(indices)
    if !zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) {
      values.sort()
    }
    self.init()
    for value in values { append(value..<value + 1) }
  }

  /// Adds a run that begins at or after the start of the last one.
  package mutating func append(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    if let last = runs.last, range.lowerBound <= last.upperBound {
      precondition(range.lowerBound >= last.lowerBound)
      runs[runs.count - 1] =
        last.lowerBound..<max(last.upperBound, range.upperBound)
    } else {
      ranks.append(count)
      runs.append(range)
    }
  }

  /// How many indices are in the set.
  @inlinable
  public var count: Int {
    guard let last = runs.last else { return 0 }
    return ranks[ranks.count - 1] + last.count
  }

  /// Whether no index is in the set.
  package var isEmpty: Bool { runs.isEmpty }

  /// Whether the set is all of `0..<count`.
  package func isAll(of count: Int) -> Bool {
    runs.count == 1 && runs[0] == 0..<count
  }

  /// The indices, ascending.
  public var indices: [Int] { runs.flatMap { Array($0) } }

  /// Whether `index` is in the set.
  ///
  /// - Complexity: O(log runs).
  package func contains(_ index: Int) -> Bool { rank(of: index) != nil }

  /// Whether all of some ascending indices are in the set.
  ///
  /// - Complexity: O(log runs) where they lie in one run, otherwise
  ///   O(indices · log runs).
  func contains(ascending indices: some BidirectionalCollection<Int>) -> Bool {
    guard let first = indices.first, let last = indices.last else {
      return true
    }
    guard let low = rank(of: first), let high = rank(of: last) else {
      return false
    }
    return high - low == last - first || indices.allSatisfy(contains)
  }

  /// The first run that ends after `index`.
  @inlinable
  func position(of index: Int) -> Int {
    runs.indices.firstIndex(bisecting: { runs[$0].upperBound > index })
  }

  /// How many indices of the set come before `index`; nil when it isn't in.
  ///
  /// - Complexity: O(log runs).
  @inlinable
  package func rank(of index: Int) -> Int? {
    let position = position(of: index)
    guard position < runs.count, runs[position].lowerBound <= index else {
      return nil
    }
    return ranks[position] + index - runs[position].lowerBound
  }

  /// Calls `body(first, rank of first, length)` for each part of a run that
  /// lies inside `range`, ascending.
  ///
  /// - Complexity: O(log runs + parts).
  @inlinable
  package func forEachPiece(
    in range: Range<Int>, _ body: (Int, Int, Int) -> Void
  ) {
    var position = position(of: range.lowerBound)
    while position < runs.count, runs[position].lowerBound < range.upperBound {
      let run = runs[position]
      let first = max(run.lowerBound, range.lowerBound)
      let end = min(run.upperBound, range.upperBound)
      if first < end {
        body(first, ranks[position] + first - run.lowerBound, end - first)
      }
      position += 1
    }
  }

  /// Calls `body(index, rank)` for each index, ascending.
  @inlinable
  package func forEach(_ body: (Int, Int) -> Void) {
    var rank = 0
    for run in runs {
      for index in run {
        body(index, rank)
        rank += 1
      }
    }
  }
}
