import ChainBenchResults
import ChainReports

/// (8) Orders of elimination on graphs.
struct GraphsSection {
  let results: BenchResults

  var blocks: [Block] {
    let prices = Pivot(.graphPrices, results.rows("graphs", "graph fma"))
    let bounds = Pivot(.graphBounds, results.rows("graphs", "lower bound fma"))
    let seconds = Pivot(.graphSeconds, results.rows("graphs", "search seconds"))
    let blocks: [Block] =
      [
        .section("8. Graphs"),
        .paragraph(
          "fma of eliminating the vertices of computational graphs in "
            + "topological order, in its opposite, the cheapest first "
            + "(Markowitz), and in the orders that searches find; faces may "
            + "need less than vertices. What isn't proven counts as "
            + "unfinished. \(PublishedOrders.source)."),
      ] + results.absence("graphs", .graphPrices)
    guard !prices.cases.isEmpty else { return blocks }
    return blocks + [
      prices.figure(
        "fma of orders of elimination",
        prices.dots(
          prices.cases, axis: "fma, as multiples of vertex elimination",
          relativeTo: own), of: prices.cases, caption(prices)),
      prices.table(
        "fma of orders of elimination", prices.cases, first: "graph",
        size: "vertices",
        more: [
          (
            "AlphaGrad",
            {
              PublishedOrders.counts[$0.name].map {
                Unit.fma.text(Double($0))
              } ?? "–"
            }
          ),
          ("gap", { gap($0, prices, bounds) }),
        ]),
      seconds.table("Seconds of searches", seconds.cases, first: "graph"),
    ] + prices.outcomes { $0.outcome == .skipped || $0.outcome == .wrong }
  }

  private var own: String { "vertex-elimination" }

  /// How much less than the order of vertices may still cost.
  private func gap(
    _ item: Pivot.Case, _ prices: Pivot, _ bounds: Pivot
  ) -> String {
    guard let price = prices[item.name, own], price.isDrawn,
      let bound = bounds[item.name, own], bound.isDrawn
    else { return "–" }
    guard price.outcome == .unfinished, price.median > 0 else {
      return "proven"
    }
    return Unit.share.text(1 - bound.median / price.median)
  }

  private func caption(_ prices: Pivot) -> String {
    let ratios = prices.cases.compactMap { item -> Double? in
      guard let price = prices[item.name, own], price.isDrawn,
        price.median > 0, let other = prices.betterMode(item)
      else { return nil }
      return other / price.median
    }
    let proven = prices.cases.count {
      prices[$0.name, own]?.outcome == .measured
    }
    let share = Sentence.share(proven, prices.cases.count)
    guard !ratios.isEmpty else { return "\(share) orders are proven." }
    return "The better of forward and reverse costs "
      + "\(Sentence.range(ratios, .ratio)) of the order that was found; "
      + "\(share) orders are proven among orders of vertices."
  }
}

/// Counts of the reference for orders of elimination, as published.
private enum PublishedOrders {
  static let source =
    "Published counts: J. Lohoff and E. Neftci, AlphaGrad, NeurIPS 2024, "
    + "where every edge is one multiplication; with units, its orders counted "
    + "anew"

  static let counts = [
    "roeflux-1d": 320, "robot-arm-6dof": 231, "propane-combustion": 88,
    "random-g": 417, "roeflux-1d-units": 217, "robot-arm-6dof-units": 165,
  ]
}
