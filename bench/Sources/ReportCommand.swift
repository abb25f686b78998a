import ArgumentParser
import ChainBenchReport
import Foundation

/// Files of results in, the report out; nothing is measured here.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes REPORT.md and report.html from files of results.",
    discussion: """
      With --readme, the table between <!-- bench:begin --> and
      <!-- bench:end --> in that file is written anew, too. What the files
      don't say is reported as missing.
      """)

  @Option(help: ArgumentHelp("Where the files *.csv are.", valueName: "folder"))
  var results = "bench/results"

  @Option(help: ArgumentHelp("Where the report goes.", valueName: "folder"))
  var output = "bench"

  @Option(
    help: ArgumentHelp("The file with the two markers.", valueName: "file"))
  var readme: String?

  func run() throws {
    let report = BenchReport(
      try BenchResults(folder: URL(filePath: results)))
    let folder = URL(filePath: output)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    try write(report.markdown, to: folder.appending(path: "REPORT.md"))
    try write(report.html, to: folder.appending(path: "report.html"))
    guard let readme else { return }
    let front = URL(filePath: readme)
    guard let text = try? String(contentsOf: front, encoding: .utf8),
      let changed = report.readme(text)
    else {
      print("\(readme) has no markers bench:begin and bench:end")
      return
    }
    if changed != text { try write(changed, to: front) }
  }

  private func write(_ text: String, to file: URL) throws {
    try text.write(to: file, atomically: true, encoding: .utf8)
    print("wrote \(file.relativePath)")
  }
}
