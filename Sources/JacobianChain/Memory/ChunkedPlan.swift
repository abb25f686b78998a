/// A plan in chunks as the pieces that are carried out: each is a plan for a
/// problem of its own, in which end factors are cut and values that exist
/// already are given.
///
/// The one place that knows who does what in which pass: prices, peaks and the
/// engine walk over the same pieces.
package struct ChunkedPlan: Sendable {
  /// Where the entries or products of a piece's factor come from.
  package enum Source: Hashable, Sendable {
    /// A factor of the problem, or a part of it.
    case factor(Int, rows: Range<Int>?, columns: Range<Int>?)
    /// The value of a step that an outer piece has made.
    case value(Int)
  }

  /// Steps that are done in one pass.
  package struct Piece: Sendable {
    /// How many loops it is inside of.
    package let depth: Int
    /// The part of each loop around it.
    package let parts: [Range<Int>]
    /// Its own problem.
    package let problem: Problem
    /// Its own plan.
    package let plan: PricedPlan
    /// By factor of its problem.
    package let sources: [Source]
    /// By step of its plan: the step that it is a part of; nil for factors.
    package let steps: [Int?]
    /// The steps whose values it makes for inner pieces, in order of its
    /// targets; the target itself for the innermost.
    package let makes: [Int]
    /// Bytes of the parts of given factors that are copied for it.
    package let copies: UInt128
    /// The most bytes that it takes beyond what was alive, copies included.
    package let peak: UInt128
    /// Bytes of what it makes.
    package let kept: UInt128
  }

  package let plan: Plan
  package let problem: Problem
  package let chunks: Chunks
  /// The pattern of the target, m × n.
  package let target: Pattern
  /// By step: the loops that it is inside of.
  private let depths: [Int]
  /// By factor its place in the chain.
  private let places: [Int: Int]
  private let control: SearchControl

  /// - Parameter whole: the steps as they are without chunks.
  /// - Throws: `ChainError` (`invalidPlan`) when the chunks don't fit.
  init(
    _ plan: Plan, _ whole: PricedSteps, _ chunks: Chunks,
    of problem: Problem, _ control: SearchControl
  ) throws(ChainError) {
    try chunks.check(for: problem)
    (self.plan, self.problem, self.chunks) = (plan, problem, chunks)
    self.control = control
    let word = problem.targets[0]
    let places = Dictionary(
      uniqueKeysWithValues: word.enumerated().map { ($1, $0) })
    depths = whole.map { step in
      let span = places[step.innermost!]!...places[step.outermost!]!
      let deepest = chunks.loops.lastIndex {
        $0.side.cuts(span, of: word.count)
      }
      return deepest.map { $0 + 1 } ?? (chunks.loops[0].remakes ? 1 : 0)
    }
    self.places = places
    let end = plan.targets[0]
    target = whole[end].pattern
    guard target.storedEntries > 0, depths[end] == chunks.loops.count,
      !isGiven(end)
    else {
      throw ChainError(
        .invalidPlan, at: "/chunks", expected: "a target with entries to make",
        found: target.structure.name, advice: "leave the chunks out")
    }
  }

  /// Where the part of the target lies that a piece makes, or adds to.
  package func origin(of piece: Piece) -> (row: Int, column: Int) {
    var (row, column) = (0, 0)
    for (loop, part) in zip(chunks.loops, piece.parts) {
      switch loop.side {
      case .rows: row = part.lowerBound
      case .columns: column = part.lowerBound
      case .shared: break
      }
    }
    return (row, column)
  }

  /// How often a step is done.
  func passes(_ step: Int) -> Int { chunks.passes(depths[step]) }

  /// Walks over the pieces in the order in which they are done.
  ///
  /// - Throws: what `body` throws, and `ChainError` when a pattern can't be
  ///   held.
  /// - Complexity: O(passes · steps), plus that of the patterns.
  package func forEachPiece(
    _ body: (Piece) throws(ChainError) -> Void
  ) throws(ChainError) {
    var maker = PieceMaker(self, control)
    try visit([], &maker, body)
  }

  /// All passes inside of the loops that are at these parts; at most three
  /// deep.
  private func visit(
    _ parts: [Range<Int>], _ maker: inout PieceMaker,
    _ body: (Piece) throws(ChainError) -> Void
  ) throws(ChainError) {
    if let piece = try maker.piece(parts) { try body(piece) }
    guard parts.count < chunks.loops.count else { return }
    let loop = chunks.loops[parts.count]
    let length = loop.side.length(in: problem)
    for index in 0..<loop.parts {
      try visit(
        parts + [Chunks.part(index, of: loop.parts, length: length)], &maker,
        body)
    }
  }

  /// Steps of one depth, in the order of the plan, without given ones.
  fileprivate func steps(at depth: Int) -> [Int] {
    plan.steps.indices.filter {
      if case .given = plan.steps[$0] { return false }
      return depths[$0] == depth
    }
  }

  /// The values of one depth that inner steps read, or that the target is.
  fileprivate func made(at depth: Int) -> [Int] {
    var made = Set(plan.targets.filter { depths[$0] == depth })
    for (id, step) in plan.steps.enumerated() where depths[id] > depth {
      for case let value? in [step.operands.first, step.operands.second]
      where depths[value] == depth {
        if case .given = plan.steps[value] { continue }
        made.insert(value)
      }
    }
    return made.sorted()
  }

  /// The part of a factor that a pass has.
  fileprivate func source(of factor: Int, _ parts: [Range<Int>]) -> Source {
    var (rows, columns): (Range<Int>?, Range<Int>?) = (nil, nil)
    let place = places[factor]!
    for (loop, part) in zip(chunks.loops, parts) {
      if loop.side.cutsRows(at: place, of: places.count) { rows = part }
      if loop.side.cutsColumns(at: place) { columns = part }
    }
    return .factor(factor, rows: rows, columns: columns)
  }

  fileprivate func isGiven(_ step: Int) -> Bool {
    if case .given = plan.steps[step] { true } else { false }
  }
}

