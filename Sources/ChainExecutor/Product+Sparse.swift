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
  func coreTimesSparse(_ pattern: SparsePattern) -> Int {
    let (core, target) = (Core(outer), Core(result))
    result.clear()
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
    var fma = 0
    places.withUnsafeBufferPointer { places in
      values.withUnsafeBufferPointer { values in
        for row in 0..<core.rows.count {
          let source = core.base + row * core.stride
          let out = result.base + row * target.stride
          var start = 0
          for (rank, end) in ends.enumerated() {
            let factor = source[rank]
            for t in start..<end { out[places[t]] += factor * values[t] }
            fma += end - start
            start = end
          }
        }
      }
    }
    return fma
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
