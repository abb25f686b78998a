import JacobianChain

extension Product {
  /// sparse · (dense | submatrix): each row is a combination of rows of the
  /// core, a tile of columns at a time.
  func sparseTimesCore(_ pattern: SparsePattern) -> Int {
    let core = Core(inner)
    let rows = Core(result).rows
    let width = core.stride
    let most = max(1, pattern.longestRow)
    return pattern.columnIndices.withUnsafeBufferPointer { indices in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: most) { x in
        withUnsafeTemporaryAllocation(
          of: UnsafePointer<Double>.self, capacity: most
        ) { sources in
          var fma = 0
          for start in stride(from: 0, to: width, by: DenseKernel.tile) {
            let length = min(DenseKernel.tile, width - start)
            rows.forEach { row, rank in
              var terms = 0
              for t in pattern.rowStarts[row]..<pattern.rowStarts[row + 1] {
                guard let source = core.rows.rank(of: indices[t]) else {
                  continue
                }
                x[terms] = outer.base[t]
                sources[terms] = UnsafePointer(
                  core.base + source * width + start)
                terms += 1
              }
              fma += DenseKernel.combine(
                length, terms, x.baseAddress!, sources.baseAddress!,
                into: result.base + rank * width + start)
            }
          }
          return fma
        }
      }
    }
  }

  /// (dense | submatrix) · sparse: every entry of a row scatters a row of the
  /// sparse operand.
  func coreTimesSparse(
    _ pattern: SparsePattern
  ) throws(ChainError) -> Int {
    let (core, target) = (Core(outer), Core(result))
    // Where each entry goes is the same for every row of the core.
    var places: [Int] = []
    var ends: [Int] = []
    var values: [Double] = []
    core.columns.forEach { shared, _ in
      for t in pattern.rowStarts[shared]..<pattern.rowStarts[shared + 1] {
        places.append(target.columns.rank(of: pattern.columnIndices[t])!)
        values.append(inner.base[t])
      }
      ends.append(places.count)
    }
    let rows = core.rows.count
    let (packed, sums) = (
      try Buffer(count: 8 * core.stride, in: workspace),
      try Buffer(count: 8 * target.stride, in: workspace)
    )
    var fma = 0
    var row = 0
    while row + 8 <= rows {
      scatterEightRows(
        core.base + row * core.stride, core.stride, packed.base,
        result.base + row * target.stride, target.stride, sums.base,
        places, ends, values)
      fma += 8 * places.count
      row += 8
    }
    for row in row..<rows {
      let source = core.base + row * core.stride
      let out = result.base + row * target.stride
      out.update(repeating: 0, count: target.stride)
      var start = 0
      for (rank, end) in ends.enumerated() {
        let factor = source[rank]
        for t in start..<end { out[places[t]] += factor * values[t] }
        fma += end - start
        start = end
      }
    }
    withExtendedLifetime((packed, sums)) {}
    return fma
  }

  /// Eight rows side by side: an entry is looked up once for all of them, and
  /// what it scatters is one vector.
  private func scatterEightRows(
    _ source: UnsafeMutablePointer<Double>, _ sourceStride: Int,
    _ packed: UnsafeMutablePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, _ outStride: Int,
    _ sums: UnsafeMutablePointer<Double>, _ places: [Int], _ ends: [Int],
    _ values: [Double]
  ) {
    for row in 0..<8 {
      for t in 0..<sourceStride {
        packed[8 * t + row] = source[row * sourceStride + t]
      }
    }
    let left = UnsafeMutableRawPointer(packed)
      .assumingMemoryBound(to: SIMD8<Double>.self)
    let right = UnsafeMutableRawPointer(sums)
      .assumingMemoryBound(to: SIMD8<Double>.self)
    right.update(repeating: .zero, count: outStride)
    places.withUnsafeBufferPointer { places in
      values.withUnsafeBufferPointer { values in
        var start = 0
        for (rank, end) in ends.enumerated() {
          let factor = left[rank]
          for t in start..<end { right[places[t]] += factor * values[t] }
          start = end
        }
      }
    }
    for row in 0..<8 {
      for t in 0..<outStride { out[row * outStride + t] = sums[8 * t + row] }
    }
  }
}

extension SparsePattern {
  /// The most entries of a row.
  fileprivate var longestRow: Int {
    zip(rowStarts, rowStarts.dropFirst()).reduce(0) {
      max($0, $1.1 - $1.0)
    }
  }
}
