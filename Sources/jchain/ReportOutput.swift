import ArgumentParser
import ChainFormats
import ChainReports
import JacobianChain

extension OutputOptions {
  /// Sends reports where the user asked for them.
  ///
  /// A file takes `--format`, or the format of its name; standard output gets
  /// the report too unless `--format` was meant for the file, or `--quiet`.
  func emit(_ reports: [Report], to files: [String]) throws(ChainError) {
    for file in files {
      let format = format ?? Self.reportFormat(ofFile: file) ?? .text
      try Files.write(
        Array(try Self.render(reports, as: format).utf8), to: file)
    }
    if quiet || (format != nil && !files.isEmpty) { return }
    try Terminal.write(try Self.render(reports, as: format ?? .text))
  }

  private static func render(
    _ reports: [Report], as format: ReportFormat
  ) throws(ChainError) -> String {
    if reports.count == 1 { return reports[0].rendered(as: format) }
    switch format {
    case .text, .markdown, .dot:
      return reports.map { $0.rendered(as: format) }.joined(separator: "\n")
    case .json:
      return "["
        + reports.map { $0.rendered(as: .json) }
        .joined(separator: ",\n") + "]\n"
    case .html:
      throw ChainError(
        .malformed, at: "--format", expected: "one problem in an HTML report",
        found: "\(reports.count) lists of shapes",
        advice: "use text, markdown or json for several problems")
    }
  }
}
