import ChainReports
import ChainTestSupport
import Foundation
import Testing

@Suite("Golden files")
struct GoldenTests {
  /// A format without a golden file fails. `RECORD_GOLDEN=1` writes them anew,
  /// to be looked at before they are committed.
  @Test(arguments: ReportFormat.allCases)
  func autoencoder(format: ReportFormat) throws {
    try compare(
      Samples.autoencoderReport(run: Samples.run()), "autoencoder", format)
  }

  @Test("Several targets", arguments: ReportFormat.allCases)
  func backPropagation(format: ReportFormat) throws {
    let report = try Samples.report(HandChecked.joint[0].problem)
    try compare(report, "backpropagation", format)
  }

  @Test("A schedule on two machines", arguments: ReportFormat.allCases)
  func schedule(format: ReportFormat) throws {
    try compare(Samples.scheduledReport(), "schedule", format)
  }

  @Test("A graph", arguments: ReportFormat.allCases)
  func graph(format: ReportFormat) throws {
    try compare(Samples.graphReport(), "graph", format)
  }

  @Test("A plan as a program", arguments: CodeLanguage.allCases)
  func program(language: CodeLanguage) throws {
    try compare(
      Samples.autoencoderReport().code(in: language),
      "autoencoder.\(language.rawValue).txt")
  }

  @Test(
    "Structure and functions in a program",
    arguments: [CodeLanguage.numpy, .jax, .swift])
  func structured(language: CodeLanguage) throws {
    try compare(
      Samples.structuredReport().code(in: language),
      "structured.\(language.rawValue).txt")
  }

  private func compare(
    _ report: Report, _ name: String, _ format: ReportFormat
  ) throws {
    try compare(report.rendered(as: format), "\(name).\(format.rawValue)")
  }

  private func compare(_ text: String, _ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden)
  }
}
