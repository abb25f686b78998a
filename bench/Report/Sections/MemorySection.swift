import ChainReports

/// (7) What an execution holds at its peak.
struct MemorySection {
  let results: BenchResults

  var blocks: [Block] {
    let pivot = Pivot(.memory, results.rows("memory", "peak bytes"))
    let blocks: [Block] =
      [
        .section("7. Memory"),
        .paragraph(
          "The most bytes that an execution holds at once beyond its given "
            + "factors. MB are 10⁶ bytes."),
      ] + results.absence("memory", .memory)
    guard !pivot.cases.isEmpty else { return blocks }
    return blocks + [
      pivot.figure(
        "peak bytes of each order",
        pivot.dots(pivot.cases, axis: "bytes at the peak"), of: pivot.cases,
        caption(pivot)),
      pivot.table("Peak bytes", pivot.cases),
    ] + pivot.outcomes
  }

  private func caption(_ pivot: Pivot) -> String {
    let ratios = pivot.cases.compactMap { item -> Double? in
      guard let own = pivot.value(item.name, "optimum"), own > 0,
        let other = pivot.betterMode(item)
      else { return nil }
      return other / own
    }
    guard !ratios.isEmpty else {
      return "No case has forward or reverse beside the optimum."
    }
    return "The thriftier of forward and reverse holds "
      + "\(Sentence.range(ratios, .ratio)) the bytes of the optimum; in "
      + "\(Sentence.share(ratios.count { $0 < 1 }, ratios.count)) it holds "
      + "less."
  }
}
