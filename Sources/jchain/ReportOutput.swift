import ArgumentParser
import ChainFormats
import ChainReports
import JacobianChain

extension OutputOptions {
  /// Sends reports where the user asked for them: into all files, and to
  /// standard output too unless `--format` was meant for the file, or
  /// `--quiet`. What a file couldn't take isn't lost: it is printed.
  func emit(_ reports: [Report]) throws(ChainError) {
    var failure: ChainError?
    for path in self.reports {
      var format = format ?? .text
      if case .report(let named) = OutputName(path) { format = named }
      do {
        try Files.write(Array(Self.render(reports, as: format).utf8), to: path)
      } catch {
        failure = failure ?? error
      }
    }
    let isElsewhere = quiet || (format != nil && !self.reports.isEmpty)
    if failure != nil || !isElsewhere {
      try Terminal.write(
        format ?? .text == .text
          ? Self.shown(reports) : Self.render(reports, as: format ?? .text))
    }
    if let failure { throw failure }
  }

  /// As the terminal shows it.
  private static func shown(_ reports: [Report]) -> String {
    reports.map {
      $0.text(columns: Terminal.columns, isColoured: Terminal.isColoured)
    }.joined(separator: "\n")
  }

  private static func render(
    _ reports: [Report], as format: ReportFormat
  ) -> String {
    if reports.count == 1 { return reports[0].rendered(as: format) }
    switch format {
    case .text, .markdown, .dot, .html:
      return reports.map { $0.rendered(as: format) }.joined(separator: "\n")
    case .json:
      return "["
        + reports.map { $0.rendered(as: .json) }
        .joined(separator: ",\n") + "]\n"
    }
  }

  /// A page is about one problem; said before any work is done.
  func refusePage(ofProblems count: Int) throws(ChainError) {
    let isPage =
      format == .html || reports.contains { OutputName($0) == .report(.html) }
    guard count > 1, isPage else { return }
    throw ChainError(
      .malformed, at: "--format", expected: "one problem in an HTML report",
      found: "\(count) lists of shapes",
      advice: "use text, markdown or json for several problems")
  }
}
