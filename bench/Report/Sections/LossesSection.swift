import ChainBenchResults
import ChainReports
import JacobianChain

/// (8) Every case that is lost: computed from the rows, so that none can be
/// left out.
struct LossesSection {
  let results: BenchResults

  var blocks: [Block] {
    let all = Rivalry.all.map { (rivalry: $0, outcome: $0.outcome(results)) }
    let compared = all.reduce(0) {
      $0 + $1.outcome.compared.values.reduce(0, +)
    }
    let losses = all.reduce(0) { $0 + $1.outcome.losses.count }
    var blocks: [Block] = [
      .section("9. Where we lose"),
      .paragraph(
        compared == 0
          ? "There is nothing to compare in these results."
          : "Of \(counted(compared, "comparison")) with a peer or another way "
            + "\(losses) are lost. \"Close\" means that the quartiles meet, so "
            + "that another run may say otherwise."),
    ]
    let lost = all.flatMap { lines($0.rivalry, $0.outcome) }
    if !lost.isEmpty { blocks.append(.list(lost)) }
    blocks.append(.heading("Nothing to gain, no proof, no answer"))
    return blocks + [.list(sentences)]
  }

  private func lines(
    _ rivalry: Rivalry, _ outcome: Rivalry.Outcome
  ) -> [String] {
    outcome.losses.map(\.rival).unique.map { rival in
      let lost = outcome.losses.filter { $0.rival == rival }
      let cases = lost.map {
        "\($0.name) (\(Unit.ratio.text($0.ratio))"
          + ($0.isClose ? ", close" : "")
          + ($0.price.map { "; its order costs \(Unit.ratio.text($0))" } ?? "")
          + ")"
      }
      let compared = outcome.compared[rival] ?? 0
      return "\(rivalry.suite), \(rivalry.quantity.name): \(rivalry.own) is "
        + "behind \(rival) in \(Sentence.share(lost.count, compared)): "
        + "\(Sentence.list(cases))."
    }
  }

  private var sentences: [String] {
    let savings = Pivot(.savings, results.rows("savings", "product fma"))
    let joint = Pivot(.joint, results.rows("joint", "plan fma"))
    return [
      equal("forward already is optimal", savings, "forward", "optimum"),
      equal("reverse already is optimal", savings, "reverse", "optimum"),
      equal(
        "the best split, which an expert finds by hand, is optimal", savings,
        "best split", "optimum"),
      equal(
        "separate plans already are the joint optimum", joint, "separate",
        "joint optimum"),
      equal(
        "back-propagation already is the joint optimum", joint,
        "back-propagation", "joint optimum"),
      unproven,
    ] + [ProfileSection(results).loss].compactMap(\.self) + failures
  }

  private func equal(
    _ phrase: String, _ pivot: Pivot, _ other: String, _ own: String
  ) -> String {
    let compared = pivot.cases.filter {
      pivot.value($0.name, other) != nil && pivot.value($0.name, own) != nil
    }
    let names = compared.filter {
      (pivot.value($0.name, other) ?? .infinity)
        <= (pivot.value($0.name, own) ?? 0) * (1 + 1e-9)
    }.map(\.name)
    guard !compared.isEmpty else {
      return "In no case it is known whether \(phrase)."
    }
    return "In \(Sentence.share(names.count, compared.count)) \(phrase)"
      + (names.isEmpty ? "." : ": \(Sentence.list(names)).")
  }

  private var unproven: String {
    let shares = Pivot(
      .provenShare, results.rows("machines", "proven share"))
    let cases = shares.cases.compactMap { item -> String? in
      guard let own = shares.value(item.name, "branch-and-bound") else {
        return nil
      }
      let theirs = PublishedSchedules.figures(for: item)
      if let theirs, own < theirs.proven - 1e-9 {
        return "\(item.name) \(Unit.share.text(own)), published "
          + Unit.share.text(theirs.proven)
      }
      return own < 1 ? "\(item.name) \(Unit.share.text(own))" : nil
    }
    guard !shares.cases.isEmpty else {
      return "What share of schedules is proven is not known."
    }
    return cases.isEmpty
      ? "All schedules are proven optimal."
      : "Not all schedules are proven optimal: \(Sentence.list(cases))."
  }

  /// Rows of ours that stopped at a limit or were wrong.
  private var failures: [String] {
    let ours = Set(Rivalry.all.map(\.own) + Peer.ours)
      .union(["integer-program", "branch-and-bound", "1 worker"])
    return [Measurement.Outcome.wrong, .unfinished].flatMap { outcome in
      results.suites.flatMap { suite in
        let rows = suite.rows.filter {
          $0.outcome == outcome && ours.contains($0.key.contestant)
        }
        return rows.map(\.key.contestant).unique.map { contestant in
          let names = rows.filter { $0.key.contestant == contestant }
            .map(\.key.name).unique
          return "\(suite.name): \(contestant) \(outcome.phrase) in "
            + "\(counted(names.count, "case")): \(Sentence.list(names))."
        }
      }
    }
  }
}