/// Makes pieces, and keeps those that look alike.
private struct PieceMaker {
  private let whole: ChunkedPlan
  private let control: SearchControl
  private let steps: [[Int]]
  private let made: [[Int]]
  /// The patterns of values that outer pieces have made in this pass.
  private var patterns: [Int: Pattern] = [:]
  private var table: PatternTable
  /// By loop whether parts of one size are alike.
  private let isAlike: [Bool]
  /// By the sizes of the parts, and where those lie that aren't alike.
  private var known: [[Range<Int>]: ChunkedPlan.Piece] = [:]

  init(_ whole: ChunkedPlan, _ control: SearchControl) {
    (self.whole, self.control) = (whole, control)
    steps = (0...whole.chunks.loops.count).map(whole.steps(at:))
    made = (0...whole.chunks.loops.count).map(whole.made(at:))
    table = PatternTable(control)
    isAlike = whole.chunks.loops.map {
      $0.side.partsAreAlike(in: whole.problem)
    }
  }

  /// The piece of a pass; nil where nothing is to be done.
  mutating func piece(
    _ parts: [Range<Int>]
  ) throws(ChainError) -> ChunkedPlan.Piece? {
    let depth = parts.count
    guard !steps[depth].isEmpty else { return nil }
    let look = zip(parts, isAlike).map { part, isAlike in
      isAlike ? 0..<part.count : part
    }
    let piece: ChunkedPlan.Piece
    if let known = known[look] {
      piece = known.moved(to: parts, in: whole)
    } else {
      piece = try make(parts)
      // A look comes again only where something inside of a loop is alike.
      if isAlike[..<depth].contains(true) { known[look] = piece }
    }
    for (id, target) in zip(piece.makes, piece.plan.plan.targets) {
      patterns[id] = piece.plan.steps[target].pattern
    }
    return piece
  }

