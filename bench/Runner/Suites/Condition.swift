import JacobianChain

/// What plans are chosen for and what they keep to: every problem of a suite
/// is measured under each of its conditions.
package struct Condition: Hashable, Sendable {
  /// What plans are chosen for.
  package var objective: Objective
  /// In the place of the problem's own; nil leaves it those.
  package var limits: Limits?
  /// What tells it apart in the results: "makespan tapeTotal=6000 p=2"; empty
  /// when there is nothing to tell.
  package var label: String

  /// Creates a condition.
  package init(objective: Objective, limits: Limits? = nil, label: String) {
    self.objective = objective
    self.limits = limits
    self.label = label
  }

  /// A name of the results, under this condition.
  func named(_ name: String) -> String {
    label.isEmpty ? name : "\(name) \(label)"
  }
}

extension Suite {
  /// Every objective under all limits, on each number of machines.
  ///
  /// Law: with one objective and at most one choice of limits, and without
  /// machines that have to be told apart, the only label is empty.
  ///
  /// - Parameter machines: what a family asks for; empty for the numbers that
  ///   the limits name.
  package func conditions(machines: [Int] = []) -> [Condition] {
    let choices = limits.isEmpty ? [nil] : limits.map(Optional.some)
    let all = choices.flatMap { choice -> [Limits?] in
      guard !machines.isEmpty else { return [choice] }
      return machines.map {
        var limits = choice ?? Limits()
        limits.machines = $0
        return limits
      }
    }
    let showsMachines =
      limits.count > 1 || !machines.isEmpty || kind == .machines
    return objectives.flatMap { objective in
      all.map { choice in
        var words = objectives.count > 1 ? [objective.name] : []
        if let choice {
          words += choice.words(
            withTapes: limits.count > 1, withMachines: showsMachines)
        }
        return Condition(
          objective: objective, limits: choice,
          label: words.joined(separator: " "))
      }
    }
  }
}

extension Limits {
  /// Machines last: the report reads them off the end of a family's name.
  fileprivate func words(withTapes: Bool, withMachines: Bool) -> [String] {
    var words: [String] = []
    if withTapes {
      if let tapePerStep { words.append("tapePerStep=\(tapePerStep)") }
      if let tapeTotal { words.append("tapeTotal=\(tapeTotal)") }
    }
    if withMachines, let machines { words.append("p=\(machines)") }
    return withTapes && words.isEmpty ? ["unlimited"] : words
  }
}
