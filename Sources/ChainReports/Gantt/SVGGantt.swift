import JacobianChain

/// The schedule for a browser: a row a machine on an axis in fma, what is idle
/// as an empty dashed track, a thick line under each step of the critical path,
/// and a mark where the makespan ends.
struct SVGGantt {
  /// Where a drawing has to fit.
  enum Place: CaseIterable {
    /// A page.
    case wide
    /// A telephone.
    case narrow

    var width: Int {
      switch self {
      case .wide: 698  // 800 with the names, as on paper at 8 points
      case .narrow: 300
      }
    }

    /// The room for the names of the machines.
    var left: Double {
      switch self {
      case .wide: 88
      case .narrow: 46
      }
    }

    var ticks: Int {
      switch self {
      case .wide: 8
      case .narrow: 4
      }
    }

    /// What a machine is called, from 1.
    func name(_ machine: Int) -> String {
      switch self {
      case .wide: "machine \(machine + 1)"
      case .narrow: "\(machine + 1)"
      }
    }
  }

  private static let rowHeight = 48.0
  private static let boxHeight = 36.0
  private static let top = 34.0
  private static let right = 14.0

  private let report: Report
  private let place: Place
  private let numbers: [Int: Int]
  private let critical: [Int]
  private let tasks: [Int: Schedule.Task]
  let layout: GanttLayout

  /// nil when there is no schedule, or nothing that takes time.
  init?(_ report: Report, for place: Place) {
    guard let schedule = report.solved.scheduled?.schedule,
      schedule.makespan > 0
    else { return nil }
    self.report = report
    self.place = place
    layout = GanttLayout(
      schedule, width: place.width, least: 3, limit: TextGantt.machineLimit)
    numbers = StepList(report).numbers
    critical = schedule.criticalPath
    var tasks: [Int: Schedule.Task] = [:]
    for task in schedule.schedule.tasks { tasks[task.step] = task }
    self.tasks = tasks
  }

  /// The classes of the boxes, for the legend.
  var styles: Set<String> { Set(layout.rows.flatMap(\.boxes).map(style)) }

  /// The drawing.
  var svg: SVG {
    let height =
      Self.top + Double(layout.rows.count) * Self.rowHeight + 6
    var svg = SVG(
      width: place.left + Double(place.width) + Self.right, height: height)
    drawAxis(to: height - 6, on: &svg)
    for (index, row) in layout.rows.enumerated() {
      drawTrack(row, index, on: &svg)
      for box in row.boxes { drawBox(box, row, index, on: &svg) }
    }
    svg.path(criticalLines, class: "critical")
    return svg
  }

  private func x(_ column: Int) -> Double { place.left + Double(column) }

  private func y(_ row: Int) -> Double {
    Self.top + Double(row) * Self.rowHeight
  }

  private func drawAxis(to bottom: Double, on svg: inout SVG) {
    let axis = TimeAxis(
      to: layout.makespan, count: place.ticks, in: layout.unit)
    let makespan = report.cell(layout.makespan)
    let finish = place == .wide ? "makespan \(makespan)" : makespan
    let finishWidth = 6.8 * Double(finish.columns) + 8
    let right = x(layout.width)
    svg.path(
      "M\(svg.n(right)) \(svg.n(Self.top - 10))V\(svg.n(bottom))",
      class: "end")
    svg.text(finish, x: right + 6, y: 16, class: "finish")
    var end = 0.0
    for tick in axis.ticks {
      let x = x(layout.column(tick.time))
      svg.path(
        "M\(svg.n(x)) \(svg.n(Self.top - 6))V\(svg.n(bottom))", class: "grid")
      let label = tick.time == 0 ? "0 \(axis.unit)" : tick.label
      let half = 3.6 * Double(label.columns)
      let centre = tick.time == 0 ? x - 4 + half : x
      guard centre - half > end, centre + half < right - finishWidth
      else { continue }
      end = centre + half + 6
      svg.text(label, x: centre, y: 16, class: "tick")
    }
  }

