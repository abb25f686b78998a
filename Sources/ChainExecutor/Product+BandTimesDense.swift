import JacobianChain

extension Product {
  /// banded · dense, as in time steps on a line: each row of the result is
  /// written once, from a few neighbouring rows that are still at hand and
  /// sums that stay in registers, a few rows at a time.
  ///
  /// - Parameter width: of the rows of both cores; all rows of the operand and
  ///   of the result are in their cores.
  func bandTimesDense(_ layout: BandLayout, _ width: Int) -> Kernel {
    let rows = result.rows
    let diagonals = layout.diagonals
    // Rows that all diagonals reach; those at the edges miss some.
    let from = min(rows, diagonals.reduce(0) { max($0, $1.firstRow) })
    let to = diagonals.reduce(rows) { min($0, $1.endRow) }
    // What is taken at a time has so many rows, and at least four columns.
    let isWide = width >= 4 && from + Neighbours.rows <= to
    let full = from..<(isWide ? to : from)
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

  /// Rows that are summed at a time.
  static var rows: Int { DenseKernel.hasWideVectors ? 4 : 2 }

  /// At least `Self.rows` of them. The last ones overlap those before, as the
  /// last columns do: what they fill again stays the same.
  @inline(__always)
  func combine(_ rows: Range<Int>) {
    // The sums take eight registers in any case.
    if DenseKernel.hasFusedVectors {
      combine(rows, SIMD16.self)
    } else {
      combine(rows, SIMD8.self)
    }
  }

  @inline(__always)
  private func combine<Lanes: SIMD>(
    _ rows: Range<Int>, _ lanes: Lanes.Type
  ) where Lanes.Scalar == Double {
    // With a number that the compiler knows, the loop over terms unrolls.
    switch offsets.count {
    case 3: combine(rows, lanes, terms: 3)
    case 5: combine(rows, lanes, terms: 5)
    default: combine(rows, lanes, terms: offsets.count)
    }
  }

  @inline(__always)
  private func combine<Lanes: SIMD>(
    _ rows: Range<Int>, _ lanes: Lanes.Type, terms: Int
  ) where Lanes.Scalar == Double {
    let (width, length) = (width, length)
    let (inner, result) = (inner - lower * width, result)
    offsets.withUnsafeBufferPointer { offsets in
      for row in stride(
        from: rows.lowerBound, to: rows.upperBound, by: Self.rows)
      {
        let row = min(row, rows.upperBound - Self.rows)
        let (x, place) = (outer + row, row * width)
        let (source, out) = (inner + place, result + place)
        var j = 0
        while j + Lanes.scalarCount <= length {
          Self.combine(
            lanes, terms, x, offsets, source + j, into: out + j, width)
          j += Lanes.scalarCount
        }
        while j < length {
          let last = min(j, length - 4)
          Self.combine(
            SIMD4.self, terms, x, offsets, source + last, into: out + last,
            width)
          j += 4
        }
      }
    }
  }

  /// Some columns of a few rows, which share most of the rows that they are
  /// made of: each of these is read once.
  @inline(__always)
  private static func combine<Lanes: SIMD>(
    _: Lanes.Type, _ terms: Int, _ x: UnsafePointer<Double>,
    _ offsets: UnsafeBufferPointer<Int>, _ source: UnsafePointer<Double>,
    into out: UnsafeMutablePointer<Double>, _ width: Int
  ) where Lanes.Scalar == Double {
    @inline(__always)
    func load(_ row: Int) -> Lanes {
      UnsafeRawPointer(source + row * width).loadUnaligned(as: Lanes.self)
    }
    @inline(__always)
    func store(_ sum: Lanes, _ row: Int) {
      UnsafeMutableRawPointer(out + row * width)
        .storeBytes(of: sum, as: Lanes.self)
    }
    var (sum0, sum1) = (Lanes.zero, Lanes.zero)
    var row0 = load(0)
    if rows == 2 {
      for t in 0..<terms {
        let (x, row1) = (x + offsets[t], load(t + 1))
        DenseKernel.add(x[0], row0, to: &sum0)
        DenseKernel.add(x[1], row1, to: &sum1)
        row0 = row1
      }
    } else {
      var (sum2, sum3) = (Lanes.zero, Lanes.zero)
      var (row1, row2) = (load(1), load(2))
      for t in 0..<terms {
        let (x, row3) = (x + offsets[t], load(t + 3))
        DenseKernel.add(x[0], row0, to: &sum0)
        DenseKernel.add(x[1], row1, to: &sum1)
        DenseKernel.add(x[2], row2, to: &sum2)
        DenseKernel.add(x[3], row3, to: &sum3)
        (row0, row1, row2) = (row1, row2, row3)
      }
      store(sum2, 2)
      store(sum3, 3)
    }
    store(sum0, 0)
    store(sum1, 1)
  }
}
