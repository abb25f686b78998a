import ChainBenchResults
import ChainReports
import JacobianChain

/// What was run on what, and what came out in one table.
struct FrontSection {
  let results: BenchResults

  var blocks: [Block] {
    let missing = MissingSection(results: results).notices.count
    var blocks: [Block] = [
      .paragraph(
        "A Jacobian of composed functions is a product of matrices, and the "
          + "order of multiplication decides what it costs. This page is "
          + "computed from the files in bench/results alone; nothing is "
          + "measured while it is written.")
    ]
    if missing > 0 {
      blocks.append(
        .missing(
          "This is not a complete run: \(counted(missing, "gap")), listed "
            + "under “\(MissingSection.title)”."))
    }
    let short = results.suites.filter { suite in
      suite.header.contains { $0.name == "mode" && $0.value != "full" }
    }
    if !short.isEmpty {
      blocks.append(
        .missing(
          "These files are of a short run, which only shows that everything "
            + "works: \(Sentence.list(short.map(\.name)))."))
    }
    if !cards.isEmpty { blocks.append(.cards(cards)) }
    return blocks + Headline(results: results).blocks
      + [.section("What was run on what")] + circumstances + suites
  }

  // MARK: Cards

  private var cards: [Card] {
    let savings = Pivot(.savings, results.rows("savings", "product fma"))
    let cases =
      savings.cases.contains { $0.family == "workloads" }
      ? savings.family("workloads") : savings.cases
    let fma = cases.compactMap {
      savings.overOptimum(savings.betterMode($0), $0)
    }
    var cards: [Card] = []
    if let most = fma.max() {
      cards.append(
        Card(
          figure: Unit.ratio.text(most),
          caption: "fma of the better of forward and reverse over the "
            + "optimum where it gains most, of "
            + counted(fma.count, "workload")))
      cards.append(
        Card(
          figure: Sentence.share(fma.count(where: isOne), fma.count),
          caption: "workloads where forward or reverse already is optimal"))
    }
    let rows = Headline(results: results).rows
    for (gains, whom) in [
      (rows.compactMap(\.tool?.gain), "the best tool"),
      (rows.compactMap(\.expert?.gain), "an expert's order"),
    ] {
      guard let median = Statistics.median(gains) else { continue }
      cards.append(
        Card(
          figure: Unit.ratio.text(median),
          caption: "as fast as \(whom) at the same work, median of "
            + counted(gains.count, "workload")))
    }
    return cards
  }

  // MARK: Circumstances

  /// Lines that all files agree on stand once, others with their files.
  private var circumstances: [Block] {
    let own: Set = ["suite", "digest", "commit", "date"]
    let names = results.suites.flatMap { $0.header.map(\.name) }.unique
      .filter { !own.contains($0) }
    guard !names.isEmpty else {
      return [
        .missing("No file of results says on which machine it was measured.")
      ]
    }
    let rows = names.flatMap { name -> [[String]] in
      let values = results.suites.compactMap { suite in
        suite.header.first { $0.name == name }.map { (suite.name, $0.value) }
      }
      let distinct = values.map(\.1).unique
      return distinct.map { value in
        let files = values.filter { $0.1 == value }.map(\.0)
        return [name, value, phrase(files)]
      }
    }
    return [
      .table(
        Table(
          title: "Circumstances",
          columns: ["what", "value", "files"].map {
            .init($0, .text)
          }, rows: rows))
    ]
  }

  /// Of all files, whichever list is shorter: these or the others.
  private func phrase(_ files: [String]) -> String {
    let others = results.suites.map(\.name).filter { !files.contains($0) }
    if others.isEmpty { return "all" }
    return others.count < files.count
      ? "all but " + Sentence.list(others) : Sentence.list(files)
  }

  private var suites: [Block] {
    guard !results.suites.isEmpty else { return [] }
    let rows = results.suites.map { suite -> [String] in
      let counts = Measurement.Outcome.allCases.map { outcome in
        "\(suite.rows.count { $0.outcome == outcome })"
      }
      func line(_ name: String) -> String {
        suite.header.first { $0.name == name }?.value ?? "–"
      }
      return [
        suite.name + ".csv",
        "\(suite.rows.map(\.key.name).unique.count)",
      ] + counts + [line("commit"), line("date")]
    }
    return [
      .table(
        Table(
          title: "Files of results",
          columns: [.init("file", .text)]
            + (["cases"] + Measurement.Outcome.allCases.map(\.rawValue)).map {
              .init($0)
            }
            + ["commit", "date"].map { .init($0, .text) },
          rows: rows))
    ]
  }
}
