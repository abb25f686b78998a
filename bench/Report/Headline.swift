import ChainBenchResults
import ChainReports
import Foundation

/// The table of the README: what an order saves, counted and on a clock.
struct Headline {
  let results: BenchResults

  /// One workload.
  struct Row {
    var name: String
    var forward: Double?
    var reverse: Double?
    var optimum: Double?
    /// Of the optimum's plan, or of what is held against the tool.
    var seconds: Double?
    /// The peer that needs no expert.
    var tool: PeerTime?
    /// The order that an expert writes down.
    var expert: PeerTime?

    /// fma of the better of forward and reverse over the optimum's.
    var saving: Double? {
      guard let optimum, optimum > 0,
        let mode = [forward, reverse].compactMap({ $0 }).min()
      else { return nil }
      return mode / optimum
    }
  }

  /// The peer against which least is gained.
  struct PeerTime {
    var name: String
    var seconds: Double
    /// Its time over that of ours that does the same work.
    var gain: Double
  }

  /// The workloads, in the order of the files.
  var rows: [Row] {
    let fma = Pivot(.savings, results.rows("savings", "product fma"))
    let seconds = Pivot(.seconds, results.rows("seconds", "run seconds"))
    let named =
      fma.family("workloads").map(\.name) + seconds.cases.map(\.name)
    return named.unique.map { name in
      let tool = peer(name, seconds) { !Peer.experts.contains($0) }
      return Row(
        name: name, forward: fma.value(name, "forward"),
        reverse: fma.value(name, "reverse"),
        optimum: fma.value(name, "optimum"),
        seconds: seconds.value(
          name, tool.map { Peer.counterpart($0.name) } ?? "optimum"),
        tool: tool,
        expert: peer(name, seconds) { Peer.experts.contains($0) })
    }
  }

  private func peer(
    _ name: String, _ seconds: Pivot, _ counts: (String) -> Bool
  ) -> PeerTime? {
    seconds.contestants.filter { !Peer.ours.contains($0) && counts($0) }
      .compactMap { peer -> PeerTime? in
        // Unlike work is not compared: without a counterpart no gain.
        guard let theirs = seconds.value(name, peer),
          let own = seconds.value(name, Peer.counterpart(peer)), own > 0
        else { return nil }
        return PeerTime(name: peer, seconds: theirs, gain: theirs / own)
      }.min { $0.gain < $1.gain }
  }

  /// The drawing of what is gained, the table, and how to read it.
  var blocks: [Block] {
    guard !rows.isEmpty else {
      return [
        .missing(
          "There are no results of the suites savings and seconds, so there "
            + "is no table of workloads. `make bench` measures them.")
      ]
    }
    return [figure, .table(table), .paragraph(legend)].compactMap { $0 }
  }

  /// All gains of a workload on one axis; nil without any.
  private var figure: Block? {
    let gains: [(name: String, of: (Row) -> Double?)] = [
      ("fma", \.saving), ("seconds of the best tool", \.tool?.gain),
      ("seconds of an expert's order", \.expert?.gain),
    ]
    let drawn = rows.map { row in
      DotChart.Row(
        label: row.name,
        points: gains.compactMap { gain in
          gain.of(row).map {
            .init(contestant: gain.name, low: $0, median: $0, high: $0)
          }
        })
    }.filter { !$0.points.isEmpty }
    guard !drawn.isEmpty else { return nil }
    let chart = DotChart(
      axis: Axis(title: "over those of the best order", unit: .ratio),
      contestants: gains.map(\.name), rows: drawn, reference: 1)
    let counts = gains.compactMap { gain -> String? in
      let values = rows.compactMap(gain.of)
      let best = values.count { $0 > 1 && !isOne($0) }
      return values.isEmpty
        ? nil : "\(gain.name): \(Sentence.share(best, values.count))"
    }
    return .figure(
      Figure(
        title: "what the best order gains", drawing: chart,
        caption: "Right of the line something is gained. Workloads where it "
          + "is: \(counts.joined(separator: "; "))."))
  }

  private var table: Table {
    Table(
      title: "Workloads",
      columns: [.init("workload", .text)]
        + [
          "forward fma", "reverse fma", "optimum fma", "fewer fma",
          "our seconds",
        ].map { .init($0) } + [
          .init("best tool", .text),
          .init("its seconds"), .init("gain"),
          .init("gain over an expert"),
        ],
      rows: rows.map { row in
        func fma(_ value: Double?) -> String {
          value.map(Unit.rounded) ?? "–"
        }
        return [
          row.name, fma(row.forward), fma(row.reverse), fma(row.optimum),
          row.saving.map(Unit.ratio.text) ?? "–",
          row.seconds.map(Format.seconds) ?? "–", row.tool?.name ?? "none",
          row.tool.map { Format.seconds($0.seconds) } ?? "–",
          row.tool.map { Unit.ratio.text($0.gain) } ?? "–",
          row.expert.map { Unit.ratio.text($0.gain) } ?? "–",
        ]
      })
  }

  private var legend: String {
    "Fewer fma: the better of forward and reverse over the optimum. Gain: the "
      + "time of the tool against which least is gained over ours at the same "
      + "work: numpy multiplies given factors, as our plan does; JAX and "
      + "CasADi differentiate a function, as our prepared Jacobian does. An "
      + "expert writes the mixed order for these shapes by hand, in JAX. "
      + "Medians on one core\(circumstances)."
  }

  /// Where the seconds are from: processor, BLAS core type and build.
  private var circumstances: String {
    guard let suite = results.suite("seconds") ?? results.suite("savings")
    else { return "" }
    func line(_ name: String) -> String? {
      suite.header.first { $0.name == name }?.value
    }
    // OpenBLAS names the core last but one in its configuration.
    let words = line("openblas")?.split(separator: " ") ?? []
    let configured = words.firstIndex { $0.hasPrefix("MAX_THREADS") }
      .flatMap { $0 > 0 ? String(words[$0 - 1]) : nil }
    let facts = [
      ("BLAS core type", line("blas core") ?? configured),
      ("build", line("build")),
    ].map { name, value in name + " " + (value ?? "not recorded") }
    return (line("machine").map { " on \($0)" } ?? "")
      + facts.map { "; \($0)" }.joined()
  }

  // MARK: The README

  private static let (begin, end) = (
    "<!-- bench:begin -->", "<!-- bench:end -->"
  )

  /// The README with the table between its two markers; nil without markers.
  func readme(_ text: String) -> String? {
    guard let begin = text.range(of: Self.begin),
      let end = text.range(
        of: Self.end, range: begin.upperBound..<text.endIndex)
    else { return nil }
    return text[..<begin.upperBound] + "\n\(markdown)\n"
      + text[end.lowerBound...]
  }

  /// What stands between the markers.
  var markdown: String {
    guard !rows.isEmpty else {
      return "There are no results yet; `make bench` measures this machine."
    }
    return table.markdown + "\n\n" + legend.markdown
      + " All of it, and where we lose: [bench/REPORT.md](bench/REPORT.md)."
  }
}
