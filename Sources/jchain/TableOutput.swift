import ArgumentParser
import ChainFormats
import ChainReports
import JacobianChain

extension TableFormat: ExpressibleByArgument {}

/// Where a table goes.
struct TableOutputOptions: ParsableArguments {
  @Option(help: "Form of the table.")
  var format = TableFormat.text

  @Option(help: ArgumentHelp("Write a file.", valueName: "file"))
  var output: String?

  @Flag(help: "No progress.")
  var quiet = false

  /// Writes the table to the file, or else to standard output.
  func emit(_ table: (TableFormat) -> String) throws(ChainError) {
    if let output {
      try Files.write(Array(table(format).utf8), to: output)
    } else {
      try Terminal.write(table(format))
    }
  }
}
