import ChainBenchResults

/// Not Foundation's type of the same name.
package typealias Measurement = ChainBenchResults.Measurement

/// What the tasks of a suite need.
package struct Stage: Sendable {
  /// The suite.
  package let suite: Suite
  /// Where problem files are.
  package let repository: Repository
  /// Other tools.
  package let peers: Peers

  /// Creates a stage.
  package init(suite: Suite, repository: Repository, peers: Peers) {
    self.suite = suite
    self.repository = repository
    self.peers = peers
  }

  var sampling: Sampling {
    Sampling(repetitions: suite.repetitions, seconds: suite.seconds)
  }

  /// All tasks of the suite, in the order of its results.
  ///
  /// - Throws: `ChainError` for problems that can't be read or drawn.
  package func tasks() throws -> [BenchTask] {
    let tasks = try measuringTasks()
    // Limits of a problem's own can be kept, those of a suite perhaps not.
    return suite.limits.isEmpty ? tasks : tasks.map(\.skippingInfeasible)
  }

  private func measuringTasks() throws -> [BenchTask] {
    switch suite.kind {
    case .prediction: try PredictionTasks(stage: self).tasks()
    case .savings: try SavingsTasks(stage: self).tasks()
    case .seconds: try SecondsTasks(stage: self).tasks()
    case .ordering: OrderingTasks(stage: self).tasks()
    case .exactness: ExactnessTasks(stage: self).tasks()
    case .joint: try JointTasks(stage: self).tasks()
    case .machines: MachinesTasks(stage: self).tasks()
    case .graphs: try GraphTasks(stage: self).tasks()
    case .memory: try MemoryTasks(stage: self).tasks()
    case .execution: try ExecutionTasks(stage: self).tasks()
    case .parallel: try ParallelTasks(stage: self).tasks()
    case .functions: FunctionTasks(stage: self).tasks()
    case .scalar: ScalarTasks(stage: self).tasks()
    }
  }
}

extension Measurement {
  /// Nothing was measured, and why.
  static func skipped(
    _ key: Key, _ reason: String, family: String = "", size: Int? = nil
  ) -> Measurement {
    Measurement(
      key, family: family, size: size, outcome: .skipped, samples: [],
      note: reason)
  }

  /// A price, exact in the note when a double can't hold it.
  init(
    _ key: Key, price: UInt128, family: String = "", size: Int? = nil,
    outcome: Outcome = .measured, note: String = ""
  ) {
    let isExact = UInt128(exactly: Double(price)) == price
    let exact = isExact ? [] : ["exactly \(price)"]
    self.init(
      key, family: family, size: size, outcome: outcome,
      samples: [Double(price)],
      note: (exact + (note.isEmpty ? [] : [note])).joined(separator: "; "))
  }
}
