import JacobianChain

/// What stands behind a factor of a graph's problem.
enum GraphRole {
  /// All of a function's Jacobian.
  case whole(Int)
  /// The part of it by one of several inputs, for one of several outputs.
  case part(Int, GraphPart)
  /// What a sum passes on.
  case unit
  /// The Jacobian by the parameters.
  case parameters(Int)
  /// Rows of a block of tangents, or columns of one of adjoints.
  case seeds(Range<Int>)
}

/// Where the entries of a part lie among those of the whole.
struct GraphPart {
  /// Of the whole function.
  let pattern: Pattern
  /// For each stored entry of the part the one of the whole; empty where the
  /// value of all is known.
  let positions: [Int]
}

/// The functions of a graph as factors on arcs.
struct GraphFactors {
  private(set) var factors: [Factor] = []
  private(set) var roles: [GraphRole] = []
  private(set) var arcs: [Graph.Arc] = []

  /// - Parameter places: stand at the point where costs are measured; nil when
  ///   there is none.
  /// - Throws: `ChainError` that names the function whose cost can't be
  ///   measured, or whose structure doesn't fit.
  init(
    _ graph: FunctionGraph, measuringOn places: GraphPlaces?
  ) throws(ChainError) {
    var meter: CostMeter?
    for (index, node) in graph.nodes.enumerated() {
      switch node {
      case .sum(let a, let b, let isDifference, let output):
        append(.identity, graph, a, output)
        append(isDifference ? .negatedIdentity : .identity, graph, b, output)
      case .function(let function, let inputs, let outputs):
        if inputs.count == 1, outputs.count == 1 {
          var reading = CostMeter.Reading()
          if FactorTable.isMeasured(function) {
            guard let places else {
              throw FactorTable.unmeasured(index, function.name)
            }
            meter = meter ?? CostMeter()
            do {
              reading = try meter!.read(
                function, places.linearizations[index]!)
            } catch {
              throw places.failure(error, of: index, "a derivative")
            }
          }
          let factor = try FactorTable.factor(
            function, graph.vertices[outputs[0]].name + "'", reading)
          append(factor, .whole(index), inputs[0], outputs[0])
        } else {
          try append(function, index, graph, inputs, outputs)
        }
      }
    }
  }

  private mutating func append(
    _ factor: Factor, _ role: GraphRole, _ from: Int, _ to: Int
  ) {
    var factor = factor
    factor.name = "\(factors.count + 1) \(factor.name)"
    factors.append(factor)
    roles.append(role)
    arcs.append(Graph.Arc(factor: factors.count - 1, from: from, to: to))
  }

  private mutating func append(
    _ structure: Structure, _ graph: FunctionGraph, _ from: Int, _ to: Int
  ) {
    let size = graph.vertices[from].size
    append(
      Factor(name: "sum", rows: size, columns: size, structure: structure),
      .unit, from, to)
  }

  /// One factor for each input and output between which there are entries.
  private mutating func append(
    _ function: any ElementalFunction, _ node: Int, _ graph: FunctionGraph,
    _ inputs: [Int], _ outputs: [Int]
  ) throws(ChainError) {
    let pattern = try Pattern(
      rows: function.outputCount, columns: function.inputCount,
      structure: function.structure, at: "/functions/\(node)")
    let isKnown = pattern.structure.isUnit
    // In the order in which they are stored.
    let entries = try pattern.coordinates()
    var (row, parts) = (0, [GraphRange]())
    for output in outputs {
      var column = 0
      for input in inputs {
        let (m, n) = (graph.vertices[output].size, graph.vertices[input].size)
        parts.append(
          GraphRange(
            rows: row..<row + m, columns: column..<column + n, from: input,
            to: output))
        column += n
      }
      row += graph.vertices[output].size
    }
    for part in parts {
      let chosen = entries.rows.indices.filter {
        part.rows.contains(entries.rows[$0])
          && part.columns.contains(entries.columns[$0])
      }
      guard !chosen.isEmpty else { continue }
      let (m, n) = (part.rows.count, part.columns.count)
      let isDense = chosen.count == m * n
      let structure: Structure =
        isDense
        ? .dense
        : .sparse(
          try SparsePattern(
            rows: m, columns: n,
            rowIndices: chosen.map { entries.rows[$0] - part.rows.lowerBound },
            columnIndices: chosen.map {
              entries.columns[$0] - part.columns.lowerBound
            }))
      // Both are stored row by row.
      let ordered = chosen.sorted {
        (entries.rows[$0], entries.columns[$0])
          < (entries.rows[$1], entries.columns[$1])
      }
      append(
        Factor(
          name: graph.vertices[part.to].name + "'", rows: m, columns: n,
          structure: structure),
        .part(
          node, GraphPart(pattern: pattern, positions: isKnown ? [] : ordered)),
        part.from, part.to)
    }
  }
}

private struct GraphRange {
  var rows: Range<Int>
  var columns: Range<Int>
  var from: Int
  var to: Int
}