  private mutating func make(
    _ parts: [Range<Int>]
  ) throws(ChainError) -> ChunkedPlan.Piece {
    let depth = parts.count
    var factors: [Factor] = []
    var sources: [ChunkedPlan.Source] = []
    var foreign: [UInt128] = []
    var indices: [ChunkedPlan.Source: Int] = [:]
    var plan = Plan(steps: [], targets: [])
    var origins: [Int?] = []
    var places: [Int: Int] = [:]
    var words: [[Int]] = []
    var copies: UInt128 = 0

    func factor(_ source: ChunkedPlan.Source) throws(ChainError) -> Int {
      if let index = indices[source] { return index }
      let made = try cut(source, factors.count)
      indices[source] = factors.count
      factors.append(made.factor)
      sources.append(source)
      foreign.append(made.foreign)
      return factors.count - 1
    }
    func operand(_ id: Int) throws(ChainError) -> Int {
      if let place = places[id] { return place }
      let source: ChunkedPlan.Source =
        if case .given(let index) = whole.plan.steps[id] {
          whole.source(of: index, parts)
        } else {
          .value(id)
        }
      let index = try factor(source)
      if case .factor(let original, let rows, let columns) = source,
        rows != nil || columns != nil
      {
        copies += try copied(index, original, columns, factors)
      }
      plan.steps.append(.given(factor: index))
      origins.append(nil)
      words.append([index])
      places[id] = plan.steps.count - 1
      return plan.steps.count - 1
    }
    for id in steps[depth] {
      let step: Step
      let word: [Int]
      switch whole.plan.steps[id] {
      case .given, .add:
        preconditionFailure("chains have no sums, and given steps are factors")
      case .accumulate(let index, let mode):
        let factor = try factor(whole.source(of: index, parts))
        (step, word) = (.accumulate(factor: factor, mode: mode), [factor])
      case .multiply(let outer, let inner):
        let (a, b) = (try operand(outer), try operand(inner))
        (step, word) = (.multiply(outer: a, inner: b), words[b] + words[a])
      case .eliminate(let index, let mode, let value):
        let a = try operand(value)
        let factor = try factor(whole.source(of: index, parts))
        step = .eliminate(factor: factor, mode: mode, operand: a)
        word = mode == .tangent ? words[a] + [factor] : [factor] + words[a]
      }
      plan.steps.append(step)
      origins.append(id)
      words.append(word)
      places[id] = plan.steps.count - 1
    }
    let makes = made[depth]
    plan.targets = makes.map { places[$0]! }
    var limits = whole.problem.limits
    (limits.tapeTotal, limits.machines, limits.memory) = (nil, nil, nil)
    let problem = try Problem(
      name: whole.problem.name, factors: factors,
      targets: plan.targets.map { words[$0] },
      matrixFree: whole.problem.matrixFree, limits: limits)
    let priced = try plan.priced(for: problem, &table)
    let memory = PlanMemory(plan, priced.steps, problem, foreign: foreign)
    return ChunkedPlan.Piece(
      depth: depth, parts: parts, problem: problem, plan: priced,
      sources: sources, steps: origins, makes: makes, copies: copies,
      peak: copies + memory.peak, kept: memory.results)
  }

  /// A factor of a piece, and the bytes that one evaluation of the whole factor
  /// takes beyond those of the part.
  private func cut(
    _ source: ChunkedPlan.Source, _ index: Int
  ) throws(ChainError) -> (factor: Factor, foreign: UInt128) {
    switch source {
    case .value(let id):
      let pattern = patterns[id]!
      return (
        Factor(
          name: "#\(index)", rows: pattern.rows, columns: pattern.columns,
          structure: pattern.structure), 0
      )
    case .factor(let original, let rows, let columns):
      var factor = whole.problem.factors[original]
      let pattern = try whole.problem.patterns[original]
        .part(rows: rows, columns: columns)
      factor.name = "#\(index) \(factor.name)"
      (factor.rows, factor.columns) = (pattern.rows, pattern.columns)
      factor.structure = pattern.structure
      let whole = whole.problem.patterns[original]
      return (
        factor,
        8
          * UInt128(
            (rows == nil ? 0 : whole.rows)
              + (columns == nil ? 0 : whole.columns))
      )
    }
  }

  /// Bytes of a part of given entries; rows of dense ones lie side by side and
  /// are used in place.
  private func copied(
    _ index: Int, _ original: Int, _ columns: Range<Int>?,
    _ factors: [Factor]
  ) throws(ChainError) -> UInt128 {
    if columns == nil, whole.problem.patterns[original].isDense { return 0 }
    let factor = factors[index]
    return CostModel.bytes(
      of: try Pattern(
        rows: factor.rows, columns: factor.columns,
        structure: factor.structure, at: "/chunks"))
  }
}

extension ChunkedPlan.Piece {
  /// The same piece in another pass whose parts have the same sizes.
  fileprivate func moved(
    to parts: [Range<Int>], in whole: ChunkedPlan
  ) -> Self {
    Self(
      depth: depth, parts: parts, problem: problem, plan: plan,
      sources: sources.map { source in
        switch source {
        case .value: source
        case .factor(let index, _, _): whole.source(of: index, parts)
        }
      }, steps: steps, makes: makes, copies: copies, peak: peak, kept: kept)
  }
}
