import ChainBenchResults
import ChainReports
import JacobianChain

/// (6) Schedules on several machines, and workers that follow them.
struct MachinesSection {
  let results: BenchResults

  var blocks: [Block] {
    let shares = Pivot(
      .provenShare, results.rows("machines", "proven share"))
    return [
      .section("6. Machines"),
      .paragraph(
        "Order and schedule together for the least makespan on p machines. "
          + "Branch and bound proves its schedule optimal or reports the gap "
          + "to its bound. The published figures are of other draws on "
          + "another machine."),
    ] + results.absence("machines", .provenShare) + shareFigure(shares)
      + table(shares) + shares.outcomes { $0.outcome != .measured }
      + absences
      + timeFigure + PublishedSchedules.blocks + parallel
  }

  private var absences: [Block] {
    // Said once when nothing is there at all.
    guard results.suite("machines") != nil else { return [] }
    return results.absence("machines", .gap)
      + results.absence("machines", .scheduling)
  }

  /// Sizes far apart need an axis of ratios.
  private static func sizes(_ series: [CurveChart.Series]) -> Axis {
    let sizes = series.flatMap(\.points).map(\.x)
    let isWide = (sizes.max() ?? 1) > 4 * (sizes.min() ?? 1)
    return Axis(
      title: "factors q", unit: .count,
      scale: isWide ? .logarithmic : .linear)
  }

  /// The share of each case beside the published one.
  private func shareFigure(_ pivot: Pivot) -> [Block] {
    guard !pivot.cases.isEmpty else { return [] }
    let axis = Axis(
      title: "schedules proven optimal", unit: .share, scale: .linear)
    let rows = pivot.cases.map { item in
      var points = pivot.contestants.compactMap {
        contestant -> DotChart.Point? in
        guard let row = pivot[item.name, contestant], row.isDrawn,
          axis.hasPlace(for: row.median)
        else { return nil }
        return .init(
          contestant: contestant, low: axis.end(row.low, or: row.median),
          median: row.median, high: axis.end(row.high, or: row.median),
          isOpen: row.outcome == .unfinished)
      }
      if let theirs = PublishedSchedules.figures(for: item)?.proven {
        points.append(
          .init(
            contestant: Self.published, low: theirs, median: theirs,
            high: theirs))
      }
      return DotChart.Row(label: item.name, points: points)
    }
    let chart = DotChart(
      axis: axis, contestants: pivot.contestants + [Self.published],
      rows: rows.filter { !$0.points.isEmpty })
    return [
      pivot.figure(
        "share of schedules proven optimal",
        chart.rows.isEmpty ? nil : chart, of: pivot.cases, shareCaption(pivot))
    ]
  }

  private static let published = "published, branch and bound"

  private func shareCaption(_ pivot: Pivot) -> String {
    var (above, equal, below) = (0, 0, 0)
    var ours: [Double] = []
    for item in pivot.cases {
      guard let own = pivot.value(item.name, "branch-and-bound") else {
        continue
      }
      ours.append(own)
      guard let theirs = PublishedSchedules.figures(for: item)?.proven else {
        continue
      }
      if abs(own - theirs) < 1e-9 {
        equal += 1
      } else if own > theirs {
        above += 1
      } else {
        below += 1
      }
    }
    return "Branch and bound proves \(Sentence.range(ours, .share)) of the "
      + "schedules. Where there is a published figure its share is above it "
      + "in \(above), equal in \(equal) and below in \(below)."
  }

  /// Curves by family, one contestant's name in front where there are more.
  private func curves(_ pivot: Pivot, _ y: Axis) -> [CurveChart.Series] {
    pivot.families.flatMap { family in
      pivot.contestants.compactMap { contestant in
        let points = pivot.family(family).compactMap {
          item -> CurveChart.Point? in
          guard let row = pivot[item.name, contestant], row.isDrawn,
            y.hasPlace(for: row.median), let size = item.size, size > 0
          else { return nil }
          return .init(
            name: item.name, x: Double(size),
            low: y.end(row.low, or: row.median), median: row.median,
            high: y.end(row.high, or: row.median),
            isOpen: row.outcome == .unfinished)
        }
        return points.isEmpty
          ? nil
          : .init(contestant: "\(contestant), \(family)", points: points)
      }
    }
  }

