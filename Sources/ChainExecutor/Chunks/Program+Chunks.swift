import JacobianChain

extension Program {
  /// Carries out a plan in chunks, pass by pass: each piece is a program of its
  /// own on parts of the factors.
  ///
  /// - Returns: the most bytes alive at one time, results included unless they
  ///   lie elsewhere.
  /// - Precondition: the workspace was begun for this program.
  /// - Throws: as `run`.
  func performInChunks(
    _ operands: some Operands, in workspace: Workspace,
    _ record: inout Record
  ) throws(ChainError) -> Int {
    let resultBytes =
      workspace.result(0).isOwn ? Int(CostModel.bytes(of: targetPattern(0))) : 0
    var peak = 0
    /// The values of stages that will be read, by their steps.
    var values: [Int: Matrix] = [:]
    for stage in chunked!.stages {
      let isTarget = stage.step == plan.plan.targets[0]
      let alive = values.values.reduce(0) { $0 + Self.bytes($1) }
      let whole =
        if isTarget {
          target(0, in: workspace)
        } else if stage.loops.isEmpty {
          Matrix?.none
        } else {
          try Matrix(unfilled: stage.pattern)
        }
      let made = try perform(
        stage, whole, of: isTarget ? resultBytes : nil, values, operands,
        workspace, &record)
      peak = max(peak, alive + made.peak)
      for step in stage.reads { values[step] = nil }
      values[stage.step] = made.value
    }
    return peak
  }

  private static func bytes(_ matrix: Matrix) -> Int {
    Int(CostModel.bytes(of: matrix.pattern))
  }

  /// One stage, pass by pass.
  ///
  /// - Parameters:
  ///   - whole: where its value goes; nil for one that its only piece makes.
  ///   - bytes: that `whole` counts for; nil for those of its value.
  ///   - before: the values of stages before it.
  private func perform(
    _ stage: ChunkedStage, _ whole: Matrix?, of bytes: Int?,
    _ before: [Int: Matrix], _ operands: some Operands,
    _ workspace: Workspace, _ record: inout Record
  ) throws(ChainError) -> (value: Matrix, peak: Int) {
    let valueBytes = bytes ?? Int(CostModel.bytes(of: stage.pattern))
    var peak = 0
    /// What the pieces outside of a loop have made, by depth, and its bytes.
    var values = [[Int: Matrix]](repeating: [:], count: stage.loops.count + 1)
    var kept = [Int](repeating: 0, count: values.count)
    var isClear = false
    var known: [PieceProgram] = []
    var value = whole
    try stage.forEachPiece { piece throws(ChainError) in
      for depth in piece.depth..<values.count {
        (values[depth], kept[depth]) = ([:], 0)
      }
      if piece.depth > 0, !isClear {
        whole?.clear()
        isClear = true
      }
      let made = try perform(
        piece, values.reduce(before) { $0.merging($1) { $1 } }, operands,
        workspace, &known, &record)
      peak = max(
        peak,
        kept.reduce(0, +) + made.peak + (piece.depth > 0 ? valueBytes : 0))
      guard piece.depth == stage.loops.count else {
        values[piece.depth] = Dictionary(
          uniqueKeysWithValues: zip(piece.makes, made.values))
        kept[piece.depth] = made.kept
        return true
      }
      guard let whole else {
        value = made.values[0]
        return true
      }
      let (row, column) = stage.origin(of: piece)
      if stage.loops.areSummed {
        whole.add(made.values[0], atRow: row, column: column)
      } else {
        whole.put(made.values[0], atRow: row, column: column)
      }
      return true
    }
    return (value!, peak)
  }

  /// The program of pieces that look alike.
  private struct PieceProgram {
    let depth: Int
    let program: Program
  }

