import JacobianChain

/// The schedule for a terminal: a line a machine, with the numbers of the step
/// table where they fit. Thick lines are the critical path.
///
///     machine   busy  0         1         2        Mfma
///           1  100 %  ┣1━━━━━━━━━━━━┣3━━━━━━━━━━━━━
///           2   41 %  ├2─────┤······················
struct TextGantt {
  /// The drawing, line by line.
  let lines: [String]

  /// More machines than this are counted, not drawn.
  static let machineLimit = 16
  private static let indent = 19

  /// nil when there is no schedule, or nothing that takes time.
  ///
  /// - Parameter width: no line is wider.
  init?(_ report: Report, width: Int) {
    guard let schedule = report.solved.scheduled?.schedule,
      schedule.makespan > 0
    else { return nil }
    let layout = GanttLayout(
      schedule, width: width - Self.indent, least: 2, limit: Self.machineLimit)
    let numbers = StepList(report).numbers
    lines =
      [Self.axis(layout, width)]
      + layout.rows.map { row in
        "\(row.machine + 1)".aligned(to: 9)
          + Format.wholePercent(layout.share(row)).aligned(to: 7) + "   "
          + Self.drawn(row, numbers, width - Self.indent)
      } + Self.notes(layout).flatMap { Self.indented($0, width - Self.indent) }
  }

  private static func axis(_ layout: GanttLayout, _ width: Int) -> String {
    let axis = TimeAxis(to: layout.makespan, count: 5, in: layout.unit)
    var line = "  machine   busy".padded(to: indent)
    for tick in axis.ticks {
      let label = tick.time == 0 ? "0 \(axis.unit)" : tick.label
      let centre = indent + layout.column(tick.time)
      let start = tick.time == 0 ? centre : centre - label.columns / 2
      guard start > line.columns, start + label.columns <= width
      else {
        if tick.time == 0 { line += label }
        continue
      }
      line = line.padded(to: start) + label
    }
    return line
  }

  private static func drawn(
    _ row: GanttLayout.Row, _ numbers: [Int: Int], _ width: Int
  ) -> String {
    var cells = [Character](repeating: "·", count: width)
    for box in row.boxes {
      let line: Character =
        box.steps.count > 1
        ? (box.isCritical ? "▓" : "▒") : (box.isCritical ? "━" : "─")
      for column in box.columns { cells[column] = line }
      guard box.steps.count == 1 else { continue }
      cells[box.columns.lowerBound] = box.isCritical ? "┣" : "├"
      let number = "\(numbers[box.steps[0]]!)"
      // A line behind the number tells it from its neighbour's.
      guard number.count + 2 <= box.columns.count else { continue }
      for (offset, digit) in number.enumerated() {
        cells[box.columns.lowerBound + 1 + offset] = digit
      }
    }
    return String(cells)
  }

  private static func notes(_ layout: GanttLayout) -> [String] {
    let boxes = layout.rows.flatMap(\.boxes)
    var signs = ["━ critical path"]
    if boxes.contains(where: { $0.steps.count == 1 && !$0.isCritical }) {
      signs.append("─ other steps")
    }
    if boxes.contains(where: { $0.steps.count > 1 }) {
      signs.append("▒ ▓ several steps")
    }
    signs.append("· idle")
    signs.append("end = makespan")
    return [signs.joined(separator: "   ")] + layout.omissions
  }

  private static func indented(_ note: String, _ width: Int) -> [String] {
    note.wrapped(to: width)
      .map { String(repeating: " ", count: indent) + $0 }
  }
}
