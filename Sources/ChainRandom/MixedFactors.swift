import JacobianChain

/// Draws chains in which every structure that a file can declare occurs, with
/// entries, with products, or with both.
package struct MixedFactors: Hashable, Sendable {
  /// The interface dimensions; blocks may make larger ones, up to 3 × the
  /// upper bound.
  package var dimensions: ClosedRange<Int>
  /// The fma of one tangent or adjoint.
  package var costs: ClosedRange<Int>

  /// Small by default, so that every plan can be tried.
  package init(
    dimensions: ClosedRange<Int> = 1...12, costs: ClosedRange<Int> = 1...200
  ) {
    self.dimensions = dimensions
    self.costs = costs
  }

  /// The next `count` factors f1, f2, … of a chain, first applied first.
  package func draw(
    _ count: Int, using generator: inout SplitMix64
  ) -> [Factor] {
    var columns = generator.integer(in: dimensions)
    return (0..<count).map { index in
      let (rows, structure) = shape(columns: columns, &generator)
      var factor = Factor(
        name: "f\(index + 1)", rows: rows, columns: columns,
        structure: structure)
      open(&factor, &generator)
      columns = rows
      return factor
    }
  }

  /// The structures that are drawn, all equally likely.
  private enum Shape: CaseIterable {
    case dense, diagonal, identity, squareBand, band, blocks, selection, sparse
  }

  private func shape(
    columns: Int, _ generator: inout SplitMix64
  ) -> (rows: Int, Structure) {
    let shapes = Shape.allCases
    let shape = shapes[generator.integer(in: 0...shapes.count - 1)]
    let rows = generator.integer(in: dimensions)
    switch shape {
    case .dense:
      return (rows, .dense)
    case .diagonal:
      return (columns, .diagonal)
    case .identity:
      return (columns, .identity)
    case .squareBand:
      return (columns, Self.band(upTo: 2, &generator))
    case .band:
      return (rows, Self.band(upTo: 3, &generator))
    case .blocks:
      return blocks(columns: columns, &generator)
    case .selection:
      let chosen = (0..<rows).map { _ in
        generator.integer(in: 0...columns - 1)
      }
      return (rows, .selection(chosen))
    case .sparse:
      return (rows, .sparse(pattern(rows, columns, &generator)))
    }
  }

  private static func band(
    upTo width: Int, _ generator: inout SplitMix64
  ) -> Structure {
    let lower = generator.integer(in: 0...width)
    return .banded(lower: lower, upper: generator.integer(in: 0...width))
  }

  private func blocks(
    columns: Int, _ generator: inout SplitMix64
  ) -> (rows: Int, Structure) {
    // Counts up to 16 leave blocks of some size, and cost no search over n.
    let counts = (1...16).filter { columns.isMultiple(of: $0) }
    let count = counts[generator.integer(in: 0...counts.count - 1)]
    let height = generator.integer(
      in: 1...max(1, min(3, 3 * dimensions.upperBound / count)))
    return (
      count * height,
      .blockDiagonal(count: count, rows: height, columns: columns / count)
    )
  }

  /// From an empty pattern to about two entries per row and column.
  private func pattern(
    _ rows: Int, _ columns: Int, _ generator: inout SplitMix64
  ) -> SparsePattern {
    let entries = generator.integer(in: 0...2 * (rows + columns))
    let rowIndices = (0..<entries).map { _ in
      generator.integer(in: 0...rows - 1)
    }
    let columnIndices = (0..<entries).map { _ in
      generator.integer(in: 0...columns - 1)
    }
    do {
      return try SparsePattern(
        rows: rows, columns: columns, rowIndices: rowIndices,
        columnIndices: columnIndices)
    } catch {
      preconditionFailure("indices are drawn inside the shape: \(error)")
    }
  }

  /// Entries, products in both modes, or all of them.
  private func open(_ factor: inout Factor, _ generator: inout SplitMix64) {
    let access = generator.integer(in: 1...3)
    factor.isGiven = access != 2
    guard access > 1 else { return }
    factor.tangentCost = generator.integer(in: costs)
    factor.adjointCost = generator.integer(in: costs)
    factor.tape = generator.integer(in: costs)
  }
}
