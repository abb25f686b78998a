import ChainBenchResults
import JacobianChain

/// A piece of work whose keys are known before it begins: so a run that goes
/// on knows what is left, and the order of the rows never depends on kills.
package struct BenchTask {
  /// What the rows will be called, in the order of the results.
  package let keys: [Measurement.Key]
  /// Measures: one row for each key, in their order. Is given what was
  /// measured before, in this run or in the one that was killed.
  package let run: (Earlier) throws -> [Measurement]

  /// Results that a task may look at.
  package typealias Earlier = [Measurement.Key: Measurement]

  /// Creates a task.
  package init(
    keys: [Measurement.Key], run: @escaping (Earlier) throws -> [Measurement]
  ) {
    self.keys = keys
    self.run = run
  }
}

extension BenchTask {
  /// A task whose rows differ in who takes part.
  init(
    _ name: String, _ quantity: String, _ contestants: [String],
    run: @escaping ([Measurement.Key], Earlier) throws -> [Measurement]
  ) {
    let keys = contestants.map {
      Measurement.Key(name: name, contestant: $0, quantity: quantity)
    }
    self.init(keys: keys) { try run(keys, $0) }
  }

  /// The same task, whose rows are skipped when no plan keeps to the limits.
  var skippingInfeasible: BenchTask {
    BenchTask(keys: keys) { [keys, run] earlier in
      do {
        return try run(earlier)
      } catch let error as ChainError where error.kind == .infeasible {
        return keys.map { .skipped($0, "infeasible: \(error.found)") }
      }
    }
  }
}

/// The answer of one of our own contestants is wrong: the row says how, and
/// the run fails at its end.
struct WrongAnswer: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless a statement about one of our answers is true.
func check(_ isTrue: Bool, _ statement: @autoclosure () -> String) throws {
  if !isTrue { throw WrongAnswer(statement()) }
}
