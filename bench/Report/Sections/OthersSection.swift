import ChainBenchResults
import ChainReports

/// Rows that no section knows: shown as they are, not dropped.
struct OthersSection {
  let results: BenchResults

  var blocks: [Block] {
    let tables = results.suites.flatMap(tables)
    guard !tables.isEmpty else { return [] }
    return [
      .section("Other figures"),
      .paragraph("What was measured beyond the sections above."),
    ] + tables
  }

  private func tables(_ suite: BenchResults.Suite) -> [Block] {
    let known =
      ExpectedSuite.all.first { $0.name == suite.name }?.quantities
      .map(\.name) ?? []
    let quantities = suite.rows.map(\.key.quantity).unique
      .filter { !known.contains($0) }
    return quantities.flatMap { quantity -> [Block] in
      let pivot = Pivot(
        quantity, [], suite.rows.filter { $0.key.quantity == quantity })
      return [
        .heading("\(suite.name): \(quantity)"),
        pivot.table(
          "\(suite.name): \(quantity)", pivot.cases, first: "case",
          size: pivot.cases.contains { $0.size != nil } ? "size" : nil,
          more: pivot.cases.contains { !$0.family.isEmpty }
            ? [("family", { $0.family.isEmpty ? "–" : $0.family })] : []),
      ] + pivot.outcomes
    }
  }
}
