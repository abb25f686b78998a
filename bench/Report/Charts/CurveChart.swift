import ChainReports

/// Values over values: curves of contestants over size, or a cloud of points.
struct CurveChart: Chart {
  /// What one contestant reached.
  struct Series {
    var contestant: String
    var points: [Point]
  }

  /// One place, with its spread upwards and downwards.
  struct Point {
    /// What it is of, for a pointer that rests on it.
    var name: String
    var x: Double
    var low: Double
    var median: Double
    var high: Double
    var isOpen = false
  }

  var x: Axis
  var y: Axis
  var series: [Series]
  /// Whether points of a series are joined.
  var isJoined = true
  /// Whether curves stand a little beside each other, so that whiskers of few
  /// sizes don't cover each other.
  var isSpread = false
  /// Whether there is a line where both values are equal.
  var hasDiagonal = false

  var legend: Legend {
    Legend(
      names: series.map(\.contestant), looks: looks, isJoined: isJoined,
      hasOpen: series.contains { $0.points.contains(where: \.isOpen) })
  }

  private var looks: [String: Look] {
    Look.looks(for: series.map(\.contestant))
  }

  func drawing(width: Double) -> SVG {
    let (top, bottom) = (30.0, width > 500 ? 380.0 : 320.0)
    let points = series.flatMap(\.points)
    let heights = points.flatMap { [$0.low, $0.median, $0.high] }
    var across = points.map(\.x)
    var upward = heights
    if hasDiagonal {
      // Equal stretches on both axes, as far as the values go.
      across.append(1)
      upward.append(1)
    }
    let vertical = Projection(y, upward, from: bottom, to: top)
    let ticks = vertical.ticks(room: 24)
    let labels =
      ticks.map { SVG.width(y.unit.tick($0), size: 11) }.max() ?? 0
    let (start, end) = (labels + 16, width - 24)
    let step = step(Projection(x, across, from: start, to: end))
    let horizontal = Projection(
      x, across, from: start, to: end, margin: abs(aside(0, step)))

    var drawing = SVG(width: width, height: bottom + 42)
    drawing.text(y.title, x: 2, y: 14, .start, class: "axis")
    drawing.text(
      x.title, x: width - 12, y: bottom + 37, .end, class: "axis")
    for tick in ticks {
      let place = vertical.place(tick)
      drawing.line(
        horizontal.start, place, horizontal.end, place, class: "grid")
      drawing.text(
        y.unit.tick(tick), x: horizontal.start - 8, y: place + 4, .end,
        class: "tick")
    }
    for tick in horizontal.ticks(room: 52) {
      let place = horizontal.place(tick)
      drawing.line(place, top, place, bottom, class: "grid")
      drawing.text(
        x.unit.tick(tick), x: place, y: bottom + 17, class: "tick")
    }
    drawing.line(
      horizontal.start, bottom, horizontal.end, bottom, class: "frame")
    drawing.line(
      horizontal.start, top, horizontal.start, bottom, class: "frame")
    if hasDiagonal { diagonal(&drawing, horizontal, vertical) }
    for (index, series) in series.enumerated() {
      draw(series, horizontal, vertical, aside: aside(index, step), &drawing)
    }
    return drawing
  }

  private func diagonal(
    _ drawing: inout SVG, _ x: Projection, _ y: Projection
  ) {
    let (low, high) = (max(x.low, y.low), min(x.high, y.high))
    guard low < high else { return }
    drawing.line(
      x.place(low), y.place(low), x.place(high), y.place(high),
      class: "reference")
  }

  /// Pixels between neighbours at one size: all of them take at most half of
  /// the way to the next size.
  private func step(_ projection: Projection) -> Double {
    guard isSpread else { return 0 }
    let sizes = Set(series.flatMap(\.points).map(\.x)).sorted()
      .map(projection.place)
    let gap = zip(sizes, sizes.dropFirst()).map { $1 - $0 }.min() ?? 60
    return min(6, gap / 2 / Double(series.count))
  }

  private func aside(_ index: Int, _ step: Double) -> Double {
    (Double(index) - Double(series.count - 1) / 2) * step
  }

  private func draw(
    _ series: Series, _ x: Projection, _ y: Projection, aside: Double,
    _ drawing: inout SVG
  ) {
    guard let look = looks[series.contestant] else { return }
    let points = isJoined ? series.points.sorted { $0.x < $1.x } : series.points
    if isJoined, points.count > 1 {
      let data = points.map {
        "\(drawing.n(x.place($0.x) + aside)) \(drawing.n(y.place($0.median)))"
      }
      drawing.path(
        "M" + data.joined(separator: "L"),
        class: "curve \(look.colour.rawValue)", dash: look.dash)
    }
    for point in points {
      let title =
        "\(series.contestant), \(point.name): \(y.axis.unit.text(point.median))"
        + (point.isOpen ? ", stopped at its limit" : "")
      let place = x.place(point.x) + aside
      drawing.group(title) { drawing in
        drawing.whisker(
          look, (place, y.place(point.low)), (place, y.place(point.high)))
        drawing.marker(
          look, place, y.place(point.median), isOpen: point.isOpen)
      }
    }
  }
}

extension SVG {
  /// The quartiles: a line with ends; nothing where they are one pixel.
  mutating func whisker(
    _ look: Look, _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)
  ) {
    let (dx, dy) = (abs(to.x - from.x), abs(to.y - from.y))
    guard dx + dy >= 1 else { return }
    let (ex, ey) = dx > dy ? (0.0, 3.5) : (3.5, 0.0)
    let ends = [from, to].map {
      "M\(n($0.x - ex)) \(n($0.y - ey))L\(n($0.x + ex)) \(n($0.y + ey))"
    }.joined()
    path(
      "M\(n(from.x)) \(n(from.y))L\(n(to.x)) \(n(to.y))" + ends,
      class: "whisker \(look.colour.rawValue)")
  }
}
