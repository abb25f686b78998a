import ArgumentParser
import ChainSystem

/// Measures what the project promises.
@main
struct JChainBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jchain-bench",
    abstract: "Measures what the project promises.",
    subcommands: [RunCommand.self, ReportCommand.self],
    defaultSubcommand: RunCommand.self)

  static func main() { main(Arguments.words) }
}
