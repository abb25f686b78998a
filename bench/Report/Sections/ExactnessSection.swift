import ChainBenchResults
import ChainReports
import JacobianChain

/// (4) How far from the optimum each planner lands.
struct ExactnessSection {
  let results: BenchResults

  var blocks: [Block] {
    let pivot = Pivot(
      .exactness, results.rows("exactness", "cost over optimum"))
    return [
      .section("4. Exactness"),
      .paragraph(
        "The cost of each planner's order over that of the optimum, both "
          + "priced by us. 1.00× is the optimum; below 1 would be an error "
          + "of ours. A case may be the median over several draws, with "
          + "quartiles in brackets; 7/10 behind it means that 7 of 10 are "
          + "optimal."),
    ] + results.absence("exactness", .exactness) + summary(pivot)
      + pivot.families.flatMap { family($0, pivot) }
      + pivot.outcomes { $0.outcome != .measured }
  }

  /// Over all families: how often exact, and how far at most.
  private func summary(_ pivot: Pivot) -> [Block] {
    guard !pivot.cases.isEmpty else { return [] }
    let rows = pivot.contestants.map { contestant -> [String] in
      let rows = pivot.cases.compactMap { pivot[$0.name, contestant] }
      let values = rows.compactMap(\.figure)
      let draws = rows.compactMap(\.optimalDraws)
      return [
        contestant, "\(values.count)",
        draws.isEmpty
          ? "–"
          : Sentence.share(
            draws.reduce(0) { $0 + $1.optimal },
            draws.reduce(0) { $0 + $1.drawn }),
        Statistics.median(values).map(Unit.ratio.text) ?? "–",
        values.max().map(Unit.ratio.text) ?? "–",
      ]
    }
    return [
      .table(
        Table(
          title: "Exactness over all cases",
          columns: [
            .init("planner", .text),
            .init("cases"), .init("optimal in draws"),
            .init("median"), .init("worst median"),
          ], rows: rows))
    ]
  }

  private func family(_ name: String, _ pivot: Pivot) -> [Block] {
    let cases = pivot.family(name)
    let title = name.isEmpty ? "chains" : name
    let axis = "cost over the optimum's"
    let caption = caption(cases, pivot)
    let name = "distance from the optimum, \(title)"
    let figure: Block
    if Set(cases.compactMap(\.size)).count > 1 {
      var chart = pivot.curves(
        cases, x: Axis(title: "factors n", unit: .count),
        y: Axis(title: axis, unit: .ratio))
      chart?.isSpread = true
      figure = pivot.figure(name, chart, caption)
    } else {
      var chart = pivot.dots(cases, axis: axis)
      chart?.reference = 1
      figure = pivot.figure(name, chart, of: cases, caption)
    }
    return [
      .heading("Chains: \(title)"), figure,
      pivot.table("Cost over the optimum, \(title)", cases, size: "n") { row in
        row.samples > 1
          ? row.optimalDraws.map { " · \($0.optimal)/\($0.drawn)" } ?? "" : ""
      },
    ]
  }

  private func caption(_ cases: [Pivot.Case], _ pivot: Pivot) -> String {
    var exact: [String] = []
    var others: [String] = []
    for contestant in pivot.contestants {
      let rows = cases.compactMap { pivot[$0.name, contestant] }
        .filter { $0.figure != nil }
      guard let worst = rows.map(\.median).max() else { continue }
      if rows.allSatisfy({ $0.optimalDraws.map { $0 == $1 } ?? false }) {
        exact.append(contestant)
      } else {
        others.append("\(contestant) \(Unit.ratio.text(worst))")
      }
    }
    let first =
      exact.isEmpty
      ? "No planner is optimal in all of \(counted(cases.count, "case"))."
      : "Optimal in every draw measured here: \(Sentence.list(exact))."
    return others.isEmpty
      ? first : first + " The others' worst median: \(Sentence.list(others))."
  }
}

extension Measurement {
  /// How many of the draws behind a median are optimal. Quartiles don't say,
  /// the note does: "optimal in 7 of 10". Nil when unknown.
  var optimalDraws: (optimal: Int, drawn: Int)? {
    guard let figure else { return nil }
    if samples == 1 { return (isOne(figure) ? 1 : 0, 1) }
    guard let match = note.firstMatch(of: /optimal in (\d+) of (\d+)/),
      let optimal = Int(match.1), let drawn = Int(match.2)
    else { return nil }
    return (optimal, drawn)
  }
}
