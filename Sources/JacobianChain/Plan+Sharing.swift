extension Plan {
  /// The plan with equal steps merged: of steps that do the same to the same
  /// operands only the first is kept, and its value serves all their uses.
  ///
  /// What is left stands in the old order. A merged plan computes the same
  /// targets and never costs more; a plan without equal steps stays as it is.
  /// Merging the homogeneous adjoints of all targets of a network, which start
  /// from the same output, gives back-propagation.
  ///
  /// - Precondition: steps read only steps before them, as `priced(for:)`
  ///   demands, and targets are steps.
  /// - Complexity: O(steps) expected time and memory.
  package func mergingEqualSteps() -> Plan {
    var merged = Plan(steps: [], targets: [])
    var places: [Int] = []
    var known: [Step: Int] = [:]
    places.reserveCapacity(steps.count)
    for step in steps {
      let step = step.withOperands { places[$0] }
      if let place = known[step] {
        places.append(place)
      } else {
        known[step] = merged.steps.count
        places.append(merged.steps.count)
        merged.steps.append(step)
      }
    }
    merged.targets = targets.map { places[$0] }
    return merged
  }

  /// Whether two plans for the same problem do the same steps, each as often,
  /// in whatever order they are listed: then they do the same arithmetic.
  ///
  /// - Precondition: both have passed `priced(for:)`.
  /// - Complexity: O(steps · log steps) expected time.
  package func doesTheSame(as other: Plan) -> Bool {
    guard steps.count == other.steps.count else { return false }
    var known: [Step: Int] = [:]
    func names(_ plan: Plan) -> (steps: [Int], targets: [Int]) {
      var names: [Int] = []
      names.reserveCapacity(plan.steps.count)
      for step in plan.steps {
        let step = step.withOperands { names[$0] }
        let name = known[step] ?? known.count
        known[step] = name
        names.append(name)
      }
      return (names.sorted(), plan.targets.map { names[$0] })
    }
    return names(self) == names(other)
  }
}

extension Step {
  /// The same step with its operands renamed.
  package func withOperands(_ name: (Int) -> Int) -> Step {
    switch self {
    case .given, .accumulate: self
    case .multiply(let outer, let inner):
      .multiply(outer: name(outer), inner: name(inner))
    case .eliminate(let factor, let mode, let operand):
      .eliminate(factor: factor, mode: mode, operand: name(operand))
    case .add(let first, let second): .add(name(first), name(second))
    }
  }
}
