import JacobianChain

/// The rows of a sparse operand, multiples of which are added to sums over its
/// columns.
struct RowSums: Sendable {
  private let pattern: SparsePattern
  /// Where its runs are long enough for loops over them to pay.
  private let runs: NeighbourRuns?
  private let loops: Loops

  init(_ pattern: SparsePattern, by loops: Loops) {
    let runs = NeighbourRuns(pattern)
    (self.pattern, self.loops) = (pattern, loops)
    self.runs = runs.areLong ? runs : nil
  }

  /// The same for the time of a product, without checks or counts of
  /// references.
  struct Rows {
    fileprivate let starts: UnsafePointer<Int>
    fileprivate let columns: UnsafePointer<Int>
    fileprivate let runs: NeighbourRuns.Listed?
    fileprivate let loops: Loops

    /// Adds a multiple of one row, and returns how many entries that has.
    @inline(__always)
    func add(
      _ factor: Double, _ row: Int, of values: Loops.Output,
      to sum: Loops.Output
    ) -> Int {
      let entries = starts[row]..<starts[row + 1]
      if let runs {
        for index in runs.ofRow(row) {
          let run = runs[index]
          loops.add(
            run.count, factor, values + run.entry, to: sum + run.column)
        }
      } else {
        add(factor, entries, of: values, to: sum)
      }
      return entries.count
    }

    /// The same for a row whose entries in a panel are left out.
    @inline(__always)
    func add(
      _ factor: Double, _ row: Int, outside panel: DensePanel,
      of values: Loops.Output, to sum: Loops.Output
    ) -> Int {
      let (start, end) = (starts[row], starts[row + 1])
      let first = start + panel.offset
      let last = first + panel.columns.count
      add(factor, start..<first, of: values, to: sum)
      add(factor, last..<end, of: values, to: sum)
      return end - start - panel.columns.count
    }

    /// The same for a row of ones.
    @inline(__always)
    func add(_ value: Double, toColumnsOf row: Int, in sum: Loops.Output) {
      for t in starts[row]..<starts[row + 1] { sum[columns[t]] += value }
    }

    @inline(__always)
    private func add(
      _ factor: Double, _ entries: Range<Int>, of values: Loops.Output,
      to sum: Loops.Output
    ) {
      for t in entries { sum[columns[t]] += factor * values[t] }
    }
  }

  @inline(__always)
  func withRows(_ body: (Rows) -> Int) -> Int {
    pattern.withIndices { starts, columns in
      guard let runs else {
        return body(
          Rows(starts: starts, columns: columns, runs: nil, loops: loops))
      }
      return runs.withListed {
        body(Rows(starts: starts, columns: columns, runs: $0, loops: loops))
      }
    }
  }
}
