import ArgumentParser
import ChainFormats
import ChainReports
import ChainSystem
import JacobianChain

extension TableFormat: ExpressibleByArgument {}

/// Where a table goes.
struct TableOutputOptions: ParsableArguments {
  @Option(
    help: """
      Form of the table; otherwise the ending of the file says it, or it is \
      text.
      """)
  var format: TableFormat?

  @Option(
    help: ArgumentHelp(
      "Write a file (.txt, .json, .md, .html).", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "No progress.")
  var quiet = false

  func validate() throws { _ = try fileFormat }

  /// The form that goes into the file; nil without one.
  private var fileFormat: TableFormat? {
    get throws {
      guard let output else { return nil }
      return try OutputName(output).format(
        of: output, asked: format, form: "--format",
        advice: "tables end in .txt, .json, .md or .html (or name the --format)"
      )
    }
  }

  /// Writes the table to the file, or else to standard output.
  func emit(_ table: some Tabular) throws {
    if let output {
      let text = table.rendered(as: try fileFormat ?? .text)
      try Files.write(
        Array(text.utf8), to: output, control: Interruption.control())
    } else {
      try Terminal.write(
        table.rendered(
          as: format ?? .text, columns: Terminal.columns,
          isColoured: Terminal.isColoured))
    }
  }
}
