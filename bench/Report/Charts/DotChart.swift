import ChainReports

/// Cases one below the other, contestants as markers along one axis. Markers
/// that would cover each other go to lanes of their own.
struct DotChart: Chart {
  /// A case.
  struct Row {
    var label: String
    var points: [Point]
  }

  /// What a contestant reached.
  struct Point {
    var contestant: String
    var low: Double
    var median: Double
    var high: Double
    var isOpen = false
  }

  var axis: Axis
  var contestants: [String]
  var rows: [Row]
  /// A value with a line of its own.
  var reference: Double?

  private static let lane = 11.0
  private static let line = 15.0
  private static let fontSize = 12.0

  var legend: Legend {
    let drawn = rows.flatMap(\.points)
    return Legend(
      names: contestants.filter { name in
        drawn.contains { $0.contestant == name }
      }, looks: looks, hasOpen: drawn.contains(where: \.isOpen))
  }

  private var looks: [String: Look] { Look.looks(for: contestants) }

  /// Names stand on the left where there is room, otherwise above their row.
  func drawing(width: Double) -> SVG {
    let isWide = width > 500
    let widest =
      rows.map { SVG.width($0.label, size: Self.fontSize) }
      .max() ?? 0
    let names = isWide ? min(widest, width * 0.36) + 20 : 14
    let x = Projection(
      axis, values, from: names + 8, to: width - 22)
    let looks = looks
    var drawing = SVG(width: width, height: 0)
    var y = 8.0
    // Bands lie below the grid: they are drawn first.
    let plans = rows.map { row in
      let letters = (isWide ? names - 16 : width - 28) / Self.fontSize
      return (
        row: row,
        lines: Self.lines(
          row.label, columns: Int(letters / SVG.letter)),
        lanes: lanes(row.points, x)
      )
    }
    var tops: [(top: Double, height: Double)] = []
    for (index, plan) in plans.enumerated() {
      let text = Double(plan.lines.count) * Self.line
      let marks = Double(max(plan.lanes.count, 1)) * Self.lane
      let height = (isWide ? max(text, marks) : text + marks) + 8
      if index.isMultiple(of: 2) {
        drawing.rect(0, y, width, height, radius: 0, class: "band")
      }
      tops.append((y, height))
      y += height
    }
    // Beside names the grid is of one piece, below them it leaves them free.
    let stretches = zip(plans, tops).map { plan, place in
      (
        top: isWide
          ? place.top : place.top + 4 + Double(plan.lines.count) * Self.line,
        bottom: place.top + place.height
      )
    }
    grid(&drawing, x, stretches, bottom: y)
    for (plan, place) in zip(plans, tops) {
      for (index, line) in plan.lines.enumerated() {
        drawing.text(
          line, x: isWide ? 10 : 8,
          y: place.top + 4 + Self.line * (Double(index) + 0.75), .start)
      }
      let marks =
        place.top + 4 + (isWide ? 0 : Double(plan.lines.count) * Self.line)
      for (index, points) in plan.lanes.enumerated() {
        let middle = marks + Self.lane * (Double(index) + 0.5)
        for point in points {
          draw(point, of: plan.row, looks, x, middle, &drawing)
        }
      }
    }
    drawing.height = y + 40
    return drawing
  }

  /// All of a name, up to six lines.
  static func lines(_ label: String, columns: Int) -> [String] {
    let (columns, limit) = (max(columns, 8), 6)
    let lines = label.printable.wrapped(to: columns, behind: "-")
    guard lines.count > limit else { return lines }
    return lines.prefix(limit - 1)
      + [lines.dropFirst(limit - 1).joined(separator: " ").fitted(to: columns)]
  }

  private var values: [Double] {
    rows.flatMap(\.points).flatMap { [$0.low, $0.median, $0.high] }
      + (reference.map { [$0] } ?? [])
  }

  private func draw(
    _ point: Point, of row: Row, _ looks: [String: Look], _ x: Projection,
    _ y: Double, _ drawing: inout SVG
  ) {
    guard let look = looks[point.contestant] else { return }
    let title =
      "\(row.label), \(point.contestant): \(axis.unit.text(point.median))"
      + (point.isOpen ? ", stopped at its limit" : "")
    drawing.group(title) { drawing in
      drawing.whisker(
        look, (x.place(point.low), y), (x.place(point.high), y))
      drawing.marker(look, x.place(point.median), y, isOpen: point.isOpen)
    }
  }

  private func grid(
    _ drawing: inout SVG, _ x: Projection,
    _ stretches: [(top: Double, bottom: Double)], bottom: Double
  ) {
    func line(_ place: Double, _ style: String) {
      let data = stretches.map {
        let place = drawing.n(place)
        return "M\(place) \(drawing.n($0.top))V\(drawing.n($0.bottom))"
      }
      drawing.path(data.joined(), class: style)
    }
    for tick in x.ticks(room: 58) {
      let place = x.place(tick)
      line(place, "grid")
      drawing.text(
        axis.unit.tick(tick), x: place, y: bottom + 17, class: "tick")
    }
    drawing.line(x.start, bottom, x.end, bottom, class: "frame")
    if let reference { line(x.place(reference), "reference") }
    drawing.text(
      axis.title, x: drawing.width - 12, y: bottom + 34, .end, class: "axis")
  }

  /// First come, first lane: a lane takes no two points that touch.
  private func lanes(_ points: [Point], _ x: Projection) -> [[Point]] {
    var lanes: [(points: [Point], taken: [ClosedRange<Double>])] = []
    for name in contestants {
      for point in points where point.contestant == name {
        let middle = x.place(point.median)
        let span =
          min(x.place(point.low), middle) - 7...max(
            x.place(point.high), middle) + 7
        if let free = lanes.firstIndex(where: {
          !$0.taken.contains { $0.overlaps(span) }
        }) {
          lanes[free].points.append(point)
          lanes[free].taken.append(span)
        } else {
          lanes.append(([point], [span]))
        }
      }
    }
    return lanes.map(\.points)
  }
}
