import ArgumentParser
import Foundation

/// Measures what the project promises; values are checked before times count.
@main
struct JChainBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jchain-bench",
    abstract: "Times planning and execution; prints CSV to standard output.",
    subcommands: [ReportCommand.self])

  @Flag(help: "Short repetitions, to see that everything runs.")
  var smoke = false

  @Option(
    help: ArgumentHelp(
      "The C++ peer of the ordering suite.", valueName: "path"))
  var peer = ".build/peers/matrix-chain"

  @Option(help: "Only one suite: \(Suite.names).")
  var suite: Suite?

  @Option(
    help: ArgumentHelp(
      "Of the suite functions only workloads whose name begins so.",
      valueName: "prefix"))
  var workload = ""

  enum Suite: String, ExpressibleByArgument, CaseIterable {
    case ordering
    case execution
    case parallel
    case functions

    static var names: String {
      allCases.map(\.rawValue).joined(separator: ", ")
    }
  }

  func run() throws {
    let repetitions = smoke ? 3 : 15
    print("suite,case,variant,median_seconds,minimum_seconds,ratio")
    for suite in Suite.allCases where suite == self.suite ?? suite {
      switch suite {
      case .ordering:
        try OrderingSuite(isSmoke: smoke, peer: ChainPeer(path: peer))
          .run(emit)
      case .execution:
        try ExecutionSuite(repetitions: repetitions).rows().forEach(emit)
      case .parallel:
        try ParallelSuite(repetitions: repetitions).rows().forEach(emit)
      case .functions:
        try FunctionSuite(isSmoke: smoke, prefix: workload).run(emit)
      }
    }
  }

  /// A line at once: a run that is killed keeps what it has measured.
  private func emit(_ row: Row) {
    print(row.csv)
    fflush(nil)
  }
}
