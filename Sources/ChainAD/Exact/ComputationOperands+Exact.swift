import JacobianChain

extension ComputationOperands {
  /// A factor as it is, whatever a plan makes of it.
  func exactFactor(_ index: Int) throws -> ExactFactor {
    let pattern = computation.solved.problem.patterns[index]
    let role = computation.roles[index]
    func generic(_ k: Int) -> GenericLinearization? {
      trajectory.linearizations[k] as? GenericLinearization
    }
    switch role {
    case .function(let k):
      if let place = generic(k) {
        return try place.exactFactor(pattern, by: .inputs)
      }
    case .transpose(let k):
      if let place = generic(k) {
        return try place.exactFactor(pattern.transposed(), by: .inputs)
          .transposed
      }
    case .parameters(let k):
      if let place = generic(k) {
        return try place.exactFactor(pattern, by: .parameters)
      }
    case .curvature, .tangents, .adjoints: break
    }
    var values = [Double](repeating: 0, count: Int(pattern.storedEntries))
    if !values.isEmpty {
      var span = values.mutableSpan
      try writeEntries(ofFactor: index, role, pattern, into: &span)
    }
    return try ExactFactor(pattern, values, areSeeds: role.need(nil) == nil)
  }

  private func writeEntries(
    ofFactor index: Int, _ role: Role, _ pattern: Pattern,
    into entries: inout MutableSpan<Double>
  ) throws {
    guard let need = role.need(nil) else {
      return try self.entries(ofFactor: index, into: &entries)
    }
    let function = trajectory.function.functions[need.function]
    let abilities: Abilities
    if case .curvature = role {
      abilities =
        switch function.knownCurvature {
        case .entries: .curvature
        case .products, .zero, .unknown: []
        }
    } else {
      abilities = function.abilities
    }
    if abilities.contains(need.ability) {
      return try self.entries(ofFactor: index, into: &entries)
    }
    let modes = Mode.allCases.filter { mode in
      guard case .curvature = role else {
        return function.abilities.contains(role.need(mode)!.ability)
      }
      return mode == .tangent
    }
    let sweeper = ProductSweeper(
      name: function.name, rows: pattern.rows, columns: pattern.columns,
      modes: modes
    ) { mode, seeds, width, block in
      try apply(
        mode, ofFactor: index, to: seeds, width: width, into: &block)
    }
    var recipe: EntryRecipe?
    try sweeper.entries(
      of: pattern.structure, recipe: &recipe, into: &entries)
  }
}
