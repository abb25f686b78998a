import ChainReports
import JacobianChain
import Testing

@Suite("Text report")
struct TextReportTests {
  private static let alphabet = Array(
    "abcJ123_<>&\"'·… \t\n\u{1B}\u{202E}é漢字🙂|`*")

  /// Columns as a terminal counts them, for this alphabet only.
  private func columns(_ line: some StringProtocol) -> Int {
    line.reduce(0) { $0 + ("漢字🙂".contains($1) ? 2 : 1) }
  }

  @Test("No line is wider than the terminal", arguments: 0..<150)
  func width(seed: Int) throws {
    var random = Seeded(state: UInt64(seed))
    func name(_ prefix: String) -> String {
      let length = Int.random(in: 0...(seed % 3 == 0 ? 120 : 8), using: &random)
      return prefix
        + String(
          (0..<length).map { _ in Self.alphabet.randomElement(using: &random)! }
        )
    }
    let count = Int.random(in: 1...(seed % 2 == 0 ? 9 : 90), using: &random)
    let bits = Int.random(in: 1...33, using: &random)
    let dimensions = (0...count).map { _ in
      Int.random(in: 1...(1 << bits), using: &random)
    }
    let problem = try Samples.chain(
      dimensions, names: (0..<count).map { name("\($0)") }, name: name("p"))
    let stop: StopReason? = seed % 4 == 0 ? .heuristic : nil
    let report = try Samples.report(
      problem, Samples.randomPlan(count, &random),
      run: seed % 5 == 0 ? Samples.run(error: .infinity) : nil,
      stopReason: stop, bound: 1)
    #expect(report.text(columns: 80) == report.rendered(as: .text))
    for width in [80, Report.leastColumns, 100, 200] {
      for line in report.text(columns: width).split(separator: "\n") {
        #expect(columns(line) <= width, "seed \(seed): \(line)")
        #expect(!line.unicodeScalars.contains("\u{1B}"), "seed \(seed)")
        #expect(!line.unicodeScalars.contains("\u{202E}"), "seed \(seed)")
      }
      let coloured = report.text(columns: width, isColoured: true)
      #expect(
        coloured.replacing(/\u{1B}\[[0-9;]+m/, with: "")
          == report.text(columns: width), "seed \(seed)")
    }
  }

  @Test("Colours say what is proven, and what must not be overlooked")
  func colours() throws {
    let proven = try Samples.autoencoderReport()
      .text(columns: 80, isColoured: true)
    #expect(proven.contains("\u{1B}[32moptimal\u{1B}[0m"))
    #expect(proven.contains("\u{1B}[36m  optimum"))
    let wrong = try Samples.autoencoderReport(
      run: Samples.run(error: .infinity))
    #expect(
      wrong.text(columns: 80, isColoured: true)
        .contains("\u{1B}[1;31mWRONG RESULT"))
  }

  @Test("What orders are written with is explained, where it occurs")
  func notation() throws {
    let short = try Samples.autoencoderReport()
    let long = try Samples.report(
      Samples.chain((0...66).map { 3 + $0 % 7 }))
    for format in [ReportFormat.text, .markdown, .html] {
      #expect(
        short.rendered(as: format).contains("3 is what factor 3 hands on"))
      let text = long.rendered(as: format)
      #expect(text.contains("actor by factor, from the"), "\(format)")
    }
    let single = try Samples.report(Samples.chain([2, 3, 4]))
    #expect(!single.rendered(as: .text).contains("factor by factor"))
  }

  @Test("A wide terminal shows the whole of an order")
  func wideOrder() throws {
    var random = Seeded(state: 7)
    let names = (1...67).map { "a-name-that-is-quite-long-\($0)" }
    let problem = try Samples.chain(
      (0...67).map { 3 + $0 % 7 }, names: names)
    let report = try Samples.report(problem, Samples.randomPlan(67, &random))
    func isCut(_ columns: Int) -> Bool {
      report.text(columns: columns).split(separator: "\n")
        .contains { $0.hasPrefix("            ") && $0.hasSuffix("…") }
    }
    #expect(isCut(60) && !isCut(160))
  }

  @Test("A wide terminal shows more of a name")
  func room() throws {
    let name = String(repeating: "a long name ", count: 8)
    let problem = try Samples.chain([2, 3, 4], name: name)
    let report = try Samples.report(problem)
    #expect(!report.text(columns: 80).contains(name))
    #expect(report.text(columns: 160).contains(name))
  }

  @Test("A long plan shows its ends and says what is left out")
  func excerpt() throws {
    let problem = try Samples.chain((0...66).map { 3 + $0 % 7 })
    let text = try Samples.report(problem).rendered(as: .text)
    #expect(text.contains("41 steps left out"))
    #expect(text.split(separator: "\n").count < 50)
    #expect(text.contains("J66…J1 (66 factors)"))
  }

  @Test("Bars are scaled to the largest baseline")
  func bars() throws {
    let lines = try Samples.autoencoderReport().rendered(as: .text)
      .split(separator: "\n")
    func bar(_ label: String) -> Int {
      lines.first { $0.hasPrefix("  \(label)") }?.count { $0 == "█" } ?? -1
    }
    #expect(bar("forward") == 36)
    // 36 · 4 368 / 24 960 = 6.3
    #expect(bar("optimum") == 6)
  }

  @Test("Matrix-free steps say how often a function is evaluated")
  func evaluations() throws {
    let problem = try Problem(factors: [
      Factor(name: "a", rows: 16, columns: 40),
      Factor(name: "f", rows: 50, columns: 16, tangentCost: 9),
    ])
    let plan = Plan(
      steps: [
        .given(factor: 0), .eliminate(factor: 1, mode: .tangent, operand: 0),
      ], targets: [1])
    let report = try Samples.report(problem, plan)
    #expect(report.rendered(as: .text).contains("tangent × 40 evaluations"))
    #expect(
      report.rendered(as: .html).contains("tangent ×\u{A0}40 evaluations"))
    #expect(report.rendered(as: .dot).contains("tangent × 40 evaluations"))
  }
}