  /// One piece, on parts of the operands.
  private func perform(
    _ piece: ChunkedPlan.Piece, _ values: [Int: Matrix],
    _ operands: some Operands, _ workspace: Workspace,
    _ known: inout [PieceProgram], _ record: inout Record
  ) throws(ChainError) -> (values: [Matrix], peak: Int, kept: Int) {
    let parts = PartOperands(
      whole: operands, sources: piece.sources, patterns: problem.patterns)
    let program: Program
    let place = known.firstIndex {
      $0.depth == piece.depth && $0.program.plan == piece.plan
    }
    if let place {
      program = known[place].program
    } else {
      var purpose = ProgramCompiler.Purpose()
      purpose.foreign = parts.foreignBytes
      program = try Program(
        piece.plan, of: piece.problem, for: purpose, workers: 1,
        threads: threads)
      // Parts have two sizes; those of other patterns don't come again.
      if known.count(where: { $0.depth == piece.depth }) >= 1 << piece.depth {
        known.remove(at: known.firstIndex { $0.depth == piece.depth }!)
      }
      known.append(PieceProgram(depth: piece.depth, program: program))
    }
    let inner = workspace.ofPieces
    var copied = 0
    for index in program.givens {
      let entries: Matrix
      let part: (rows: Range<Int>?, columns: Range<Int>?)
      switch piece.sources[index] {
      case .value(let step, let rows, let columns):
        (entries, part) = (values[step]!, (rows, columns))
      case .factor(let factor, let rows, let columns):
        (entries, part) = (given(factor, in: workspace)!, (rows, columns))
      }
      var matrix = entries
      if part.rows != nil || part.columns != nil {
        let pattern = piece.problem.patterns[index]
        matrix = try entries.part(
          rows: part.rows, columns: part.columns, pattern)
        if matrix.storage?.isOwn ?? false { copied += Self.bytes(matrix) }
      }
      try program.give(matrix, asFactor: index, in: inner)
    }
    try program.begin(in: inner)
    var own = Record(
      program, timing: record.isTiming, control: record.control)
    try program.perform(parts, inner.memories, &own)
    record.book(own, asPartsOf: piece.steps)
    let made = program.targets.indices.map { program.target($0, in: inner) }
    inner.letGo()
    let kept = program.results.reduce(0) {
      $0 + Int(CostModel.bytes(of: piece.plan.steps[$1.step].pattern))
    }
    return (made, copied + program.peakBytes, kept)
  }
}

/// The factors of a piece: some rows and columns of those of the whole.
private struct PartOperands<Whole: Operands>: Operands {
  let whole: Whole
  let sources: [ChunkedPlan.Source]
  /// Of the whole factors.
  let patterns: [Pattern]

  /// Bytes that one evaluation takes beyond the seed and the vector of the
  /// part.
  func foreignBytes(_ index: Int) -> Int {
    guard case .factor(let factor, let rows, let columns) = sources[index]
    else { return 0 }
    return 8
      * ((rows == nil ? 0 : patterns[factor].rows)
        + (columns == nil ? 0 : patterns[factor].columns))
  }

  /// Seeds get zeros for what is left out of the factor; of the block a part
  /// is kept.
  func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    guard case .factor(let factor, let rows, let columns) = sources[index]
    else { preconditionFailure("values are given") }
    let (m, n) = (patterns[factor].rows, patterns[factor].columns)
    let isTangent = mode == .tangent
    let (input, inner) = isTangent ? (columns, n) : (rows, m)
    let (output, outer) = isTangent ? (rows, m) : (columns, n)
    /// Where element `place` of some part lies in a block of all.
    func position(_ place: Int, _ part: Range<Int>, of length: Int) -> Int {
      isTangent
        ? part.lowerBound * width + place
        : place / part.count * length + part.lowerBound + place % part.count
    }
    func apply(
      to seeds: Span<Double>, into block: inout MutableSpan<Double>
    ) throws {
      guard let output else {
        return try whole.apply(
          mode, ofFactor: factor, to: seeds, width: width, into: &block)
      }
      var all = [Double](repeating: 0, count: outer * width)
      var span = all.mutableSpan
      try whole.apply(
        mode, ofFactor: factor, to: seeds, width: width, into: &span)
      for place in block.indices {
        block[place] = all[position(place, output, of: outer)]
      }
    }
    guard let input else { return try apply(to: seeds, into: &block) }
    var all = [Double](repeating: 0, count: inner * width)
    for place in seeds.indices {
      all[position(place, input, of: inner)] = seeds[place]
    }
    try apply(to: all.span, into: &block)
  }
}
