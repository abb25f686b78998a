import JacobianChain

/// How the Jacobian that a matrix-free step makes is recovered from χ
/// evaluations: columns (tangent) or rows (adjoint) of one colour share a seed
/// vector, and no two of them meet in a row (column) of the result.
struct Compression: Sendable {
  typealias Pointer = UnsafeMutablePointer<Double>

  private let mode: Mode
  /// The entries of the result.
  private let walk: EntryWalk
  /// The number of seed vectors χ.
  let count: Int
  /// The colour of each column or row, −1 for one that needs no seed; empty
  /// when each has its own.
  private let colours: [Int32]

  /// - Complexity: that of the colouring; O(n) or O(m) memory.
  init(of pattern: Pattern, _ mode: Mode) {
    self.mode = mode
    walk = EntryWalk(pattern)
    if pattern.isDense {
      count = mode == .tangent ? pattern.columns : pattern.rows
      colours = []
      return
    }
    let length = mode == .tangent ? pattern.columns : pattern.rows
    if case .submatrix(let rows, let columns) = pattern.structure {
      // Ranks in order of the walk; asking for each would search each.
      var table = [Int32](repeating: -1, count: length)
      let chosen = mode == .tangent ? columns : rows
      chosen.forEach { table[$0] = Int32($1) }
      (count, colours) = (chosen.count, table)
      return
    }
    let colouring =
      mode == .tangent ? pattern.columnColouring : pattern.rowColouring
    count = colouring.count
    colours = (0..<length).map { Int32(colouring.colour(of: $0) ?? -1) }
  }

  /// The pattern of the result.
  var pattern: Pattern { walk.pattern }

  @inline(__always)
  private func colour(_ index: Int) -> Int {
    colours.isEmpty ? index : Int(colours[index])
  }

  /// Whether each column or row has a seed of its own: the evaluated block is
  /// the result, and a dense operand is its seeds.
  var isIdentity: Bool { colours.isEmpty }

  /// Writes sums of unit vectors: the seeds that accumulate the factor itself,
  /// n × χ (tangent) or χ × m (adjoint).
  func writeSeeds(into seeds: Pointer) {
    let length = mode == .tangent ? pattern.columns : pattern.rows
    seeds.update(repeating: 0, count: length * count)
    for index in 0..<length where colour(index) >= 0 {
      switch mode {
      case .tangent: seeds[index * count + colour(index)] = 1
      case .adjoint: seeds[colour(index) * length + index] = 1
      }
    }
  }

  /// Writes the operand with the columns (rows) of one colour added: k × χ in
  /// tangent mode, χ × k in adjoint mode.
  func compress(_ operand: EntryWalk, _ values: Pointer, into seeds: Pointer) {
    if colours.isEmpty { return operand.densify(values, into: seeds) }
    switch mode {
    case .tangent:
      seeds.update(repeating: 0, count: operand.pattern.rows * count)
      operand.forEachEntry(values) { row, column, value in
        let colour = colour(column)
        if colour >= 0 { seeds[row * count + colour] += value }
      }
    case .adjoint:
      let length = operand.pattern.columns
      seeds.update(repeating: 0, count: count * length)
      operand.forEachEntry(values) { row, column, value in
        let colour = colour(row)
        if colour >= 0 { seeds[colour * length + column] += value }
      }
    }
  }

  /// Writes the result's entries out of the evaluated block, m × χ or χ × n.
  func restore(_ block: Pointer, into entries: Pointer) {
    switch mode {
    case .tangent:
      walk.forEachStored { position, row, column in
        entries[position] = block[row * count + colour(column)]
      }
    case .adjoint:
      let width = pattern.columns
      walk.forEachStored { position, row, column in
        entries[position] = block[colour(row) * width + column]
      }
    }
  }
}
