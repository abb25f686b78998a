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

  /// Writes sums of unit vectors: seeds that accumulate the factor itself, n × g
  /// (tangent) or g × m (adjoint).
  ///
  /// - Parameter group: the colours whose g seeds are written; nil for all.
  func writeSeeds(_ group: Range<Int>? = nil, into seeds: Pointer) {
    let group = group ?? 0..<count
    let length = mode == .tangent ? pattern.columns : pattern.rows
    seeds.update(repeating: 0, count: length * group.count)
    for index in 0..<length where group.contains(colour(index)) {
      let seed = colour(index) - group.lowerBound
      switch mode {
      case .tangent: seeds[index * group.count + seed] = 1
      case .adjoint: seeds[seed * length + index] = 1
      }
    }
  }

  /// Writes the operand with the columns (rows) of one colour added: k × g in
  /// tangent mode, g × k in adjoint mode.
  func compress(
    _ operand: EntryWalk, _ values: Pointer, _ group: Range<Int>,
    into seeds: Pointer
  ) {
    if colours.isEmpty, group.count == count {
      return operand.densify(values, into: seeds)
    }
    if colours.isEmpty, operand.pattern.isDense {
      let (rows, columns) = (operand.pattern.rows, operand.pattern.columns)
      switch mode {
      case .tangent:
        for row in 0..<rows {
          (seeds + row * group.count).update(
            from: values + row * columns + group.lowerBound, count: group.count)
        }
      case .adjoint:
        seeds.update(
          from: values + group.lowerBound * columns,
          count: group.count * columns)
      }
      return
    }
    switch mode {
    case .tangent:
      seeds.update(
        repeating: 0, count: operand.pattern.rows * group.count)
      operand.forEachEntry(values) { row, column, value in
        let colour = colour(column)
        if group.contains(colour) {
          seeds[row * group.count + colour - group.lowerBound] += value
        }
      }
    case .adjoint:
      let length = operand.pattern.columns
      seeds.update(repeating: 0, count: group.count * length)
      operand.forEachEntry(values) { row, column, value in
        let colour = colour(row)
        if group.contains(colour) {
          seeds[(colour - group.lowerBound) * length + column] += value
        }
      }
    }
  }

  /// Writes the result's entries of these colours out of the evaluated block,
  /// m × g or g × n.
  func restore(
    _ block: Pointer, _ group: Range<Int>, into entries: Pointer
  ) {
    if colours.isEmpty {
      let columns = pattern.columns
      switch mode {
      case .tangent:
        for row in 0..<pattern.rows {
          (entries + row * columns + group.lowerBound).update(
            from: block + row * group.count, count: group.count)
        }
      case .adjoint:
        (entries + group.lowerBound * columns).update(
          from: block, count: group.count * columns)
      }
      return
    }
    switch mode {
    case .tangent:
      walk.forEachStored { position, row, column in
        let colour = colour(column)
        if group.contains(colour) {
          entries[position] =
            block[row * group.count + colour - group.lowerBound]
        }
      }
    case .adjoint:
      let width = pattern.columns
      walk.forEachStored { position, row, column in
        let colour = colour(row)
        if group.contains(colour) {
          entries[position] =
            block[(colour - group.lowerBound) * width + column]
        }
      }
    }
  }
}
