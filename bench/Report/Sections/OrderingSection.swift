import ChainBenchResults
import ChainReports

/// (3) How long it takes to find an order.
struct OrderingSection {
  let results: BenchResults
  private static let ours = [
    "hu-shing", "dynamic-programming", "shared-products",
  ]

  var blocks: [Block] {
    let pivot = Pivot(
      .ordering, results.rows("ordering", "ordering seconds"))
    return [
      .section("3. Ordering time"),
      .paragraph(
        "How long finding an order takes, without multiplying anything. Both "
          + "axes are logarithmic: a straight line is a power of n. Behind "
          + "the time of an order that isn't the optimum stands how many "
          + "times the optimum it costs."),
    ] + results.absence("ordering", .ordering)
      + pivot.families.flatMap { family($0, pivot) }
      + pivot.outcomes { row in
        row.outcome != .measured || (row.price == nil && !row.note.isEmpty)
      }
  }

  /// Behind the figure of an order that isn't optimal.
  private static func behind(_ row: Measurement) -> String {
    row.price.map { " · costs \(Unit.ratio.text($0))" } ?? ""
  }

  private func family(_ name: String, _ pivot: Pivot) -> [Block] {
    let cases = pivot.family(name)
    let title = name.isEmpty ? "chains" : name
    let chart = pivot.curves(
      cases, x: Axis(title: "factors n", unit: .count),
      y: Axis(title: "seconds to find the order", unit: .seconds))
    return [
      .heading("Chains: \(title)"),
      pivot.figure(
        "ordering time over n, \(title)", chart,
        chart.map { caption(cases, pivot, $0) } ?? ""),
      pivot.table(
        "Ordering, \(title)", cases, size: "n", behind: Self.behind),
    ]
  }

  private func caption(
    _ cases: [Pivot.Case], _ pivot: Pivot, _ chart: CurveChart
  ) -> String {
    let peers = pivot.contestants.filter { !Self.ours.contains($0) }
    let sized = cases.sorted { ($0.size ?? 0) < ($1.size ?? 0) }
    var parts: [String] = []
    func fastest(_ item: Pivot.Case, _ names: [String]) -> (String, Double)? {
      names.compactMap { name in
        pivot.value(item.name, name).map { (name, $0) }
      }.min { $0.1 < $1.1 }
    }
    if let item = sized.last(where: {
      fastest($0, peers) != nil && fastest($0, Self.ours) != nil
    }), let peer = fastest(item, peers), let own = fastest(item, Self.ours) {
      parts.append(
        "At \(item.name), the longest chain with a peer, \(own.0) takes "
          + "\(Format.seconds(own.1)) and the fastest peer, \(peer.0), "
          + Format.seconds(peer.1) + price(pivot[item.name, peer.0]) + ".")
    } else {
      parts.append("No peer ordered these chains.")
    }
    if let item = sized.last(where: { fastest($0, Self.ours) != nil }),
      let own = fastest(item, Self.ours)
    {
      parts.append(
        "Our longest chain is \(item.name), by \(own.0) in "
          + "\(Format.seconds(own.1)).")
    }
    let growth = chart.series.compactMap { series -> String? in
      // Short chains are bound by overhead.
      let points = series.points.filter { $0.x >= 50 && !$0.isOpen }
        .map { (x: $0.x, y: $0.median) }
      guard points.count > 2 else { return nil }
      return Statistics.growth(points).map {
        "\(series.contestant) \(Format.fixed($0, 1))"
      }
    }
    if !growth.isEmpty {
      parts.append(
        "From n = 50 on, time grows with n to the power of: "
          + Sentence.list(growth) + ".")
    }
    return parts.joined(separator: " ")
  }

  private func price(_ row: Measurement?) -> String {
    row?.price.map {
      " for an order that costs \(Unit.ratio.text($0)) the optimum"
    } ?? ""
  }
}

extension Measurement {
  /// How many times the optimum an order costs that was found in this time:
  /// "costs 249.6 times the optimum"; nil when the note says nothing of it.
  var price: Double? {
    note.firstMatch(of: /costs ([0-9.e+]+) times the optimum/)
      .flatMap { Double($0.1) }
  }
}
