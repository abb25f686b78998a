import JacobianChain

/// How the Jacobian that a matrix-free step makes is recovered from χ
/// evaluations: columns (tangent) or rows (adjoint) of one colour share a seed
/// vector, and no two of them meet in a row (column) of the result.
struct Compression {
  private let mode: Mode
  /// The pattern of the result.
  let pattern: Pattern
  /// The number of seed vectors χ.
  let count: Int
  /// The colour of each column or row, −1 for one that needs no seed; empty
  /// when each has its own.
  private let colours: [Int32]

  /// - Complexity: that of the colouring; O(n) or O(m) memory.
  init(of pattern: Pattern, _ mode: Mode) {
    self.pattern = pattern
    self.mode = mode
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

  @inline(__always)
  private func colour(_ index: Int) -> Int {
    colours.isEmpty ? index : Int(colours[index])
  }

  /// Sums of unit vectors: the seeds that accumulate the factor itself,
  /// n × χ (tangent) or χ × m (adjoint).
  func seeds(in workspace: Workspace) throws(ChainError) -> Matrix {
    let length = mode == .tangent ? pattern.columns : pattern.rows
    let seeds = try block(length, in: workspace)
    for index in 0..<length where colour(index) >= 0 {
      seeds.base[place(index, colour(index), length)] = 1
    }
    return seeds
  }

  /// The operand with the columns (rows) of one colour added: k × χ in tangent
  /// mode, χ × k in adjoint mode.
  func compress(
    _ operand: Matrix, in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    if colours.isEmpty { return try operand.densified(in: workspace) }
    let length = mode == .tangent ? operand.rows : operand.columns
    let seeds = try block(length, in: workspace)
    let base = seeds.base
    switch mode {
    case .tangent:
      operand.forEachEntry { row, column, value in
        let colour = colour(column)
        if colour >= 0 { base[row * count + colour] += value }
      }
    case .adjoint:
      operand.forEachEntry { row, column, value in
        let colour = colour(row)
        if colour >= 0 { base[colour * length + column] += value }
      }
    }
    return seeds
  }

  /// The result's entries out of the evaluated block, m × χ or χ × n.
  func restore(
    _ block: Matrix, in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    if colours.isEmpty { return block }
    let (base, width) = (block.base, block.columns)
    defer { withExtendedLifetime(block) {} }
    switch mode {
    case .tangent:
      return try Matrix(pattern, in: workspace) { row, column in
        base[row * width + colour(column)]
      }
    case .adjoint:
      return try Matrix(pattern, in: workspace) { row, column in
        base[colour(row) * width + column]
      }
    }
  }

  private func block(
    _ length: Int, in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    try Matrix(
      zero: mode == .tangent
        ? Pattern(denseRows: length, columns: count)
        : Pattern(denseRows: count, columns: length),
      in: workspace)
  }

  private func place(_ index: Int, _ colour: Int, _ length: Int) -> Int {
    mode == .tangent ? index * count + colour : colour * length + index
  }
}
