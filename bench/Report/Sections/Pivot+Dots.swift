import ChainBenchResults
import ChainReports

extension Pivot {
  /// The cases as markers; nil when nothing has a place.
  ///
  /// - Parameter base: whose median is 1, and which is the line of reference
  ///   then; nil for absolute figures.
  func dots(
    _ cases: [Case], axis title: String, relativeTo base: String? = nil
  ) -> DotChart? {
    let axis = Axis(title: title, unit: base == nil ? unit : .ratio)
    let rows = cases.compactMap { item -> DotChart.Row? in
      var scale = 1.0
      if let base {
        guard let value = value(item.name, base), value > 0 else { return nil }
        scale = value
      }
      let points = contestants.compactMap { contestant -> DotChart.Point? in
        guard contestant != base,
          let row = self[item.name, contestant], row.isDrawn,
          axis.hasPlace(for: row.median / scale)
        else { return nil }
        func end(_ value: Double) -> Double {
          axis.end(value / scale, or: row.median / scale)
        }
        return DotChart.Point(
          contestant: contestant, low: end(row.low), median: row.median / scale,
          high: end(row.high), isOpen: row.outcome == .unfinished)
      }
      return points.isEmpty
        ? nil : DotChart.Row(label: item.name, points: points)
    }
    guard !rows.isEmpty else { return nil }
    return DotChart(
      axis: axis, contestants: contestants, rows: rows,
      reference: base == nil ? nil : 1)
  }

  /// The drawing with its sentence, which says, too, what is not drawn.
  func figure(
    _ title: String, _ chart: DotChart?, of cases: [Case], _ caption: String
  ) -> Block {
    let caption = caption + leftOut(cases, of: chart)
    guard let chart else {
      return .missing("No figure of \(title). \(caption)")
    }
    return .figure(
      Figure(title: title, drawing: chart, caption: caption))
  }

  /// The same for curves.
  func figure(
    _ title: String, _ chart: CurveChart?, _ caption: String
  ) -> Block {
    guard let chart else {
      return .missing("No figure of \(title): no case has a size and a median.")
    }
    return .figure(
      Figure(title: title, drawing: chart, caption: caption))
  }

  /// The sentence for cases that a drawing leaves out; empty for none.
  private func leftOut(_ cases: [Case], of chart: DotChart?) -> String {
    let drawn = Set(chart?.rows.map(\.label) ?? [])
    let rest = cases.map(\.name).filter { !drawn.contains($0) }
    guard !rest.isEmpty else { return "" }
    return " Not drawn, for want of a figure to divide by or of one above 0: "
      + Sentence.list(rest, limit: 6) + "."
  }

  /// Curves over the size of cases; several cases of a size become their
  /// median and quartiles. Nil when nothing has a place.
  func curves(_ cases: [Case], x: Axis, y: Axis) -> CurveChart? {
    let sizes = cases.compactMap(\.size).unique.sorted()
    let series = contestants.compactMap { contestant -> CurveChart.Series? in
      let points = sizes.compactMap { size -> CurveChart.Point? in
        let rows = cases.filter { $0.size == size }
          .compactMap { self[$0.name, contestant] }
          .filter { $0.isDrawn && y.hasPlace(for: $0.median) }
        guard x.hasPlace(for: Double(size)) else { return nil }
        return point(rows, size, y)
      }
      return points.isEmpty
        ? nil : CurveChart.Series(contestant: contestant, points: points)
    }
    return series.isEmpty ? nil : CurveChart(x: x, y: y, series: series)
  }

  private func point(
    _ rows: [Measurement], _ size: Int, _ y: Axis
  ) -> CurveChart.Point? {
    let medians = rows.map(\.median)
    guard let median = Statistics.median(medians),
      var low = Statistics.quantile(medians, 1),
      var high = Statistics.quantile(medians, 3)
    else { return nil }
    if rows.count == 1 {
      low = y.end(rows[0].low, or: median)
      high = y.end(rows[0].high, or: median)
    }
    return CurveChart.Point(
      name: rows.count == 1 ? rows[0].key.name : "\(rows.count) cases",
      x: Double(size), low: low, median: median, high: high,
      isOpen: rows.contains { $0.outcome == .unfinished })
  }
}
