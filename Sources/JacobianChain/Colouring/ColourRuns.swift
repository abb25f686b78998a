/// The colours that the columns of one row have, as runs: first-fit leaves few
/// gaps, so that a long row has few of them.
struct ColourRuns {
  /// Ascending; no two touch.
  private var runs: [Range<Int32>] = []

  /// How many runs there are.
  var count: Int { runs.count }

  /// The steps of a search among them.
  var depth: Int { Int.bitWidth - runs.count.leadingZeroBitCount }

  /// Adds a colour.
  ///
  /// - Precondition: it isn't there.
  /// - Complexity: O(runs), most of it the moving of memory.
  mutating func insert(_ colour: Int32) {
    let position = firstRun(endingAfter: colour)
    let followsOne = position > 0 && runs[position - 1].upperBound == colour
    let precedesOne =
      position < runs.count && runs[position].lowerBound == colour + 1
    switch (followsOne, precedesOne) {
    case (false, false): runs.insert(colour..<colour + 1, at: position)
    case (true, false):
      runs[position - 1] = runs[position - 1].lowerBound..<colour + 1
    case (false, true):
      runs[position] = colour..<runs[position].upperBound
    case (true, true):
      runs[position - 1] =
        runs[position - 1].lowerBound..<runs[position].upperBound
      runs.remove(at: position)
    }
  }

  /// The first colour from `colour` on that isn't there.
  ///
  /// - Complexity: O(log runs).
  func firstFree(from colour: Int32) -> Int32 {
    let position = firstRun(endingAfter: colour)
    guard position < runs.count, runs[position].lowerBound <= colour else {
      return colour
    }
    return runs[position].upperBound
  }

  /// Calls `body` with each colour from `first` on, ascending.
  func forEach(from first: Int32, _ body: (Int32) -> Void) {
    for run in runs[firstRun(endingAfter: first)...] {
      for colour in max(run.lowerBound, first)..<run.upperBound { body(colour) }
    }
  }

  private func firstRun(endingAfter colour: Int32) -> Int {
    runs.indices.firstIndex(bisecting: { runs[$0].upperBound > colour })
  }
}
