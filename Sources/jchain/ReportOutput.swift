import ArgumentParser
import ChainFormats
import ChainReports
import ChainSystem
import JacobianChain

extension OutputOptions {
  /// Sends reports where the user asked for them: into all files, and to
  /// standard output too unless `--format` was meant for the file, or
  /// `--quiet`. What a file couldn't take isn't lost: it is printed.
  func emit(_ reports: [Report]) throws(ChainError) {
    var failure: ChainError?
    for path in self.reports {
      let form = format ?? OutputName(path).form ?? .report(.text)
      let text = try Self.render(reports, as: form)
      do {
        try Files.write(
          Array(text.utf8), to: path, control: Interruption.control())
      } catch {
        failure = failure ?? error
      }
    }
    let isElsewhere = quiet || (format != nil && !self.reports.isEmpty)
    if failure != nil || !isElsewhere {
      let form = format ?? .report(.text)
      try Terminal.write(
        form == .report(.text)
          ? Self.shown(reports) : Self.render(reports, as: form))
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
    _ reports: [Report], as form: DocumentForm
  ) throws(ChainError) -> String {
    let documents = try reports.map { (report) throws(ChainError) in
      try report.document(form)
    }
    guard documents.count > 1 else { return documents[0] }
    return form == .report(.json)
      ? "[" + documents.joined(separator: ",\n") + "]\n"
      : documents.joined(separator: "\n")
  }

  /// Pages and programs are about one problem; said before any work is done.
  func refuseOneDocument(ofProblems count: Int) throws(ChainError) {
    let forms = [format] + reports.map { OutputName($0).form }
    let alone = forms.compactMap(\.self).first(where: \.isAboutOne)
    guard count > 1, let alone else { return }
    throw ChainError(
      .malformed, at: "--format",
      expected: alone == .report(.html)
        ? "one problem in an HTML report" : "one problem in a program",
      found: "\(count) lists of shapes",
      advice: "use text, markdown or json for several problems")
  }
}
