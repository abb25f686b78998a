import JacobianChain

extension Product {
  /// sparse · sparse where parts of both are dense, as in flows of coupling
  /// layers: what these make of one another by dense products, eight rows of
  /// sums at a time, the other entries row by row.
  func panelsTimesPanels(
    _ strips: PanelStrips, _ a: RowList, _ b: RowList
  ) -> Kernel {
    let left = a.pattern
    let rightStarts = b.pattern.rowStarts
    let rows = RowSums(b.pattern, by: loops)
    let (width, sink) = (inner.columns, RowSink(result))
    let room = width * min(CostModel.rowsSideBySide, left.rows)
    return Kernel(scratch: room + a.scratch + b.scratch) { [loops] at in
      let sums = at.scratch
      sums.update(repeating: 0, count: room)
      let x = a.values(at.outer, sorting: sums + room)!
      let y = b.values(at.inner, sorting: sums + room + a.scratch)!
      return left.withIndices { starts, columns in
        rows.withRows { rows in
          sink.withRows { sink in
            var fma = 0
            for strip in strips.all {
              let first = starts[strip.rows.lowerBound]
              for meeting in strip.meetings {
                let panel = meeting.panel
                fma += loops.multiply(
                  strip.rows.count, meeting.shared.count, panel.columns.count,
                  x + first + meeting.offset, strip.stride,
                  y + rightStarts[meeting.shared.lowerBound] + panel.offset,
                  panel.stride, into: sums + panel.columns.lowerBound, width,
                  adding: true)
              }
              for row in strip.rows {
                let sum = sums + (row - strip.rows.lowerBound) * width
                var next = starts[row]
                func addWhole(until end: Int) {
                  for s in next..<end {
                    fma += rows.add(x[s], columns[s], of: y, to: sum)
                  }
                }
                for meeting in strip.meetings {
                  let begin = starts[row] + meeting.offset
                  addWhole(until: begin)
                  next = begin + meeting.shared.count
                  for s in begin..<next {
                    fma += rows.add(
                      x[s], columns[s], outside: meeting.panel, of: y, to: sum)
                  }
                }
                addWhole(until: starts[row + 1])
                sink.store(sum, row, at.result)
              }
            }
            return fma
          }
        }
      }
    }
  }
}

/// The rows of a sparse product, up to eight at a time, where dense parts of
/// the outer operand meet dense parts of the inner one.
struct PanelStrips {
  /// Neighbouring entries of each row of a strip that multiply rows of a panel
  /// of the inner operand.
  struct Meeting {
    /// Columns of the outer operand and rows of the inner one.
    let shared: Range<Int>
    /// The first of these entries, counted from where a row begins.
    let offset: Int
    let panel: DensePanel
  }

  struct Strip {
    let rows: Range<Int>
    /// From one row to the next.
    let stride: Int
    /// By ascending columns.
    let meetings: [Meeting]
  }

  /// By ascending rows; each row is in one of them.
  let all: [Strip]

  /// - Returns: nil where dense products would have less than half of the
  ///   fma.
  /// - Complexity: O(m + entries of both + meetings).
  init?(_ outer: SparsePattern, _ inner: SparsePattern) {
    let panels = DensePanel.all(of: outer)
    guard !panels.isEmpty else { return nil }
    let innerPanels = DensePanel.all(of: inner)
    guard !innerPanels.isEmpty else { return nil }
    let height = CostModel.rowsSideBySide
    var (strips, dense): ([Strip], Int) = ([], 0)
    func addLoose(until row: Int) {
      for row in (strips.last?.rows.upperBound ?? 0)..<row {
        strips.append(Strip(rows: row..<row + 1, stride: 0, meetings: []))
      }
    }
    for panel in panels {
      let meetings = Self.meetings(of: panel, innerPanels)
      guard !meetings.isEmpty else { continue }
      addLoose(until: panel.rows.lowerBound)
      for first in stride(
        from: panel.rows.lowerBound, to: panel.rows.upperBound,
        by: height)
      {
        let rows =
          first..<min(first + height, panel.rows.upperBound)
        strips.append(
          Strip(rows: rows, stride: panel.stride, meetings: meetings))
      }
      dense += meetings.reduce(0) {
        $0 + panel.rows.count * $1.shared.count * $1.panel.columns.count
      }
    }
    addLoose(until: outer.rows)
    let fma = outer.columnIndices.reduce(0) {
      $0 + inner.rowStarts[$1 + 1] - inner.rowStarts[$1]
    }
    guard 2 * dense >= fma, dense > 0 else { return nil }
    all = strips
  }

  /// Where the columns of a panel meet panels of the inner operand.
  private static func meetings(
    of panel: DensePanel, _ others: [DensePanel]
  ) -> [Meeting] {
    let columns = panel.columns
    let first = others.indices.firstIndex(bisecting: {
      others[$0].rows.upperBound > columns.lowerBound
    })
    let met = others[first...].prefix {
      $0.rows.lowerBound < columns.upperBound
    }
    return met.compactMap { other in
      let shared = columns.clamped(to: other.rows)
      guard shared.count >= DensePanel.fewestRows else { return nil }
      return Meeting(
        shared: shared,
        offset: panel.offset + shared.lowerBound - columns.lowerBound,
        panel: other)
    }
  }
}
