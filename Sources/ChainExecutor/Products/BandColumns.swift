import CChainKernels

/// A row vector times a band, column by column: the sum over the shared
/// dimension, in its order.
///
/// A column that neither an edge of the band nor an end of the vector cuts is a
/// sum of as many terms as there are diagonals, several columns side by side.
struct BandColumns: Sendable {
  /// The offsets of the outermost diagonals.
  let lowest: Int
  let highest: Int
  /// Where the entries of row 0 would be stored, diagonal by diagonal.
  private let origins: [Int]

  init(_ layout: BandLayout) {
    origins = layout.origins
    lowest = layout.diagonals[0].offset
    highest = lowest + origins.count - 1
  }

  /// The columns of which every diagonal has a term in `shared`.
  func full(_ shared: Range<Int>, in columns: Range<Int>) -> Range<Int> {
    let from = shared.lowerBound + highest
    return (from..<max(from, shared.upperBound + lowest))
      .clamped(to: columns)
  }

  /// out[row][column] for all `columns`, m rows.
  ///
  /// - Parameters:
  ///   - shared: the indices that the rows have entries for.
  ///   - source: where the entry of index 0 would be.
  ///   - out: where that of column 0 would be.
  func multiply(
    _ m: Int, _ shared: Range<Int>, _ source: UnsafePointer<Double>,
    stride: Int, _ entries: UnsafePointer<Double>, columns: Range<Int>,
    into out: UnsafeMutablePointer<Double>, stride outStride: Int,
    by loops: Loops
  ) {
    let full = full(shared, in: columns)
    withBand(entries) {
      loops.table.pointee.dense_times_band(
        m, full.lowerBound, full.upperBound, source, stride, $0, out, outStride)
    }
    for row in 0..<m {
      let (source, out) = (source + row * stride, out + row * outStride)
      for column in columns.lowerBound..<full.lowerBound {
        out[column] = sum(column, shared, source, entries)
      }
      for column in full.upperBound..<columns.upperBound {
        out[column] = sum(column, shared, source, entries)
      }
    }
  }

  /// out[column] for all columns that a run of a row reaches, the first of them
  /// at `out`; neither end of the band cuts one of them.
  ///
  /// - Parameters:
  ///   - shared: the indices that the row has entries for.
  ///   - run: the first of these.
  ///   - band: this one, as the loops want it.
  func multiply(
    uncut shared: Range<Int>, _ run: UnsafePointer<Double>, _ band: chain_band,
    into out: UnsafeMutablePointer<Double>, by loops: Loops
  ) {
    let start = shared.lowerBound + lowest
    let end = shared.upperBound + highest
    // Most columns of short runs are at their ends.
    if end - start <= CHAIN_FEW_COLUMNS {
      var band = band
      band.entries += shared.lowerBound
      loops.table.pointee.few_times_band(shared.count, run, band, out)
    } else {
      multiply(
        1, shared, run - shared.lowerBound, stride: 0, band.entries,
        columns: start..<end, into: out - start, stride: 0, by: loops)
    }
  }

  /// Calls `body` with the band as the loops want it.
  @inline(__always)
  func withBand<Result>(
    _ entries: UnsafePointer<Double>, _ body: (chain_band) -> Result
  ) -> Result {
    chain_band.with(lowest: lowest, origins, entries, body)
  }

  @inline(__always)
  private func sum(
    _ column: Int, _ shared: Range<Int>, _ source: UnsafePointer<Double>,
    _ entries: UnsafePointer<Double>
  ) -> Double {
    origins.withUnsafeBufferPointer { origins in
      var sum = 0.0
      var index = max(shared.lowerBound, column - highest)
      let end = min(shared.upperBound, column - lowest + 1)
      while index < end {
        // What can't overflow leaves the loop to be unrolled.
        sum +=
          source[index]
          * entries[origins[column &- index &- lowest] &+ index]
        index &+= 1
      }
      return sum
    }
  }
}
