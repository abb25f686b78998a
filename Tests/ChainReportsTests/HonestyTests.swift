import ChainReports
import JacobianChain
import Testing

@Suite("Honesty")
struct HonestyTests {
  @Test("Who gains nothing is told so")
  func nothingGained() throws {
    let falling = try Samples.report(Samples.chain([1000, 100, 10, 1]))
    #expect(
      falling.verdict == "reverse mode is already optimal for this chain")
    #expect(falling.solved.saving(over: .reverse) == 1)
    #expect(falling.rendered(as: .text).contains("1.00"))
    let rising = try Samples.report(Samples.chain([1, 10, 100, 1000]))
    #expect(rising.verdict == "forward mode is already optimal for this chain")
    let square = try Samples.report(Samples.chain([7, 7, 7, 7]))
    #expect(
      square.verdict
        == "forward and reverse mode are both already optimal for this chain")
  }

  @Test("A mixed order says where it changes")
  func mixed() throws {
    #expect(
      try Samples.autoencoderReport().verdict
        == "mixed: reverse below z3, forward above it")
    let narrow = try Samples.chain([64, 64, 64, 2, 64, 64, 64])
    let fan = try Samples.report(narrow)
    #expect(fan.solved.baselines?.split == 3)
    #expect(fan.verdict == "mixed: reverse below z3, forward above it")
    // (J6·(J5·J4)·J3…: a run on a run on a product of products.
    let nested = Plan(
      steps: (0..<6).map { .given(factor: $0) } + [
        .multiply(outer: 1, inner: 0), .multiply(outer: 3, inner: 2),
        .multiply(outer: 5, inner: 4), .multiply(outer: 7, inner: 6),
        .multiply(outer: 8, inner: 9),
      ], targets: [10])
    #expect(
      try Samples.report(narrow, nested).verdict.hasPrefix(
        "the best single split is cheaper than this plan"))
    #expect(
      try Samples.report(narrow, nested, objective: .makespan).verdict
        == "mixed order, 3 levels deep")
  }

  @Test(
    "Without a proof no format says optimal",
    arguments: ReportFormat.allCases, StopReason.allCases)
  func feasible(format: ReportFormat, stopReason: StopReason) throws {
    for report in [
      try Samples.autoencoderReport(run: Samples.run(), stopReason: stopReason),
      try Samples.report(
        Samples.chain([1000, 100, 10, 1]), stopReason: stopReason),
    ] {
      let text = report.rendered(as: format)
      #expect(!text.lowercased().contains("optim"))
      #expect(text.contains("feasible"))
    }
  }

  @Test(
    "A claimed proof that a baseline disproves is not repeated",
    arguments: ReportFormat.allCases)
  func disproved(format: ReportFormat) throws {
    let problem = try Samples.chain([1000, 100, 10, 1])
    let forward = try #require(try Baselines(of: problem)[.forward])
    let report = try Samples.report(problem, forward.plan)
    #expect(report.solved.status.stopReason == nil)
    let text = report.rendered(as: format)
    #expect(!text.lowercased().contains("optim"))
    #expect(text.contains("feasible"))
  }

  @Test("An unproven plan shows its gap")
  func gap() throws {
    let report = try Samples.autoencoderReport(stopReason: .timeLimit)
    #expect(report.status == "feasible")
    // (4 368 000 − 3 900 000) ÷ 4 368 000, rounded up.
    #expect(report.solved.gap == 468_000.0 / 4_368_000)
    let text = report.rendered(as: .text)
    #expect(text.contains("lower bound 3 900 000 fma, gap at most 10.72 %"))
    #expect(text.contains("the time limit was reached"))
    for format in [ReportFormat.markdown, .html] {
      #expect(report.rendered(as: format).contains("gap at most 10.72 %"))
    }
    #expect(
      report.rendered(as: .json).contains("\"gap\": \(468_000.0 / 4_368_000)"))
  }

  @Test(
    "An upper bound is never rounded down, nor past a round limit",
    arguments: [
      (0, "0.00 %"), (0.36, "36.00 %"), (0.07, "7.000 %"), (1, "100.00 %"),
      (0.559, "55.90 %"), (0.359999, "36.00 %"), (0.10714, "10.72 %"),
      (0.000_012_34, "0.001234 %"), (0.000_012_341, "0.001235 %"),
      (0.29, "29.00 %"), (0.58, "58.00 %"),
    ])
  func atMost(share: Double, text: String) {
    #expect(Format.atMostPercent(share) == text)
  }

  @Test(
    "A wrong result is shouted",
    arguments: [Double.infinity, .nan, 0.5],
    [ReportFormat.text, .markdown, .html])
  func wrong(error: Double, format: ReportFormat) throws {
    let wrong = try Samples.autoencoderReport(run: Samples.run(error: error))
    #expect(wrong.rendered(as: format).contains("WRONG RESULT"))
    let right = try Samples.autoencoderReport(run: Samples.run())
    #expect(!right.rendered(as: format).contains("WRONG RESULT"))
  }

  @Test("Only what was verified is called so", arguments: ReportFormat.allCases)
  func comparison(format: ReportFormat) throws {
    func text(
      _ verdict: RunRecord.Verification.Verdict, _ error: Double,
      _ bound: Double
    ) throws -> String {
      try Samples.autoencoderReport(
        run: Samples.run(
          verification: .init(
            verdict: verdict, maxRelativeError: error, errorBound: bound,
            method: "600 one-hot products"))
      ).rendered(as: format)
    }
    let loose = try text(.illConditioned, 0.25, 44)
    // A drawing says nothing of a run.
    if format == .dot { return }
    if format == .json {
      #expect(loose.contains("\"verdict\": \"ill-conditioned\""))
      #expect(loose.contains("\"errorBound\": 44"))
      #expect(try text(.wrong, .infinity, .infinity).contains("\"Infinity\""))
      return
    }
    let words = loose.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(words.contains("ll-conditioned: not verified"))
    #expect(words.contains("4.40e1"))
    #expect(!words.contains("WRONG"))
    let wrong = try text(.wrong, 0.25, 1e-12)
    #expect(wrong.contains("WRONG RESULT"))
    #expect(!wrong.contains("verified"))
    #expect(!(try text(.verified, 1e-15, 1e-12)).contains("conditioned"))
  }

  @Test(
    "Counted ≠ priced is shouted",
    arguments: [ReportFormat.text, .markdown, .html])
  func mismatch(format: ReportFormat) throws {
    let wrong = try Samples.autoencoderReport(run: Samples.run(counted: 5))
    #expect(wrong.rendered(as: format).contains("COUNTED ≠ PRICED"))
    let right = try Samples.autoencoderReport(run: Samples.run())
    #expect(!right.rendered(as: format).contains("COUNTED ≠ PRICED"))
    #expect(right.rendered(as: format).contains("= priced"))
  }
}
