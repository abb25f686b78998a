import JacobianChain

/// Consecutive rows of a sparse pattern that have the same run of columns at
/// the same place: a dense matrix, stored with one row's length between its
/// rows, as in the Jacobian of a coupling layer.
struct DensePanel: Sendable {
  let rows: Range<Int>
  /// The first of its entries in the first row, counted from where that row
  /// begins.
  let offset: Int
  /// From one row to the next.
  let stride: Int
  let columns: Range<Int>

  /// Smaller ones are no faster than their rows one by one.
  private static let fewestRows = 8
  private static let fewestColumns = 16

  /// The panels of a pattern, by ascending rows.
  ///
  /// - Complexity: O(rows + entries).
  static func all(of pattern: SparsePattern) -> [DensePanel] {
    let runs = NeighbourRuns(pattern)
    var panels: [DensePanel] = []
    var open: DensePanel?
    func close() {
      if let open, open.rows.count >= fewestRows { panels.append(open) }
      open = nil
    }
    for row in 0..<pattern.rows {
      let start = pattern.rowStarts[row]
      guard
        let run = runs.ofRow(row).max(by: { $0.count < $1.count }),
        run.count >= fewestColumns
      else {
        close()
        continue
      }
      let own = DensePanel(
        rows: row..<row + 1, offset: run.entry - start,
        stride: pattern.rowStarts[row + 1] - start,
        columns: run.column..<run.column + run.count)
      if let longer = open?.extended(by: own) {
        open = longer
      } else {
        close()
        open = own
      }
    }
    close()
    return panels
  }

  /// With one more row; nil where that has its run elsewhere, or one of quite
  /// another length. What a row has beyond the shorter run stays outside.
  private func extended(by row: DensePanel) -> DensePanel? {
    let (count, other) = (columns.count, row.columns.count)
    guard offset == row.offset, stride == row.stride,
      columns.lowerBound == row.columns.lowerBound,
      4 * min(count, other) >= 3 * max(count, other)
    else { return nil }
    return DensePanel(
      rows: rows.lowerBound..<row.rows.upperBound, offset: offset,
      stride: stride,
      columns: columns.lowerBound..<columns.lowerBound + min(count, other))
  }
}

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