  private func table(_ shares: Pivot) -> [Block] {
    let gaps = Pivot(.gap, results.rows("machines", "gap"))
    let times = Pivot(
      .scheduling, results.rows("machines", "schedule seconds"))
    let cases = (shares.cases + gaps.cases + times.cases).unique
    guard !cases.isEmpty else { return [] }
    let contestants =
      (shares.contestants + gaps.contestants + times.contestants).unique
    let rows = cases.flatMap { item in
      contestants.map { contestant -> [String] in
        let figures = [shares, gaps, times].map {
          $0[item.name, contestant]?.cell($0.unit) ?? "no row"
        }
        let note = shares[item.name, contestant]?.note ?? ""
        return [item.name, contestant] + figures + [
          PublishedSchedules.figures(for: item).map {
            Unit.share.text($0.proven)
          } ?? "–",
          note.isEmpty ? "–" : note,
        ]
      }
    }
    return [
      .table(
        Table(
          title: "Schedules",
          columns: [
            .init("chains", .text),
            .init("solver", .text),
            .init("proven"), .init("gap"),
            .init("seconds"), .init("published: proven"),
            .init("note", .text),
          ], rows: rows))
    ]
  }

  private var timeFigure: [Block] {
    let times = Pivot(
      .scheduling, results.rows("machines", "schedule seconds"))
    let y = Axis(title: "seconds a schedule", unit: .seconds)
    let series = curves(times, y)
    let outcomes = times.outcomes { $0.outcome != .measured }
    guard !series.isEmpty else { return outcomes }
    let chart = CurveChart(
      x: Self.sizes(series), y: y, series: series, isSpread: true)
    let slowest = times.cases.flatMap { item in
      times.contestants.compactMap { name in
        times.value(item.name, name).map { (item.name, $0) }
      }
    }.max { $0.1 < $1.1 }
    let caption =
      slowest.map {
        "The slowest of \(counted(times.cases.count, "case")) is \($0.0) with "
          + "\(Format.seconds($0.1)) in the median."
      } ?? "No case was finished."
    return [
      .figure(
        Figure(
          title: "time to find and prove a schedule", drawing: chart,
          caption: caption))
    ] + outcomes
  }

  // MARK: Workers

  private var parallel: [Block] {
    let pivot = Pivot(.parallel, results.rows("parallel", "run seconds"))
    let blocks: [Block] =
      [.heading("Workers that follow a schedule")]
      + results.absence("parallel", .parallel)
    guard !pivot.cases.isEmpty else { return blocks }
    return blocks + [
      pivot.figure(
        "seconds on one worker and on two",
        pivot.dots(pivot.cases, axis: "seconds a run"), of: pivot.cases,
        parallelCaption(pivot)),
      pivot.table("Workers", pivot.cases),
    ] + pivot.outcomes
  }

  private func parallelCaption(_ pivot: Pivot) -> String {
    func ratios(_ name: String) -> [Double] {
      pivot.cases.compactMap { item in
        guard let one = pivot.value(item.name, "1 worker"),
          let other = pivot.value(item.name, name), other > 0
        else { return nil }
        return one / other
      }
    }
    let (two, limit) = (ratios("2 workers"), ratios("machine limit"))
    guard !two.isEmpty else {
      return "No case has both one worker and two."
    }
    return "Two workers are \(Sentence.range(two, .ratio)) as fast as one"
      + (limit.isEmpty
        ? "." : "; this machine allows \(Sentence.range(limit, .ratio)).")
  }
}
