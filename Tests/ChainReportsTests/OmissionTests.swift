import ChainReports
import JacobianChain
import Testing

@Suite("Baselines that were not run")
struct OmissionTests {
  private func report(
    _ omissions: [Baseline: RunRecord.Omission]
  ) throws -> Report {
    var report = try Samples.autoencoderReport()
    var run = Samples.run()
    run.baselines = [.bestSplit: run.plan]
    run.omissions = omissions
    report.run = run
    return report
  }

  @Test(
    "Every format says why, once for each reason",
    arguments: [
      ReportFormat.text, .markdown, .html,
    ])
  func reasons(format: ReportFormat) throws {
    let text = try report([
      .forward: .tooDear(times: 5), .reverse: .tooDear(times: 5),
      .bestSplit: .samePlan,
    ]).rendered(as: format)
    let words = text.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(
      words.contains(
        "forward and reverse: more than 5 × the fma of the plan; best split: "
          + "the same steps as the plan"))
  }

  @Test("Programs find the reasons beside the measurements")
  func json() throws {
    let text = try report([
      .forward: .tooLarge(bytes: 3 << 40), .reverse: .stopped,
      .bestSplit: .samePlan,
    ]).rendered(as: .json)
    #expect(text.contains("\"forward\": \"3.00 TiB don't fit into memory\""))
    #expect(text.contains("\"reverse\": \"no time left\""))
    #expect(text.contains("\"bestSplit\": \"the same steps as the plan\""))
  }

  @Test("A measurement that is the plan's has no row of its own")
  func rows() throws {
    let text = try report([.bestSplit: .samePlan]).rendered(as: .text)
    let measured = try #require(text.split(separator: "measured").last)
    #expect(!measured.contains("best split  "))
  }
}
