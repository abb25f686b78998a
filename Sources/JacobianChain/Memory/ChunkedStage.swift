/// One value of a plan in chunks, and the loops in which it is made.
package struct ChunkedStage: Sendable {
  package let plan: Plan
  package let problem: Problem
  /// The step whose value it is.
  package let step: Int
  package let loops: [Chunks.Loop]
  /// The pattern of the value.
  package let pattern: Pattern
  /// The values of stages before it that it reads, by their steps: they are
  /// alive until it ends.
  package let reads: [Int]
  /// The steps that it does, in the order of the plan, without given ones.
  let steps: [Int]
  /// The patterns of what it reads.
  let patterns: [Int: Pattern]
  /// Bytes that are alive in each pass beside its value and what was made by
  /// other stages: those of values that are made before its loops.
  private(set) var leastBeside: UInt128 = 0
  /// By step: the loops that it is inside of.
  private let depths: [Int: Int]
  /// By step the places of its factors in the chain.
  private let spans: [Range<Int>]
  /// By factor its place in the chain.
  private let places: [Int: Int]
  private let control: SearchControl

  /// - Parameters:
  ///   - whole: the steps as they are without chunks.
  ///   - steps: that it does.
  ///   - reads: the steps of the stages whose values it reads.
  /// - Throws: `ChainError` (`invalidPlan`) when the loops don't fit.
  init(
    _ stage: Chunks.Stage, of plan: Plan, _ whole: PricedSteps, steps: [Int],
    reads: [Int], _ problem: Problem, _ control: SearchControl
  ) throws(ChainError) {
    (self.plan, self.problem, self.control) = (plan, problem, control)
    (self.steps, self.reads) = (steps, reads)
    (step, loops) = (stage.step, stage.loops)
    let word = problem.targets[0]
    places = Dictionary(
      uniqueKeysWithValues: word.enumerated().map { ($1, $0) })
    spans = whole.spans(in: problem)
    pattern = whole[step].pattern
    patterns = Dictionary(
      uniqueKeysWithValues: reads.map { ($0, whole[$0].pattern) })
    let span = spans[step]
    let (spans, loops) = (spans, loops)
    depths = Dictionary(
      uniqueKeysWithValues: steps.map { id in
        let deepest = loops.lastIndex { $0.side.cuts(spans[id], of: span) }
        return (
          id,
          deepest.map { $0 + 1 } ?? (loops.first?.remakes ?? false ? 1 : 0)
        )
      })
    try check()
    // A renamed value may have its doubles elsewhere.
    leastBeside = made(at: 0).filter { $0 != step && !whole.isRenamed($0) }
      .map { CostModel.bytes(of: whole[$0].pattern) }.reduce(0, +)
  }

  /// Refuses loops that don't fit.
  private func check() throws(ChainError) {
    if case .given = plan.steps[step] { throw nothingToMake }
    guard pattern.storedEntries > 0 else { throw nothingToMake }
    guard Set(loops.map(\.side.name)).count == loops.count else {
      throw Chunks.noLoops(loops.count)
    }
    guard !loops.dropFirst().contains(where: \.remakes) else {
      throw Chunks.refusal(
        "values made anew by the outermost loop only", "an inner one")
    }
    for loop in loops {
      if case .shared(let count) = loop.side {
        guard loop.side.isInside(spans[step]) else {
          throw Chunks.refusal(
            "a shared dimension with factors on both of its sides, those "
              + "\(spans[step].lowerBound + 1) to \(spans[step].upperBound) of "
              + "the chain", "one after \(count)")
        }
        if let value = reads.first(where: { loop.side.isInside(spans[$0]) }) {
          throw Chunks.refusal(
            "a shared dimension that is still there",
            "one after \(count), which step \(value) has summed over")
        }
      }
      let length = length(of: loop)
      guard loop.parts >= 2, loop.parts <= length else {
        throw Chunks.refusal(
          "at least 2 parts, and no more than the \(length) of the side "
            + "\"\(loop.side.name)\"", "\(loop.parts)")
      }
    }
    guard loops.passes() <= Chunks.passLimit else {
      throw Chunks.refusal(
        "at most \(Chunks.passLimit) passes", "\(loops.passes())")
    }
  }

  private var nothingToMake: ChainError {
    ChainError(
      .invalidPlan, at: "/chunks", expected: "a value with entries to make",
      found: pattern.structure.name, advice: "leave the chunks out")
  }

  private func length(of loop: Chunks.Loop) -> Int {
    loop.side.length(in: problem, spans[step])
  }

  /// Where the part of the value lies that a piece makes, or adds to.
  package func origin(of piece: ChunkedPlan.Piece) -> (row: Int, column: Int) {
    var (row, column) = (0, 0)
    for (loop, part) in zip(loops, piece.parts) {
      switch loop.side {
      case .rows: row = part.lowerBound
      case .columns: column = part.lowerBound
      case .shared: break
      }
    }
    return (row, column)
  }

  /// How often a step is done.
  func passes(_ step: Int) -> Int { loops.passes(depths[step]!) }

  /// Walks over its pieces in the order in which they are done.
  ///
  /// - Parameter body: returns whether to go on.
  /// - Returns: whether all were seen.
  /// - Throws: what `body` throws, and `ChainError` when a pattern can't be
  ///   held.
  /// - Complexity: O(passes · steps), plus that of the patterns.
  @discardableResult
  package func forEachPiece(
    _ body: (ChunkedPlan.Piece) throws(ChainError) -> Bool
  ) throws(ChainError) -> Bool {
    var maker = PieceMaker(self, control)
    return try visit([], &maker, body)
  }

  /// All passes inside of the loops that are at these parts; at most three
  /// deep.
  private func visit(
    _ parts: [Range<Int>], _ maker: inout PieceMaker,
    _ body: (ChunkedPlan.Piece) throws(ChainError) -> Bool
  ) throws(ChainError) -> Bool {
    if let piece = try maker.piece(parts), !(try body(piece)) { return false }
    guard parts.count < loops.count else { return true }
    let loop = loops[parts.count]
    let length = length(of: loop)
    for index in 0..<loop.parts {
      let part = Chunks.part(index, of: loop.parts, length: length)
      guard try visit(parts + [part], &maker, body) else { return false }
    }
    return true
  }
}

