import JacobianChain

extension Executor {
  /// Carries out a plan in chunks, pass by pass.
  ///
  /// - Parameter place: where the target goes; nil for the pool.
  /// - Throws: as `run`.
  func performInChunks(
    _ chunked: ChunkedPlan, _ operands: [any Operand], _ place: ResultPlace?,
    _ control: SearchControl, _ timingSteps: Bool
  ) throws(ChainError) -> Performed {
    var result = Performed(steps: chunked.plan.steps.count)
    var whole: Matrix?
    /// What the pieces outside of a loop have made, by depth.
    var values: [[Int: Matrix]] = [[:], [:], [:]]
    try chunked.forEachPiece { piece throws(ChainError) in
      for depth in piece.depth..<values.count { values[depth] = [:] }
      if piece.depth > 0, whole == nil {
        whole = try Matrix(
          zero: chunked.target, in: workspace, at: place?.buffer)
      }
      let made = try perform(
        piece, operands, values.reduce([:]) { $0.merging($1) { $1 } }, control,
        timingSteps)
      for (step, origin) in piece.steps.enumerated() {
        guard let origin else { continue }
        result.stepFMA[origin] += made.stepFMA[step]
        result.stepSeconds[origin] += made.stepSeconds[step]
      }
      result.evaluations += made.evaluations
      if piece.depth == chunked.chunks.loops.count, let whole {
        let (row, column) = chunked.origin(of: piece)
        whole.put(made.targets[0], atRow: row, column: column)
      } else {
        values[piece.depth] = Dictionary(
          uniqueKeysWithValues: zip(piece.makes, made.targets))
      }
    }
    // The innermost loop has made at least one part of it.
    result.targets = [whole!]
    return result
  }

  /// One piece, on parts of the operands.
  private func perform(
    _ piece: ChunkedPlan.Piece, _ operands: [any Operand],
    _ values: [Int: Matrix], _ control: SearchControl, _ timingSteps: Bool
  ) throws(ChainError) -> Performed {
    var read = Set<Int>()
    for case .given(let factor) in piece.plan.plan.steps { read.insert(factor) }
    var parts: [any Operand] = []
    for (index, source) in piece.sources.enumerated() {
      switch source {
      case .value(let id):
        guard let value = values[id] else { throw Self.lost(id) }
        parts.append(MatrixOperand(value))
      case .factor(let factor, nil, nil):
        parts.append(operands[factor])
      case .factor(let factor, let rows, let columns):
        parts.append(
          try PartOperand(
            of: operands[factor], rows: rows, columns: columns,
            entries: read.contains(index)
              ? piece.problem.patterns[index] : nil, in: workspace))
      }
    }
    return try perform(
      piece.plan, of: piece.problem, parts, [], control, timingSteps)
  }
}

/// Some rows and columns of a factor.
struct PartOperand: Operand {
  let rows: Int
  let columns: Int
  let entries: Matrix?
  private let whole: any Operand
  private let kept: (rows: Range<Int>?, columns: Range<Int>?)

  /// - Parameter pattern: of the entries, if they are read.
  /// - Throws: `ChainError` (`tooLarge`) when the entries don't fit.
  init(
    of whole: any Operand, rows: Range<Int>?, columns: Range<Int>?,
    entries pattern: Pattern?, in workspace: Workspace
  ) throws(ChainError) {
    self.whole = whole
    kept = (rows, columns)
    self.rows = rows?.count ?? whole.rows
    self.columns = columns?.count ?? whole.columns
    if let pattern, let matrix = whole.entries {
      entries = try matrix.part(
        rows: rows, columns: columns, pattern, in: workspace)
    } else {
      entries = nil
    }
  }

  /// Seeds get zeros for the columns that are left out; of the block the rows
  /// are kept.
  func tangent(_ seeds: Matrix, in workspace: Workspace) throws -> Matrix {
    let spread = try seeds.spread(
      rows: kept.columns, of: whole.columns, in: workspace)
    let block = try whole.tangent(spread, in: workspace)
    let part = try block.narrowed(rows: kept.rows, in: workspace)
    withExtendedLifetime(spread) {}
    return part
  }

  /// Seeds get zeros for the rows that are left out; of the block the columns
  /// are kept.
  func adjoint(_ seeds: Matrix, in workspace: Workspace) throws -> Matrix {
    let spread = try seeds.spread(
      columns: kept.rows, of: whole.rows, in: workspace)
    let block = try whole.adjoint(spread, in: workspace)
    let part = try block.narrowed(columns: kept.columns, in: workspace)
    withExtendedLifetime(spread) {}
    return part
  }
}
