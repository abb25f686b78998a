import ChainExecutor
import JacobianChain

/// A part of a function's derivative: of its Jacobian by one of several
/// inputs, for one of several outputs, or of its curvature by two inputs. Roles
/// hold it by reference, as most have none.
final class Part: Sendable {
  /// Of the whole function.
  let pattern: Pattern
  /// Which rows and columns of it.
  let rows: Range<Int>
  let columns: Range<Int>
  /// Whether they change places.
  let isTransposed: Bool
  /// For each stored entry of the part the one of the whole; empty where the
  /// value of all is known.
  let positions: [Int]

  init(
    of pattern: Pattern, rows: Range<Int>, columns: Range<Int>,
    isTransposed: Bool = false, positions: [Int]
  ) {
    (self.pattern, self.rows, self.columns) = (pattern, rows, columns)
    (self.isTransposed, self.positions) = (isTransposed, positions)
  }

  /// The place in the whole function of a place in the part.
  func place(_ row: Int, _ column: Int) -> (row: Int, column: Int) {
    let (i, j) = isTransposed ? (column, row) : (row, column)
    return (rows.lowerBound + i, columns.lowerBound + j)
  }

  /// The transpose.
  ///
  /// - Parameter own: where the entries of the part lie.
  /// - Complexity: that of `placesOfTranspose`.
  func transposed(_ own: Pattern) throws(ChainError) -> Part {
    return Part(
      of: pattern, rows: rows, columns: columns, isTransposed: !isTransposed,
      positions: positions.isEmpty
        ? [] : try own.placesOfTranspose().map { positions[$0] })
  }
}

/// The blocks of a pattern of several inputs or outputs in which there are
/// entries.
struct PatternParts {
  struct Block {
    /// Which of the outputs, and which of the inputs.
    let output: Int
    let input: Int
    let structure: Structure
    let part: Part
  }

  private(set) var blocks: [Block] = []

  /// - Parameters:
  ///   - outputs: their sizes, one after the other.
  ///   - inputs: their sizes.
  init(
    of pattern: Pattern, outputs: [Int], inputs: [Int]
  ) throws(ChainError) {
    let places = EntryPlaces(pattern)
    var row = 0
    for (output, height) in outputs.enumerated() {
      let rows = row..<row + height
      row = rows.upperBound
      var column = 0
      for (input, width) in inputs.enumerated() {
        let columns = column..<column + width
        column = columns.upperBound
        let own = try pattern.part(rows: rows, columns: columns)
        guard own.nonzeros > 0 else { continue }
        var positions: [Int] = []
        if !pattern.structure.isUnit {
          positions = [Int](repeating: 0, count: Int(own.storedEntries))
          own.forEachStored {
            positions[$0] = places.position(
              rows.lowerBound + $1, columns.lowerBound + $2)!
          }
        }
        let part = Part(
          of: pattern, rows: rows, columns: columns, positions: positions)
        blocks.append(
          Block(
            output: output, input: input, structure: own.structure, part: part))
      }
    }
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
  mutating func appendParts(of k: Int) throws(ChainError) {
    let node = graph.nodes[k]
    let parts = try PatternParts(
      of: try pattern(ofFunction: k),
      outputs: node.outputs.map { graph.vertices[$0].size },
      inputs: node.inputs.map { graph.vertices[$0].size })
    for block in parts.blocks {
      append(
        block.structure, .part(k, block.part), node.inputs[block.input],
        node.outputs[block.output])
    }
  }
}
