import JacobianChain

extension Product {
  /// banded · dense, as in time steps on a line: each row of the result is
  /// written once, from a few neighbouring rows that are still at hand and
  /// sums that stay in registers.
  ///
  /// - Parameter width: of the rows of both cores; all rows of the operand and
  ///   of the result are in their cores.
  func bandTimesDense(_ layout: BandLayout, _ width: Int) -> Kernel {
    let rows = result.rows
    let diagonals = layout.diagonals
    // Rows that all diagonals reach; those at the edges miss some.
    let from = min(rows, diagonals.reduce(0) { max($0, $1.firstRow) })
    let to = diagonals.reduce(rows) { min($0, $1.endRow) }
    let full = from..<max(from, to)
    let lower = -diagonals[0].offset
    let most = diagonals.count
    // Where the entry of row 0 would be stored.
    let offsets = diagonals.map { $0.start - $0.firstRow }
    // The rows that one row needs stay in the first cache.
    let tile = max(64, 4 * DenseKernel.tile / (most + 1) / 8 * 8)
    return Kernel(scratch: 2 * most) { at in
      let x = at.scratch
      let sources = DenseKernel.rowList(at.scratch + most, most)
      var fma = 0
      for start in stride(from: 0, to: width, by: tile) {
        let length = min(tile, width - start)
        func combine(_ row: Int) {
          var terms = 0
          for diagonal in diagonals
          where diagonal.firstRow <= row && row < diagonal.endRow {
            x[terms] = at.outer[diagonal.start + row - diagonal.firstRow]
            sources[terms] = UnsafePointer(
              at.inner + (row + diagonal.offset) * width + start)
            terms += 1
          }
          fma += DenseKernel.combine(
            length, terms, x, sources, into: at.result + row * width + start)
        }
        for row in 0..<full.lowerBound { combine(row) }
        if !full.isEmpty {
          Neighbours(
            outer: at.outer, offsets: offsets, inner: at.inner + start,
            result: at.result + start, width: width, length: length,
            lower: lower
          ).combine(full)
        }
        fma += most * length * full.count
        for row in full.upperBound..<rows { combine(row) }
      }
      return fma
    }
  }
}

/// Rows of a band that no edge cuts, times neighbouring rows.
private struct Neighbours {
  let outer: UnsafePointer<Double>
  let offsets: [Int]
  let inner: UnsafePointer<Double>
  let result: UnsafeMutablePointer<Double>
  /// From one row to the next, and as many columns as are combined.
  let width: Int
  let length: Int
  let lower: Int

  @inline(__always)
  func combine(_ rows: Range<Int>) {
    // With a number that the compiler knows, the loop over terms unrolls.
    switch offsets.count {
    case 3: combine(rows, terms: 3)
    case 5: combine(rows, terms: 5)
    default: combine(rows, terms: offsets.count)
    }
  }

  @inline(__always)
  private func combine(_ rows: Range<Int>, terms: Int) {
    typealias Lanes = SIMD8<Double>
    offsets.withUnsafeBufferPointer { offsets in
      for row in rows {
        let x = outer + row
        let first = inner + (row - lower) * width
        let out = result + row * width
        var j = 0
        while j + 8 <= length {
          var source = UnsafeRawPointer(first + j)
          var sum = x[offsets[0]] * source.loadUnaligned(as: Lanes.self)
          for t in 1..<terms {
            source += width * MemoryLayout<Double>.stride
            sum += x[offsets[t]] * source.loadUnaligned(as: Lanes.self)
          }
          UnsafeMutableRawPointer(out + j).storeBytes(of: sum, as: Lanes.self)
          j += 8
        }
        while j < length {
          var sum = x[offsets[0]] * first[j]
          for t in 1..<terms { sum += x[offsets[t]] * first[t * width + j] }
          out[j] = sum
          j += 1
        }
      }
    }
  }
}
