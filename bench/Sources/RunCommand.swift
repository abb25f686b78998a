import ArgumentParser
import ChainBenchResults
import ChainBenchRunner
import ChainSystem
import Foundation
import JacobianChain

/// Runs suites and keeps their results in files.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs suites, each into a file of results.",
    discussion: """
      Answers are checked before times count. A run that was killed goes on \
      where it stopped; results of another commit, machine or suite are put \
      aside as NAME.previous.csv.
      """)

  @Option(
    name: .customLong("suite"),
    help: ArgumentHelp(
      "Only this suite; can be repeated. All of them otherwise.",
      valueName: "name"))
  var suites: [String] = []

  @Flag(help: "Small and short, to see that everything runs.")
  var smoke = false

  @Flag(help: "Lists the suites and measures nothing.")
  var list = false

  @Option(
    help: ArgumentHelp(
      "The folder of the results: bench/results, with --smoke "
        + ".build/bench-smoke.", valueName: "folder"))
  var results: String?

  @Option(
    help: ArgumentHelp(
      "The folder with bench and problems in it.", valueName: "folder"))
  var root = "."

  @Option(
    help: ArgumentHelp(
      "An interpreter with the modules of bench/peers/requirements.txt.",
      valueName: "path"))
  var python = ".build/peers/venv/bin/python"

  @Option(
    help: ArgumentHelp(
      "The program made of bench/peers/matrix-chain.cpp.", valueName: "path"))
  var chains = ".build/peers/matrix-chain"

  func run() throws {
    let repository = Repository(path: root)
    do {
      let names = suites.isEmpty ? try repository.suiteNames() : suites
      let chosen = try names.map {
        try repository.suite($0, isSmoke: smoke)
      }
      if list {
        for suite in chosen { print("\(suite.name)  \(suite.summary)") }
      } else {
        try measure(chosen, repository)
      }
    } catch let error as ChainError {
      Progress.write("jchain-bench: \(error)\n")
      throw ExitCode(65)
    }
  }

  private func measure(_ suites: [Suite], _ repository: Repository) throws {
    Interruption.listen()
    let folder =
      results ?? "\(root)/" + (smoke ? ".build/bench-smoke" : "bench/results")
    let peers = Peers(
      folder: "\(root)/bench/peers", python: python, chains: chains)
    for line in peers.complaints { Progress.write(line + "\n") }
    let machine = Machine(repository: repository, peers: peers)
    var hasFailed = false
    for suite in suites {
      let log = try ResultsLog(
        folder: folder, name: suite.name,
        header: suite.header + machine.header
          + [.init("date", Date.now.formatted(.iso8601))])
      if let old = log.putAside {
        Progress.write("\(suite.name): older results are in \(old)\n")
      }
      let tasks = try Stage(
        suite: suite, repository: repository, peers: peers
      ).tasks()
      var progress = Progress(suite: suite.name, total: tasks.count)
      let outcome = try SuiteRun(tasks: tasks, log: log).run(&progress)
      let kept = log.kept > 0 ? ", \(log.kept) of them kept" : ""
      progress.end(
        "\(suite.name): \(outcome.rows) rows\(kept), \(progress.elapsed) → "
          + log.path)
      for line in outcome.failures { Progress.write("wrong: \(line)\n") }
      hasFailed = hasFailed || !outcome.failures.isEmpty
      if outcome.wasInterrupted {
        Progress.write("stopped; the same command goes on from here\n")
        throw ExitCode(130)
      }
    }
    if hasFailed { throw ExitCode(1) }
  }
}
