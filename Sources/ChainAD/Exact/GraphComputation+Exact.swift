import ChainExecutor
import JacobianChain

extension GraphComputation {
  /// A wanted block of which an order of products made numbers that aren't
  /// finite: as of a composition, the answer then comes from the functions
  /// alone, the sum over all paths or an error that names the first pole.
  ///
  /// - Throws: `ChainError` (`malformed`).
  /// - Complexity: O(entries of the functions' Jacobians), and as many products
  ///   along the arcs as the block has rows, or columns, where there is an
  ///   answer.
  func exactTarget(
    _ target: Int, _ places: GraphPlaces, at point: [Double]
  ) throws(ChainError) -> Matrix {
    do {
      return try exactly(target, places, at: point)
    } catch  where error.kind == .tooLarge {
      let graph = solved.problem.graph!
      throw .notFinite("derivative \(graph.name(graph.wanted[target]))")
    }
  }

  private func exactly(
    _ target: Int, _ places: GraphPlaces, at point: [Double]
  ) throws(ChainError) -> Matrix {
    // All that functions have.
    places.kept = zip(places.graph.nodes, kept).map { node, kept in
      guard case .function(let function, _, _) = node else { return kept }
      return kept.union(function.abilities)
    }
    try places.move(to: point)
    let route = try Route(target: target, of: solved.problem)
    var factors: [ExactFactor] = []
    for hop in route.hops {
      do {
        factors.append(try exactFactor(hop.factor, places))
      } catch {
        throw failure(error, roles[hop.factor], places)
      }
    }
    let paths = ExactPaths(route, factors)
    if let pole = paths.firstPole {
      throw try poleError(route.hops[pole.hop].factor, pole.entry, places)
    }
    return try paths.rounded(in: program.targetPattern(target))
  }

  private func exactFactor(
    _ index: Int, _ places: GraphPlaces
  ) throws -> ExactFactor {
    let pattern = solved.problem.patterns[index]
    switch roles[index] {
    case .whole(let node):
      return try places.exactFactor(node, pattern)
    case .part(let node, let part):
      if let unit = part.pattern.structure.unit {
        return try ExactFactor(
          pattern, [Double](repeating: unit, count: Int(pattern.nonzeros)))
      }
      let whole = try places.exactFactor(node, part.pattern)
      return try ExactFactor(pattern, of: whole, part)
    case .unit:
      return try ExactFactor(pattern, [])
    case .parameters(let node):
      return try places.exactParameters(node, pattern)
    case .seeds(let range):
      return try ExactFactor(pattern, Array(seeds[range]), areSeeds: true)
    }
  }

  private func failure(
    _ error: any Error, _ role: GraphRole, _ places: GraphPlaces
  ) -> ChainError {
    switch role {
    case .whole(let node), .part(let node, _):
      places.failure(error, of: node, "its entries")
    case .parameters(let node):
      places.failure(error, of: node, "the entries of its parameters")
    case .unit, .seeds:
      ChainError(error, of: "sum", 0, "its entries")
    }
  }

  private func poleError(
    _ index: Int, _ entry: ExactFactor.Entry, _ places: GraphPlaces
  ) throws(ChainError) -> ChainError {
    func error(
      _ node: Int, _ row: Int, _ input: String, by column: Int?
    ) -> ChainError {
      .pole(
        ofFunction: node, places.name(of: node), "derivative",
        "∂(output \(row))/∂(\(input))", entry.value,
        at: places.input(of: node, with: column))
    }
    switch roles[index] {
    case .whole(let node):
      return error(
        node, entry.row, "input \(entry.column)", by: entry.column)
    case .part(let node, let part):
      let own = try solved.problem.patterns[index].coordinates()
      let place = own.rows.indices.first {
        own.rows[$0] == entry.row && own.columns[$0] == entry.column
      }!
      let all = try part.pattern.coordinates()
      let position = part.positions[place]
      return error(
        node, all.rows[position], "input \(all.columns[position])",
        by: all.columns[position])
    case .parameters(let node):
      return error(node, entry.row, "parameter \(entry.column)", by: nil)
    case .unit, .seeds:
      return ChainError(
        .malformed, at: "/seeds", expected: "finite seeds",
        found: "\(entry.value.rounded.word)",
        advice: "correct the block that the Jacobian is multiplied by")
    }
  }
}

extension GraphPlaces {
  /// The Jacobian of a node's function as it is.
  fileprivate func exactFactor(
    _ node: Int, _ pattern: Pattern
  ) throws -> ExactFactor {
    if let place = linearizations[node] as? GenericLinearization {
      return try place.exactFactor(pattern, by: .inputs)
    }
    return try ExactFactor(pattern, entries(of: node, pattern))
  }

  /// That by its parameters.
  fileprivate func exactParameters(
    _ node: Int, _ pattern: Pattern
  ) throws -> ExactFactor {
    if let place = linearizations[node] as? GenericLinearization {
      return try place.exactFactor(pattern, by: .parameters)
    }
    let place = linearizations[node] as! any ParametricLinearization
    var values = [Double](repeating: 0, count: Int(pattern.storedEntries))
    var span = values.mutableSpan
    try place.parameterEntries(into: &span)
    return try ExactFactor(pattern, values)
  }
}

extension ExactFactor {
  /// What lies of a whole Jacobian between one input and one output.
  fileprivate init(
    _ pattern: Pattern, of whole: ExactFactor, _ part: GraphPart
  ) throws {
    let (own, all) = (try pattern.coordinates(), try part.pattern.coordinates())
    var values: [Int: Wide] = [:]
    for entry in whole.entries {
      values[entry.row * whole.columns + entry.column] = entry.value
    }
    var entries: [Entry] = []
    for (place, position) in part.positions.enumerated() {
      let (row, column) = (all.rows[position], all.columns[position])
      guard let value = values[row * whole.columns + column] else { continue }
      entries.append(
        Entry(row: own.rows[place], column: own.columns[place], value: value))
    }
    self.init(rows: pattern.rows, columns: pattern.columns, entries)
  }
}
