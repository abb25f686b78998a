extension Work {
  /// The product `outer · inner`, which makes `result` with `fma`.
  ///
  /// Which kernel multiplies which pair is the executor's choice; this is its
  /// picture in sizes.
  package init(
    multiply outer: ValueShape, _ inner: ValueShape, into result: ValueShape,
    fma: UInt128
  ) {
    let entries = outer.entries + inner.entries + result.entries
    func work(
      _ kernel: Kernel, _ sizes: Sizes, count: Int = 1
    ) -> Work {
      Work(kernel, sizes, count: count, fma: fma, entries: entries)
    }
    /// A full result: terms of an entry on average.
    func full(_ kernel: Kernel) -> Work {
      let (m, n) = (Double(result.rows), Double(result.columns))
      return work(kernel, Sizes(m, max(1, fma.nearest / (m * n)), n))
    }
    /// Row by row, by the terms that entries of the outer operand have.
    func rowwise(_ kernel: Kernel) -> Work {
      let (m, stored) = (Double(outer.rows), max(1, outer.entries.nearest))
      return work(kernel, Sizes(m, max(1, stored / m), fma.nearest / stored))
    }
    /// A pair without a kernel of its own.
    func general() -> Work {
      if inner.columns <= CostModel.mostSideBySide {
        if let panels = outer.panels(meeting: inner) {
          let one = panels.rows * panels.shared * panels.columns
          return work(
            .dense, panels, count: max(1, Int(fma.nearest / one)))
        }
        if outer.hasAlikeRows { return rowwise(.alikeRows) }
      }
      return rowwise(inner.hasLongRuns ? .rowRuns : .general)
    }
    /// The same for units, which have no fma: by the entries that are moved.
    func moved() -> Work {
      let m = Double(max(1, result.rows))
      return work(.general, Sizes(m, 1, result.entries.nearest / m))
    }
    func stream(_ entries: UInt128) -> Work {
      work(.stream, Sizes(1, 1, entries.nearest))
    }
    guard result.entries > 0 else {
      self = .nothing(fma: fma)
      return
    }
    switch (outer.kind, inner.kind) {
    case (.identity, _), (_, .identity): self = .nothing()
    case (.negatedIdentity, _), (_, .negatedIdentity):
      self = stream(result.entries)
    case (.core, .core):
      let (m, k, n) = (outer.rows, inner.rows, inner.columns)
      self =
        fma == CostModel.dense(m, k, n)
        ? work(.dense, Sizes(Double(m), Double(k), Double(n)))
        : full(.dense)
    case (.diagonal, .core): self = full(.scaleRows)
    case (.core, .diagonal): self = full(.scaleColumns)
    case (.band, .core): self = full(.bandTimesDense)
    case (.core, .band): self = full(.denseTimesBand)
    case (.sparse, .core):
      let piece = outer.piece
      // Their products need all rows of the other operand.
      self =
        piece != .zero && inner.rows == outer.columns
        ? work(
          .dense,
          Sizes(Double(piece[0]), Double(piece[1]), Double(inner.columns)),
          count: outer.blocks)
        : full(.sparseTimesDense)
    case (.core, .sparse): self = full(.denseTimesSparse)
    case (.blocks, .core):
      let (m, k) = (
        outer.rows / outer.blocks, outer.columns / outer.blocks
      )
      self = work(
        .blocks, Sizes(Double(m), Double(k), Double(inner.columns)),
        count: outer.blocks)
    case (.core, .blocks):
      let (k, n) = (
        inner.rows / inner.blocks, inner.columns / inner.blocks
      )
      self = work(
        .blocks, Sizes(Double(outer.rows), Double(k), Double(n)),
        count: inner.blocks)
    case (.blocks, .blocks):
      let count = max(outer.blocks, inner.blocks)
      let (m, n) = (outer.rows / outer.blocks, inner.columns / inner.blocks)
      let k = max(1, fma.nearest / (Double(count) * Double(m) * Double(n)))
      self = work(
        .blocks, Sizes(Double(m), k, Double(n)), count: count)
    case (.diagonal, .diagonal), (.diagonal, .band), (.band, .diagonal),
      (.band, .band):
      self = rowwise(.bands)
    case (.diagonal, .blocks), (.diagonal, .sparse), (.blocks, .diagonal),
      (.sparse, .diagonal):
      self = stream(result.entries)
    case (.selection, .core), (.negatedSelection, .core):
      self = work(
        .pickRows, Sizes(Double(result.rows), 1, Double(result.columns)))
    case (.core, .selection), (.core, .negatedSelection):
      self = work(
        .addColumns, Sizes(Double(outer.rows), 1, Double(outer.columns)))
    case (.selection, _), (_, .selection), (.negatedSelection, _),
      (_, .negatedSelection):
      self = moved()
    case (.sparse, .band):
      self = outer.hasNeighbours ? rowwise(.runsTimesBand) : general()
    case (.band, .blocks), (.blocks, .band), (.band, .sparse),
      (.blocks, .sparse), (.sparse, .blocks), (.sparse, .sparse):
      self = general()
    }
  }

  /// So many evaluations of a factor's function, the result of which has
  /// `entries` doubles; nil when it has none in that mode.
  ///
  /// - Parameter width: how many are in one block at most; nil for all.
  package init?(
    evaluations: Int, of factor: Factor, _ mode: Mode, entries: UInt128 = 0,
    inBlocksOf width: Int? = nil
  ) {
    guard let cost = factor.cost(mode) else { return nil }
    let tape = mode == .adjoint ? UInt128(factor.tape) : 0
    guard evaluations > 0 else {
      self = .nothing(tape: tape)
      return
    }
    self.init(
      .evaluate, Sizes(1, Double(cost), Double(evaluations)),
      fma: CostModel.apply(evaluations: evaluations, cost: cost),
      entries: entries, evaluations: evaluations, tape: tape,
      measured: factor.time(mode)?.nanoseconds(
        seeds: evaluations, inBlocksOf: width ?? evaluations))
  }

  /// The sum of two values.
  init(
    sum a: ValueShape, _ b: ValueShape, into result: ValueShape
  ) {
    self.init(
      .stream, Sizes(1, 1, result.entries.nearest), fma: CostModel.sum,
      entries: a.entries + b.entries + result.entries)
  }
}

extension PricedPlan {
  /// What step `id` does.
  ///
  /// - Parameters:
  ///   - foreign: see `PlanMemory`.
  ///   - shapeOf: how a pattern is stored.
  /// - Precondition: `problem` is the one that the plan was priced for.
  package func work(
    ofStep id: Int, in problem: Problem, foreign: [UInt128] = [],
    shapeOf: (Pattern) -> ValueShape = { ValueShape($0) }
  ) -> Work {
    let priced = steps[id]
    func shape(_ id: Int) -> ValueShape {
      shapeOf(steps.pattern(of: id))
    }
    switch priced.step {
    case .given: return .nothing()
    case .accumulate(let factor, let mode), .eliminate(let factor, let mode, _):
      return Work(
        evaluations: priced.evaluations, of: problem.factors[factor], mode,
        entries: priced.pattern.storedEntries,
        inBlocksOf: seedsAtOnce(
          ofStep: id, in: problem,
          foreign: foreign.isEmpty ? 0 : foreign[factor])) ?? .nothing()
    case .multiply(let outer, let inner):
      return Work(
        multiply: shape(outer), shape(inner), into: shape(id), fma: priced.fma)
    case .add(let first, let second):
      return Work(sum: shape(first), shape(second), into: shape(id))
    }
  }
}
