import ChainReports
import JacobianChain
import Testing

@Suite("Ways to carry out a plan")
struct WaysTests {
  private func report() throws -> Report {
    var run = Samples.run()
    let other = RunRecord.Measured(
      seconds: 2 * run.plan.seconds, countedFMA: run.plan.countedFMA,
      peakBytes: 1)
    run.workers = 2
    run.threads = 1
    run.alternatives = [
      .init(workers: 1, threads: 1, measured: other),
      .init(workers: 1, threads: 2, measured: other),
    ]
    return try Samples.report(
      Samples.chain([600, 60, 40, 10, 40, 60, 600]), run: run)
  }

  @Test(
    "What was taken, and what stood beside it",
    arguments: [
      ReportFormat.text, .markdown, .html,
    ])
  func words(format: ReportFormat) throws {
    let text = try report().rendered(as: format)
      .split { $0.isWhitespace }.joined(separator: " ")
    for words in [
      "2 workers, the fastest of 3 ways",
      "sequential", "2 threads in each product", "2.00",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("A count that isn't the price is an alarm in any way")
  func alarm() throws {
    var report = try report()
    #expect(!report.rendered(as: .text).contains("COUNTED"))
    report.run?.alternatives[1].measured.countedFMA = 7
    #expect(
      report.rendered(as: .text)
        .contains("COUNTED ≠ PRICED for 2 threads in each product"))
  }

  @Test("JSON has workers and alternatives where there was a choice")
  func json() throws {
    let json = try report().rendered(as: .json)
    #expect(json.contains("\"workers\": 2"))
    #expect(json.contains("\"alternatives\""))
    let plain = try Samples.report(
      Samples.chain([600, 60, 40, 10, 40, 60, 600]), run: Samples.run())
    #expect(!plain.rendered(as: .json).contains("\"alternatives\""))
  }
}
