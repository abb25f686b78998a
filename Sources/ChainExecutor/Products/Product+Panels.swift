import JacobianChain

extension Product {
  /// sparse · dense where parts of the sparse operand are dense: those by
  /// dense products, the other entries row by row.
  func panelsTimesDense(
    _ pattern: SparsePattern, _ panels: [DensePanel]
  ) -> Kernel {
    let width = Core(inner).stride
    /// Rows that are in no panel.
    var loose: [Range<Int>] = []
    var next = 0
    for panel in panels {
      loose.append(next..<panel.rows.lowerBound)
      next = panel.rows.upperBound
    }
    loose.append(next..<pattern.rows)
    let others = loose
    return Kernel { [loops] at in
      var fma = 0
      func add(_ entries: Range<Int>, _ row: Int) {
        for t in entries {
          loops.add(
            width, at.outer[t], at.inner + pattern.columnIndices[t] * width,
            to: at.result + row * width)
        }
        fma += entries.count * width
      }
      for panel in panels {
        let first = panel.rows.lowerBound
        fma += loops.multiply(
          panel.rows.count, panel.columns.count, width,
          at.outer + pattern.rowStarts[first] + panel.offset, panel.stride,
          at.inner + panel.columns.lowerBound * width, width,
          into: at.result + first * width, width, threads: at.threads)
        for row in panel.rows {
          let start = pattern.rowStarts[row]
          let dense = start + panel.offset
          add(start..<dense, row)
          add(dense + panel.columns.count..<pattern.rowStarts[row + 1], row)
        }
      }
      for rows in others {
        (at.result + rows.lowerBound * width).update(
          repeating: 0, count: rows.count * width)
        for row in rows {
          add(pattern.rowStarts[row]..<pattern.rowStarts[row + 1], row)
        }
      }
      return fma
    }
  }
}
