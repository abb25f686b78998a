import ArgumentParser

/// Measures what the project promises; values are checked before times count.
@main
struct JChainBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jchain-bench",
    abstract: "Times planning and execution; prints CSV to standard output.")

  @Flag(help: "Short repetitions, to see that everything runs.")
  var smoke = false

  func run() throws {
    let repetitions = smoke ? 3 : 15
    print("suite,case,variant,median_seconds,minimum_seconds,ratio")
    let rows =
      try PlanningSuite(repetitions: repetitions).rows()
      + ExecutionSuite(repetitions: repetitions).rows()
    for row in rows { print(row.csv) }
  }
}
