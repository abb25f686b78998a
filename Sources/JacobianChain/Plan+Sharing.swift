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
  public func mergingEqualSteps() -> Plan {
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
}

extension Step {
  /// The same step with its operands renamed.
  fileprivate func withOperands(_ name: (Int) -> Int) -> Step {
    switch self {
    case .given, .accumulate: self
    case .multiply(let outer, let inner):
      .multiply(outer: name(outer), inner: name(inner))
    case .eliminate(let factor, let mode, let operand):
      .eliminate(factor: factor, mode: mode, operand: name(operand))
    }
  }
}
