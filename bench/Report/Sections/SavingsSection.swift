import ChainReports
import JacobianChain

/// (1) What orders cost, counted.
struct SavingsSection {
  let results: BenchResults

  var blocks: [Block] {
    let pivot = Pivot(.savings, results.rows("savings", "product fma"))
    return [
      .section("1. Savings in fma"),
      .paragraph(
        "One fma is a multiplication and an addition. Forward and reverse "
          + "take the factors one after the other from either end, the best "
          + "split is the best single meeting point of both, which an expert "
          + "finds by hand, and the optimum is the cheapest of all orders. "
          + "Every figure is the price of a plan that was checked and priced "
          + "apart from the solver."),
    ] + results.absence("savings", .savings)
      + pivot.families.flatMap { family($0, pivot) } + pivot.outcomes
  }

  private func family(_ name: String, _ pivot: Pivot) -> [Block] {
    let cases = pivot.family(name)
    let title = name.isEmpty ? "problems" : name
    let chart = pivot.dots(
      cases, axis: "fma, as multiples of the optimum", relativeTo: "optimum")
    return [
      .heading("Problems: \(title)"),
      pivot.figure(
        "fma of each order over the optimum, \(title)", chart, of: cases,
        caption(cases, pivot)),
      pivot.table(
        "fma, \(title)", cases, size: "factors",
        more: [
          ("better mode ÷ optimum", { ratio(pivot.betterMode($0), $0, pivot) }),
          (
            "best split ÷ optimum",
            { ratio(pivot.value($0.name, "best split"), $0, pivot) }
          ),
        ]),
    ]
  }

  private func ratio(
    _ value: Double?, _ item: Pivot.Case, _ pivot: Pivot
  ) -> String {
    pivot.overOptimum(value, item).map(Unit.ratio.text) ?? "–"
  }

  private func caption(_ cases: [Pivot.Case], _ pivot: Pivot) -> String {
    let modes = cases.compactMap {
      pivot.overOptimum(pivot.betterMode($0), $0)
    }
    let splits = cases.compactMap {
      pivot.overOptimum(pivot.value($0.name, "best split"), $0)
    }
    var text =
      modes.isEmpty
      ? "No case has forward or reverse beside the optimum."
      : "Over \(counted(modes.count, "problem")) the better of forward and "
        + "reverse takes \(Sentence.range(modes, .ratio)) the fma of the "
        + "optimum; in \(Sentence.share(modes.count(where: isOne), modes.count))"
        + " it is the optimum."
    if !splits.isEmpty {
      text +=
        " The best split is the optimum in "
        + "\(Sentence.share(splits.count(where: isOne), splits.count)) and "
        + "takes at most \(Unit.ratio.text(splits.max() ?? 1))."
    }
    return text
  }
}

/// Whether a ratio is 1 but for the rounding of a division.
func isOne(_ ratio: Double) -> Bool { ratio <= 1 + 1e-9 }

extension Pivot {
  /// The cheaper of forward and reverse, where either is possible.
  func betterMode(_ item: Case) -> Double? {
    ["forward", "reverse"].compactMap { value(item.name, $0) }.min()
  }

  /// As a multiple of the optimum; nil without one or where it is 0.
  func overOptimum(_ value: Double?, _ item: Case) -> Double? {
    guard let value, let optimum = self.value(item.name, "optimum"),
      optimum > 0
    else { return nil }
    return value / optimum
  }
}
