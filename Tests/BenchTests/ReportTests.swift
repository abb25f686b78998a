import ChainBenchReport
import Foundation
import Testing

/// The report as a function of files.
@Suite struct ReportTests {
  /// `RECORD_GOLDEN=1` writes it anew, to be looked at before it is committed.
  @Test func golden() throws {
    let text = ReportFixture.markdown
    let file = ReportFixture.here("Golden/REPORT.md")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func sameFilesSameBytes() throws {
    let folder = try BenchResults(folder: ReportFixture.here("Fixtures"))
    for report in [ReportFixture.report(), BenchReport(folder)] {
      #expect(report.markdown == ReportFixture.markdown)
      #expect(report.html == ReportFixture.html)
    }
  }

  /// A file that is deleted is missed by name, in both forms.
  @Test(arguments: ReportFixture.expected) func without(_ suite: String) {
    var files = ReportFixture.files
    #expect(files.removeValue(forKey: suite) != nil)
    let report = ReportFixture.report(files)
    let sentence = "results/\(suite).csv is absent"
    #expect(report.markdown.contains(sentence))
    #expect(report.html.contains(sentence))
    #expect(!ReportFixture.markdown.contains(sentence))
  }

  @Test func onlyOne() {
    for (name, text) in ReportFixture.files {
      let report = ReportFixture.report([name: text])
      let markdown = report.markdown
      for other in ReportFixture.expected {
        #expect(
          markdown.contains("results/\(other).csv is absent")
            == (other != name))
      }
      #expect(report.html.contains("</html>"))
    }
  }

  @Test func withoutAnything() {
    let report = ReportFixture.report([:])
    #expect(report.markdown.contains("> **Missing:**"))
    #expect(!report.html.contains("<figure"))
    // Only what others published is a table.
    #expect(
      report.markdown.split(separator: "\n").count { $0.hasPrefix("| --") } == 1
    )
    let folder = try? BenchResults(folder: ReportFixture.here("nowhere"))
    #expect(folder.map { BenchReport($0).markdown } == report.markdown)
  }

  /// Results that a new run put aside beside its own.
  @Test func olderResultsAreNoPartOfTheReport() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "jchain-results-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["seconds", "seconds.previous", "seconds.previous-2"] {
      try Data().write(to: folder.appending(path: name + ".csv"))
    }
    let results = try BenchResults(folder: folder)
    let report = BenchReport(results).markdown
    #expect(report.contains("seconds.csv"))
    #expect(!report.contains("previous"))
  }

  /// Whatever stands where, a suite says its file and line.
  @Test(arguments: ReportFixture.expected) func malformed(_ suite: String) {
    var files = ReportFixture.files
    var lines = (files[suite] ?? "").split(
      separator: "\n", omittingEmptySubsequences: false)
    let line = lines.count - 3
    lines[line - 1] = "not a measurement"
    files[suite] = lines.joined(separator: "\n")
    let sentence =
      "results/\(suite).csv can't be read: line \(line) should be a "
      + "measurement."
    let report = ReportFixture.report(files)
    #expect(report.markdown.contains(sentence))
    #expect(!report.markdown.contains("results/\(suite).csv is absent"))
  }

  /// Any contestant may be absent, and any outcome may be any row's.
  @Test func anyRowsAbsentOrOtherwise() {
    for (name, text) in ReportFixture.files {
      let lines = text.split(separator: "\n")
      for start in 0..<4 {
        let kept = lines.enumerated().filter { index, line in
          line.hasPrefix("#") || line.hasPrefix("case,")
            || (index * 7 + start) % 4 > 1
        }.map { String($0.element) }
        let part = kept.joined(separator: "\n") + "\n"
        let report = ReportFixture.report([name: part])
        #expect(report.html.contains("</html>"))
      }
      for outcome in ["skipped", "wrong", "unfinished"] {
        let other = text.replacing(",measured,", with: ",\(outcome),")
        let report = ReportFixture.report([name: other])
        #expect(report.html.contains("</html>"))
        #expect(!report.markdown.contains("nan"))
      }
    }
  }

  /// Figures that only a broken run writes are no reason to crash, and no
  /// coordinates.
  @Test(arguments: ["0", "-1", "1e308", "5e-324", "", "inf", "nan", "1e15"])
  func anyFigures(_ figure: String) {
    for (name, text) in ReportFixture.files {
      for column in 7...9 {
        let lines = text.split(separator: "\n").enumerated().map {
          index, line in
          var fields = line.split(
            separator: ",", omittingEmptySubsequences: false
          ).map(String.init)
          if index > 14, index % 3 > 0, fields.count == 11 {
            fields[column] = figure
          }
          return fields.joined(separator: ",")
        }
        let html = ReportFixture.report(
          [name: lines.joined(separator: "\n") + "\n"]
        ).html
        #expect(html.contains("</html>"))
        #expect(html.firstMatch(of: /"[^"<>]*[0-9ML ](nan|inf)[^"<>]*"/) == nil)
      }
    }
  }

  /// Every case and contestant of every file has its place, known or not.
  @Test func nothingIsDropped() {
    let markdown = ReportFixture.markdown
    for text in ReportFixture.files.values {
      for line in text.split(separator: "\n") {
        guard !line.hasPrefix("#"), !line.hasPrefix("case,") else { continue }
        let fields = line.split(separator: ",")
        #expect(markdown.contains(fields[0]))
        #expect(markdown.contains(fields[1]))
      }
    }
    #expect(markdown.contains("energy: joules"))
  }

  /// A run that measured something twice counts the last.
  @Test func lastRowCounts() {
    var files = ReportFixture.files
    files["memory"]? +=
      "w01-autoencoder-600,optimum,peak bytes,workloads,11,measured,1,"
      + "123456,123456,123456,\n"
    let markdown = ReportFixture.report(files).markdown
    #expect(markdown.contains("| w01-autoencoder-600 | 123 kB |"))
    #expect(markdown.contains("measures 1 key more than once"))
  }
}