/// What a maker of pieces asks.
extension ChunkedStage {
  /// The steps of one depth.
  func steps(at depth: Int) -> [Int] { steps.filter { depths[$0] == depth } }

  /// The values of one depth that inner steps read, or that the stage makes.
  func made(at depth: Int) -> [Int] {
    var made = Set([step].filter { depths[$0] == depth })
    for id in steps where depths[id]! > depth {
      let (first, second) = plan.steps[id].operands
      for case let value? in [first, second] where depths[value] == depth {
        made.insert(value)
      }
    }
    return made.sorted()
  }

  /// The part of a factor that a pass has.
  func source(of factor: Int, _ parts: [Range<Int>]) -> ChunkedPlan.Source {
    let place = places[factor]!
    let (rows, columns) = cut(place..<place + 1, parts)
    return .factor(factor, rows: rows, columns: columns)
  }

  /// The part of a value that a pass has: all of one that was made outside of a
  /// loop, and what the loops leave of one that a stage has made.
  func source(ofValue id: Int, _ parts: [Range<Int>]) -> ChunkedPlan.Source {
    guard reads.contains(id) else {
      return .value(id, rows: nil, columns: nil)
    }
    let (rows, columns) = cut(spans[id], parts)
    return .value(id, rows: rows, columns: columns)
  }

  private func cut(
    _ span: Range<Int>, _ parts: [Range<Int>]
  ) -> (rows: Range<Int>?, columns: Range<Int>?) {
    var (rows, columns): (Range<Int>?, Range<Int>?) = (nil, nil)
    for (loop, part) in zip(loops, parts) {
      if loop.side.cutsRows(at: span.upperBound - 1, of: spans[step]) {
        rows = part
      }
      if loop.side.cutsColumns(at: span.lowerBound, of: spans[step]) {
        columns = part
      }
    }
    return (rows, columns)
  }

  /// By loop whether parts of one size are alike.
  var isAlike: [Bool] {
    let span = spans[step]
    let word = problem.targets[0]
    let read = reads.map { (spans[$0], patterns[$0]!) }
    let own = span.filter { place in
      !read.contains { $0.0.contains(place) }
    }.map { ($0..<$0 + 1, problem.patterns[word[$0]]) }
    return loops.map { loop in
      (read + own).allSatisfy {
        loop.side.partsAreAlike(ofPattern: $1, $0, of: span)
      }
    }
  }
}

extension PricedSteps {
  /// Whether a step is a product with an identity, which has no doubles of its
  /// own.
  fileprivate func isRenamed(_ id: Int) -> Bool {
    guard case .multiply(let outer, let inner) = self[id].step else {
      return false
    }
    return RenamedOperand(pattern(of: outer), pattern(of: inner)) != nil
  }

  /// By step the places of its factors in the chain.
  ///
  /// - Precondition: the problem has one target, with distinct factors.
  package func spans(in problem: Problem) -> [Range<Int>] {
    let places = Dictionary(
      uniqueKeysWithValues: problem.targets[0].enumerated().map { ($1, $0) })
    return map { places[$0.innermost!]!..<places[$0.outermost!]! + 1 }
  }
}
