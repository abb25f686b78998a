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
        for row in full {
          for t in 0..<most {
            x[t] =
              at.outer[
                diagonals[t].start + row - diagonals[t].firstRow]
          }
          Self.combineNeighbours(
            length, most, x, at.inner + (row - lower) * width + start,
            stride: width, into: at.result + row * width + start)
        }
        fma += most * length * full.count
        for row in full.upperBound..<rows { combine(row) }
      }
      return fma
    }
  }

  /// out = Σ_t x[t] · row t, n doubles each, `stride` apart.
  @inline(__always)
  private static func combineNeighbours(
    _ n: Int, _ terms: Int, _ x: UnsafePointer<Double>,
    _ rows: UnsafePointer<Double>, stride: Int,
    into out: UnsafeMutablePointer<Double>
  ) {
    // With a number that the compiler knows, coefficients stay in registers.
    switch terms {
    case 3: combine(n, 3, x, rows, stride, out)
    case 5: combine(n, 5, x, rows, stride, out)
    default: combine(n, terms, x, rows, stride, out)
    }
  }

  @inline(__always)
  private static func combine(
    _ n: Int, _ terms: Int, _ x: UnsafePointer<Double>,
    _ rows: UnsafePointer<Double>, _ stride: Int,
    _ out: UnsafeMutablePointer<Double>
  ) {
    typealias Lanes = SIMD8<Double>
    var j = 0
    while j + 8 <= n {
      var source = UnsafeRawPointer(rows + j)
      var sum = x[0] * source.loadUnaligned(as: Lanes.self)
      for t in 1..<terms {
        source += stride * MemoryLayout<Double>.stride
        sum += x[t] * source.loadUnaligned(as: Lanes.self)
      }
      UnsafeMutableRawPointer(out + j).storeBytes(of: sum, as: Lanes.self)
      j += 8
    }
    while j < n {
      var sum = x[0] * rows[j]
      for t in 1..<terms { sum += x[t] * rows[t * stride + j] }
      out[j] = sum
      j += 1
    }
  }
}
