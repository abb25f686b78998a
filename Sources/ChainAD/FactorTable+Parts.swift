import JacobianChain

/// A part of a function's Jacobian: by one of several inputs, for one of
/// several outputs. Roles hold it by reference, as most have none.
final class Part: Sendable {
  /// Of the whole function.
  let pattern: Pattern
  /// Which rows and columns of it.
  let rows: Range<Int>
  let columns: Range<Int>
  /// For each stored entry of the part the one of the whole; empty where the
  /// value of all is known.
  let positions: [Int]

  init(
    of pattern: Pattern, rows: Range<Int>, columns: Range<Int>,
    positions: [Int]
  ) {
    (self.pattern, self.rows, self.columns) = (pattern, rows, columns)
    self.positions = positions
  }
}

extension FactorTable {
  /// Two factors that pass on what they are given.
  mutating func appendSum(_ node: FunctionGraph.Node) {
    guard case .sum(let a, let b, let isDifference, let output) = node else {
      preconditionFailure("a node without a function is a sum")
    }
    append(.identity, .unit, a, output)
    append(isDifference ? .negatedIdentity : .identity, .unit, b, output)
  }

  /// One factor for each input and output between which there are entries.
  mutating func appendParts(
    of k: Int, _ function: any ElementalFunction
  ) throws(ChainError) {
    let pattern = try Pattern(
      rows: function.outputCount, columns: function.inputCount,
      structure: function.structure, at: "/functions/\(k)")
    // In the order in which they are stored.
    let entries = try pattern.coordinates()
    let node = graph.nodes[k]
    var row = 0
    for output in node.outputs {
      let rows = row..<row + graph.vertices[output].size
      row = rows.upperBound
      var column = 0
      for input in node.inputs {
        let columns = column..<column + graph.vertices[input].size
        column = columns.upperBound
        let chosen = entries.rows.indices.filter {
          rows.contains(entries.rows[$0])
            && columns.contains(entries.columns[$0])
        }.sorted {
          // As parts are stored, row by row.
          (entries.rows[$0], entries.columns[$0])
            < (entries.rows[$1], entries.columns[$1])
        }
        guard !chosen.isEmpty else { continue }
        let structure: Structure =
          chosen.count == rows.count * columns.count
          ? .dense
          : .sparse(
            try SparsePattern(
              rows: rows.count, columns: columns.count,
              rowIndices: chosen.map { entries.rows[$0] - rows.lowerBound },
              columnIndices: chosen.map {
                entries.columns[$0] - columns.lowerBound
              }))
        let part = Part(
          of: pattern, rows: rows, columns: columns,
          positions: pattern.structure.isUnit ? [] : chosen)
        append(structure, .part(k, part), input, output)
      }
    }
  }
}
