import ChainBenchReport
import Foundation

/// Made-up results with everything awkward in them: skipped, wrong and
/// unfinished rows, absent ones, names of any length, single points, equal
/// values, seven orders of magnitude, a suite that nobody expects.
enum ReportFixture {
  /// The texts by the names of the suites.
  static let files: [String: String] = {
    let entries =
      (try? FileManager.default.contentsOfDirectory(
        at: here("Fixtures"), includingPropertiesForKeys: nil)) ?? []
    var files: [String: String] = [:]
    for entry in entries where entry.pathExtension == "csv" {
      files[entry.deletingPathExtension().lastPathComponent] =
        try? String(contentsOf: entry, encoding: .utf8)
    }
    return files
  }()

  /// The suites that a complete run has.
  static let expected = [
    "savings", "seconds", "execution", "functions", "ordering", "exactness",
    "joint", "machines", "graphs", "parallel", "memory", "python",
  ]

  static func report(_ files: [String: String] = files) -> BenchReport {
    BenchReport(BenchResults(files: files))
  }

  /// The report of all of them.
  static let markdown = report().markdown
  static let html = report().html

  static func here(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: path)
  }
}
