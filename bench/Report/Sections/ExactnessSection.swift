import ChainReports

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
          + "of ours."),
    ] + results.absence("exactness", .exactness) + summary(pivot)
      + pivot.families.flatMap { family($0, pivot) } + pivot.outcomes
  }

  /// Over all families: how often exact, and how far at most.
  private func summary(_ pivot: Pivot) -> [Block] {
    guard !pivot.cases.isEmpty else { return [] }
    let rows = pivot.contestants.map { contestant -> [String] in
      let values = pivot.cases.compactMap {
        pivot.value($0.name, contestant)
      }
      return [
        contestant, "\(values.count)",
        values.isEmpty
          ? "–" : Sentence.share(values.count(where: isOne), values.count),
        Statistics.median(values).map(Unit.ratio.text) ?? "–",
        values.max().map(Unit.ratio.text) ?? "–",
      ]
    }
    return [
      .table(
        DataTable(
          title: "Exactness over all cases",
          columns: [
            .init(heading: "planner", isNumber: false),
            .init(heading: "cases"), .init(heading: "optimal in"),
            .init(heading: "median"), .init(heading: "worst"),
          ], rows: rows))
    ]
  }

  private func family(_ name: String, _ pivot: Pivot) -> [Block] {
    let cases = pivot.family(name)
    let title = name.isEmpty ? "chains" : name
    let axis = "cost over the optimum's"
    let caption = caption(cases, pivot)
    var blocks: [Block] = [.heading("Chains: \(title)")]
    let figure = "distance from the optimum, \(title)"
    if Set(cases.compactMap(\.size)).count > 1,
      let chart = pivot.curves(
        cases, x: Axis(title: "factors n", unit: .count),
        y: Axis(title: axis, unit: .ratio))
    {
      blocks.append(
        .figure(
          Figure(title: figure, chart: .curves(chart), caption: caption)))
    } else if var chart = pivot.dots(cases, axis: axis) {
      chart.reference = 1
      blocks.append(
        .figure(
          Figure(
            title: figure, chart: .dots(chart),
            caption: caption + pivot.leftOut(cases, of: chart))))
    }
    return blocks + [
      pivot.table("Cost over the optimum, \(title)", cases, size: "n")
    ]
  }

  private func caption(_ cases: [Pivot.Case], _ pivot: Pivot) -> String {
    var exact: [String] = []
    var others: [String] = []
    for contestant in pivot.contestants {
      let values = cases.compactMap { pivot.value($0.name, contestant) }
      guard let worst = values.max() else { continue }
      if isOne(worst) {
        exact.append(contestant)
      } else {
        others.append("\(contestant) \(Unit.ratio.text(worst))")
      }
    }
    let first =
      exact.isEmpty
      ? "No planner is optimal in all of \(counted(cases.count, "case"))."
      : "Optimal in every case measured here: \(Sentence.list(exact)); their "
        + "marks lie on each other."
    return others.isEmpty
      ? first : first + " The others' worst: \(Sentence.list(others))."
  }
}
