import JacobianChain

/// A set of indices that tells the rank of an index in O(log runs): where a
/// chosen row or column lies in the dense core of a submatrix.
struct RankedRuns {
  /// The runs, ascending and disjoint.
  let runs: [Range<Int>]
  /// The rank of the first index of each run.
  private let starts: [Int]
  /// How many indices there are.
  let count: Int

  /// All of `0..<count`.
  init(all count: Int) {
    runs = [0..<count]
    starts = [0]
    self.count = count
  }

  init(_ indices: IndexRuns) {
    runs = indices.runs
    var next = 0
    starts = runs.map { run in
      defer { next += run.count }
      return next
    }
    count = next
  }

  /// The first run that ends above `index`.
  @inline(__always)
  private func position(of index: Int) -> Int {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].upperBound <= index {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// How many indices come before `index`; nil when it isn't in the set.
  @inline(__always)
  func rank(of index: Int) -> Int? {
    let position = position(of: index)
    guard position < runs.count, runs[position].lowerBound <= index else {
      return nil
    }
    return starts[position] + index - runs[position].lowerBound
  }

  /// Calls `body(first, rank of first, length)` for each part of a run that
  /// lies inside `range`, ascending.
  @inline(__always)
  func forEachPiece(in range: Range<Int>, _ body: (Int, Int, Int) -> Void) {
    var position = position(of: range.lowerBound)
    while position < runs.count, runs[position].lowerBound < range.upperBound {
      let run = runs[position]
      let first = max(run.lowerBound, range.lowerBound)
      let end = min(run.upperBound, range.upperBound)
      if first < end {
        body(first, starts[position] + first - run.lowerBound, end - first)
      }
      position += 1
    }
  }

  /// Calls `body(index, rank)` for each index, ascending.
  @inline(__always)
  func forEach(_ body: (Int, Int) -> Void) {
    var rank = 0
    for run in runs {
      for index in run {
        body(index, rank)
        rank += 1
      }
    }
  }
}

/// A dense matrix or submatrix as what a kernel needs of it: the chosen rows
/// and columns and their dense core, row by row.
struct Core {
  let rows: RankedRuns
  let columns: RankedRuns
  let base: UnsafeMutablePointer<Double>

  /// Doubles from one row of the core to the next.
  var stride: Int { columns.count }

  /// - Precondition: the matrix is dense or a submatrix.
  init(_ matrix: Matrix) {
    if case .submatrix(let rows, let columns) = matrix.pattern.structure {
      self.rows = RankedRuns(rows)
      self.columns = RankedRuns(columns)
    } else {
      rows = RankedRuns(all: matrix.rows)
      columns = RankedRuns(all: matrix.columns)
    }
    base = matrix.base
  }
}