  private func drawTrack(
    _ row: GanttLayout.Row, _ index: Int, on svg: inout SVG
  ) {
    let middle = y(index) + Self.boxHeight / 2
    let label = (place.left - 6) / 2
    svg.text(place.name(row.machine), x: label, y: middle - 2, class: "main")
    svg.text(
      Format.wholePercent(layout.share(row)) + (place == .wide ? " busy" : ""),
      x: label, y: middle + 13, class: "sub")
    svg.rect(
      x(0), y(index), Double(layout.width), Self.boxHeight, radius: 3,
      class: "idle")
  }

  private func style(_ box: GanttLayout.Box) -> String {
    box.steps.count == 1
      ? report.solved.plan.plan.steps[box.steps[0]].style : "several"
  }

  private func drawBox(
    _ box: GanttLayout.Box, _ row: GanttLayout.Row, _ index: Int,
    on svg: inout SVG
  ) {
    let (left, width) = (x(box.columns.lowerBound), Double(box.columns.count))
    let top = y(index)
    svg.group(tooltip(box, row), class: style(box)) { svg in
      let radius = min(3, width / 4)
      for part in ["back", "share", "frame"] {
        svg.rect(left, top, width, Self.boxHeight, radius: radius, class: part)
      }
      let centre = left + width / 2
      if let (name, note) = text(of: box) {
        if let note {
          svg.text(name, x: centre, y: top + 15, class: "main")
          svg.text(note, x: centre, y: top + 28, class: "sub")
        } else {
          svg.text(name, x: centre, y: top + 22, class: "main")
        }
      }
    }
  }

  /// What fits into a box: the product and its price, or only the number of
  /// the step, or nothing.
  private func text(
    of box: GanttLayout.Box
  ) -> (name: String, note: String?)? {
    guard box.steps.count == 1, let number = numbers[box.steps[0]] else {
      return nil
    }
    let columns = Int((Double(box.columns.count) - 8) / 8)
    guard "\(number)".count <= columns else { return nil }
    let product = ProductName(
      of: box.steps[0], in: report.solved.plan, report.solved.problem)
    let name = product.fitted(to: columns)
    guard columns >= 7 || name == product.full.printable else {
      return ("\(number)", nil)
    }
    let step = "step \(number)"
    let price = report.cell(box.finish - box.start)
    return (
      name,
      "\(step) · \(price)".columns <= columns
        ? "\(step) · \(price)" : step.columns <= columns ? step : nil
    )
  }

  /// Under each step of the critical path that is wide enough to be drawn, and
  /// nowhere else: where machines wait there is no line.
  private var criticalLines: String {
    var rows: [Int: Int] = [:]
    for (index, row) in layout.rows.enumerated() { rows[row.machine] = index }
    return critical.map { step in
      guard let task = tasks[step], let row = rows[task.machine] else {
        return ""
      }
      let (start, end) = (layout.column(task.start), layout.column(task.finish))
      let level = Int(y(row) + Self.boxHeight + 4)
      return start < end ? "M\(Int(x(start))) \(level)H\(Int(x(end)))" : ""
    }.joined()
  }

  /// With all its digits; fma, which stand beside it already, without the unit.
  private func time(_ time: UInt128) -> String {
    switch layout.unit {
    case .fma: DigitGrouping.narrow.grouped(time)
    case .nanoseconds: Format.nanoseconds(time)
    }
  }

  /// What a pointer that rests on a box is told.
  private func tooltip(
    _ box: GanttLayout.Box, _ row: GanttLayout.Row
  ) -> String {
    let digits = DigitGrouping.narrow
    var parts: [String] = []
    if box.steps.count == 1 {
      let id = box.steps[0]
      let name = ProductName(
        of: id, in: report.solved.plan, report.solved.problem)
      parts = [
        "step \(numbers[id] ?? 0)", name.fitted(to: 60),
        Format.amount(box.finish - box.start, layout.unit),
      ]
    } else {
      parts = [
        "\(digits.grouped(box.steps.count)) steps, too short to be told apart"
      ]
    }
    parts += [
      "machine \(row.machine + 1)",
      "from \(time(box.start)) to \(time(box.finish))",
    ]
    if box.isCritical { parts.append("critical path") }
    return parts.joined(separator: ", ")
  }
}
