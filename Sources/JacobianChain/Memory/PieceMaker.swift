/// Makes pieces, and keeps those that look alike.
struct PieceMaker {
  private let whole: ChunkedStage
  private let steps: [[Int]]
  private let made: [[Int]]
  /// The patterns of values that stages before, and outer pieces of this pass,
  /// have made.
  private var patterns: [Int: Pattern]
  private var table: PatternTable
  /// By loop whether parts of one size are alike.
  private let isAlike: [Bool]
  /// By the sizes of the parts, and where those lie that aren't alike.
  private var known: [[Range<Int>]: ChunkedPlan.Piece] = [:]

  init(_ whole: ChunkedStage, _ control: SearchControl) {
    self.whole = whole
    steps = (0...whole.loops.count).map(whole.steps(at:))
    made = (0...whole.loops.count).map(whole.made(at:))
    patterns = whole.patterns
    table = PatternTable(control)
    isAlike = whole.isAlike
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
          whole.source(ofValue: id, parts)
        }
      let index = try factor(source)
      copies += try copied(source, factors[index])
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
    plan.seedsAtOnce = whole.plan.seedsAtOnce
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
      sources: sources, foreign: foreign, steps: origins, makes: makes,
      copies: copies,
      peak: copies + memory.peak, kept: memory.results)
  }

  /// A factor of a piece, and the bytes that one evaluation of the whole factor
  /// takes beyond those of the part.
  private func cut(
    _ source: ChunkedPlan.Source, _ index: Int
  ) throws(ChainError) -> (factor: Factor, foreign: UInt128) {
    switch source {
    case .value(let id, let rows, let columns):
      let pattern = try patterns[id]!.part(rows: rows, columns: columns)
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

  /// Bytes of a part of entries that are at hand; rows of dense ones lie side
  /// by side and are used in place.
  private func copied(
    _ source: ChunkedPlan.Source, _ factor: Factor
  ) throws(ChainError) -> UInt128 {
    let (pattern, rows, columns) =
      switch source {
      case .factor(let index, let rows, let columns):
        (whole.problem.patterns[index], rows, columns)
      case .value(let id, let rows, let columns): (patterns[id]!, rows, columns)
      }
    if columns == nil, rows == nil || pattern.isDense { return 0 }
    return CostModel.bytes(
      of: try Pattern(
        rows: factor.rows, columns: factor.columns,
        structure: factor.structure, at: "/chunks"))
  }
}

extension ChunkedPlan.Piece {
  /// The same piece in another pass whose parts have the same sizes.
  fileprivate func moved(
    to parts: [Range<Int>], in whole: ChunkedStage
  ) -> Self {
    Self(
      depth: depth, parts: parts, problem: problem, plan: plan,
      sources: sources.map { source in
        switch source {
        case .value(let id, _, _): whole.source(ofValue: id, parts)
        case .factor(let index, _, _): whole.source(of: index, parts)
        }
      }, foreign: foreign, steps: steps, makes: makes, copies: copies,
      peak: peak, kept: kept)
  }
}
