import JacobianChain

extension Product {
  /// sparse · banded: along a diagonal the shared index and the column move
  /// together, so neighbouring entries of a row times a run of the diagonal
  /// add to neighbouring sums, as with rows that selections have taken out of
  /// bands.
  func sparseTimesBand(
    _ pattern: SparsePattern, _ lower: Int, _ upper: Int
  ) throws(ChainError) -> Kernel {
    let runs = NeighbourRuns(pattern)
    // Single entries meet the band row by row.
    guard runs.areAtLeast(2) else { return try general() }
    let layout = BandLayout(
      lower: lower, upper: upper, rows: inner.rows, columns: inner.columns)
    let (rows, width, sink) = (outer.rows, inner.columns, RowSink(result))
    let convolution = Convolution(layout, columns: width)
    let resultStarts: [Int]? =
      if case .sparse(let own) = result.structure { own.rowStarts } else { nil }
    return Kernel(scratch: width) { at in
      let sum = at.scratch
      sum.update(repeating: 0, count: width)
      var fma = 0
      for row in 0..<rows {
        let runs = runs.ofRow(row)
        if let resultStarts, runs.count == 1, let run = runs.first,
          convolution.suits(run)
        {
          fma += convolution.multiply(
            run, at, into: at.result + resultStarts[row])
          continue
        }
        for run in runs {
          for diagonal in layout.diagonals {
            let from = max(run.column, diagonal.firstRow)
            let to = min(run.column + run.count, diagonal.endRow)
            guard from < to else { continue }
            let x = at.outer + run.entry + from - run.column
            let y = at.inner + diagonal.start + from - diagonal.firstRow
            let out = sum + from + diagonal.offset
            for t in 0..<to - from { out[t] += x[t] * y[t] }
            fma += to - from
          }
        }
        sink.store(sum, row, at.result)
      }
      return fma
    }
  }
}

/// A run of neighbouring entries times a band that no edge cuts there: entry j
/// is Σ_s x_s · (diagonal j − s)_s, summed at once and stored where it stays.
private struct Convolution {
  private let lower: Int
  private let upper: Int
  private let columns: Int
  /// Where the entry of row 0 would be stored, diagonal by diagonal.
  private let offsets: [Int]

  init(_ layout: BandLayout, columns: Int) {
    (lower, upper) = (
      -layout.diagonals[0].offset, layout.diagonals.last!.offset
    )
    self.columns = columns
    offsets = layout.diagonals.map { $0.start - $0.firstRow }
  }

  func suits(_ run: NeighbourRuns.Run) -> Bool {
    run.count >= offsets.count && run.column >= lower
      && run.column + run.count + upper <= columns
  }

  /// Returns the fma performed.
  @inline(__always)
  func multiply(
    _ run: NeighbourRuns.Run, _ at: Kernel.Places,
    into out: UnsafeMutablePointer<Double>
  ) -> Int {
    let (x, y) = (at.outer + run.entry, at.inner + run.column)
    // With a number that the compiler knows, the loops over terms unroll.
    switch offsets.count {
    case 3: multiply(run.count, x, y, into: out, diagonals: 3)
    case 5: multiply(run.count, x, y, into: out, diagonals: 5)
    default: multiply(run.count, x, y, into: out, diagonals: offsets.count)
    }
    return run.count * offsets.count
  }

  @inline(__always)
  private func multiply(
    _ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    into out: UnsafeMutablePointer<Double>, diagonals: Int
  ) {
    typealias Lanes = SIMD4<Double>
    offsets.withUnsafeBufferPointer { offsets in
      @inline(__always)
      func sum(_ j: Int, _ diagonals: Range<Int>) {
        var sum = 0.0
        for d in diagonals {
          // What can't overflow leaves the loop to be unrolled.
          let s = j &- d
          sum += x[s] * y[offsets[d] &+ s]
        }
        out[j] = sum
      }
      let others = diagonals - 1
      for j in 0..<others {
        sum(j, 0..<j + 1)
        sum(count &+ j, j + 1..<diagonals)
      }
      // The last four overlap those before: what they fill stays the same.
      guard count - others >= 4 else {
        for j in others..<count { sum(j, 0..<diagonals) }
        return
      }
      for j in stride(from: others, to: count, by: 4) {
        let j = min(j, count - 4)
        var sum = Lanes.zero
        for d in 0..<diagonals {
          let left = UnsafeRawPointer(x + j - d)
          let right = UnsafeRawPointer(y + offsets[d] + j - d)
          sum +=
            left.loadUnaligned(as: Lanes.self)
            * right.loadUnaligned(as: Lanes.self)
        }
        UnsafeMutableRawPointer(out + j).storeBytes(of: sum, as: Lanes.self)
      }
    }
  }
}
