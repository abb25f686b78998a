import ChainReports
import Foundation
import Testing

@Suite("Golden files")
struct GoldenTests {
  /// A format without a golden file fails. `RECORD_GOLDEN=1` writes them anew,
  /// to be looked at before they are committed.
  @Test(arguments: ReportFormat.allCases)
  func autoencoder(format: ReportFormat) throws {
    let report = try Samples.autoencoderReport(run: Samples.run())
    let text = report.rendered(as: format)
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/autoencoder.\(format.rawValue)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOf: file, encoding: .utf8)))
  }
}
