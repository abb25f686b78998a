import ChainBenchResults
import ChainSystem
import JacobianChain

/// Carries out the tasks of a suite that have no rows yet.
package struct SuiteRun {
  /// How it went.
  package struct Outcome: Hashable, Sendable {
    /// Rows in the file, kept ones included.
    package var rows = 0
    /// What is wrong in our own answers, a line each.
    package var failures: [String] = []
    /// Whether Ctrl-C ended it.
    package var wasInterrupted = false
  }

  private let tasks: [BenchTask]
  private let log: ResultsLog

  /// Prepares a run.
  ///
  /// - Precondition: no two tasks have a key in common.
  package init(tasks: [BenchTask], log: ResultsLog) {
    self.tasks = tasks
    self.log = log
  }

  /// Runs what is left; every row is in the file before the next task begins.
  ///
  /// Law: the keys of the file are those of the tasks, in their order, however
  /// often the run was killed.
  package func run(_ progress: inout Progress) throws -> Outcome {
    var outcome = Outcome()
    for task in tasks {
      let missing = task.keys.filter { log.known[$0] == nil }
      if !missing.isEmpty {
        progress.show(task.keys[0].name)
        guard let rows = try rows(of: task) else {
          outcome.wasInterrupted = true
          break
        }
        for row in rows where log.known[row.key] == nil { try log.append(row) }
      }
      progress.advance(wasMeasured: !missing.isEmpty)
    }
    outcome.rows = log.known.count
    outcome.failures = tasks.flatMap(\.keys).compactMap { log.known[$0] }
      .filter { $0.outcome == .wrong && !Peers.isPeer($0.key.contestant) }
      .map { "\($0.key.name), \($0.key.contestant): \($0.note)" }
    return outcome
  }

  /// nil after Ctrl-C. A task that fails has rows that say so, and the others
  /// still count; what nobody here can solve is no failure.
  private func rows(of task: BenchTask) throws -> [Measurement]? {
    do {
      try Interruption.check()
      let rows = try task.run(log.known)
      precondition(
        rows.map(\.key) == task.keys, "rows of \(task.keys[0].name)")
      return rows
    } catch is Interruption {
      return nil
    } catch let error as ChainError
      where [.unsupported, .tooLarge].contains(error.kind)
    {
      return task.keys.map { .skipped($0, error.found) }
    } catch {
      guard !Interruption.isRequested else { return nil }
      return task.keys.map {
        Measurement($0, outcome: .wrong, samples: [], note: "\(error)")
      }
    }
  }
}
