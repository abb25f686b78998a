/// What the steps of a plan cost and make.
///
/// Held apart from the steps, because a graph's plan may have 10^7 of them: few
/// of their patterns differ, and what only some plans have takes no room in
/// others.
package struct PricedSteps: RandomAccessCollection, Hashable, Sendable {
  private let steps: [Step]
  /// Each step's place in `kinds`.
  private var kindOfStep: [Int32] = []
  /// What steps cost and make; those that come again soon once.
  private var kinds: [Kind] = []
  /// Those that come again soon once.
  private var patterns: [Pattern] = []
  /// Empty where values lie between vertices, else one for each step.
  private var words: [Word] = []
  /// Empty where values have no place, else one for each step.
  private var places: [Place] = []
  /// Empty without chunks.
  private var passes: [Int] = []

  private struct Kind: Hashable {
    var fma: UInt128
    var evaluations: Int
    /// A place in `patterns`.
    var pattern: Int32
  }

  private struct Word: Hashable {
    var length: Int
    var innermost: Int32
    var outermost: Int32
  }

  /// No path is longer than its graph.
  private struct Place: Hashable {
    var from: Int32
    var to: Int32
    var length: Int32
  }

  /// Of no step yet.
  ///
  /// - Parameters:
  ///   - steps: those that will be appended.
  ///   - havePlaces: whether their values lie between vertices.
  init(of steps: [Step], havePlaces: Bool) {
    self.steps = steps
    kindOfStep.reserveCapacity(steps.count)
    kinds.reserveCapacity(Swift.min(steps.count, 32))
    patterns.reserveCapacity(Swift.min(steps.count, 32))
    if havePlaces {
      places.reserveCapacity(steps.count)
    } else {
      words.reserveCapacity(steps.count)
    }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { kindOfStep.count }

  package subscript(id: Int) -> PricedStep {
    let kind = kinds[Int(kindOfStep[id])]
    return PricedStep(
      step: steps[id], fma: kind.fma, evaluations: kind.evaluations,
      pattern: patterns[Int(kind.pattern)],
      innermost: words.isEmpty ? nil : Int(words[id].innermost),
      outermost: words.isEmpty ? nil : Int(words[id].outermost),
      length: length(of: id),
      ends: places.isEmpty
        ? nil
        : Graph.Block(from: Int(places[id].from), to: Int(places[id].to)),
      passes: passes.isEmpty ? 1 : passes[id])
  }

  /// The pattern of the value that a step makes.
  package func pattern(of id: Int) -> Pattern { patterns[patternPlace(of: id)] }

  /// Where that is listed: equal places are equal patterns.
  package func patternPlace(of id: Int) -> Int {
    Int(kinds[Int(kindOfStep[id])].pattern)
  }

  /// Something of every pattern, by its place.
  func ofPatterns<Value>(_ value: (Pattern) -> Value) -> [Value] {
    patterns.map(value)
  }

  /// The number of factors in the value's word, or in the longest of a sum.
  func length(of id: Int) -> Int {
    places.isEmpty ? words[id].length : Int(places[id].length)
  }

  /// Follows one more step, done once.
  ///
  /// - Returns: its kind, by which others like it can be followed.
  @discardableResult
  mutating func append(_ priced: PricedStep) -> Int32 {
    let kind = Kind(
      fma: priced.fma, evaluations: priced.evaluations,
      pattern: place(of: priced.pattern))
    let recent = Swift.max(0, kinds.count - 16)..<kinds.count
    let known = recent.last { kinds[$0] == kind } ?? kinds.count
    if known == kinds.count { kinds.append(kind) }
    kindOfStep.append(Int32(known))
    if let block = priced.ends {
      append(block, priced.length)
    } else {
      words.append(
        Word(
          length: priced.length, innermost: Int32(priced.innermost!),
          outermost: Int32(priced.outermost!)))
    }
    return Int32(known)
  }

  private mutating func append(_ block: Graph.Block, _ length: Int) {
    places.append(
      Place(
        from: Int32(block.from), to: Int32(block.to), length: Int32(length)))
  }

  /// Follows one more product or sum, of a kind that is there.
  ///
  /// - Returns: its fma.
  mutating func append(
    _ step: Step, ofKind kind: Int32, between block: Graph.Block?
  ) -> UInt128 {
    kindOfStep.append(kind)
    let (first, second) = (step.operands.first!, step.operands.second!)
    let isSum = if case .add = step { true } else { false }
    let (a, b) = (length(of: first), length(of: second))
    let length = isSum ? Swift.max(a, b) : a.addingClamped(b)
    if let block {
      append(block, length)
    } else {
      words.append(
        Word(
          length: length,
          innermost: words[isSum ? first : second].innermost,
          outermost: words[first].outermost))
    }
    return kinds[Int(kind)].fma
  }

  private mutating func place(of pattern: Pattern) -> Int32 {
    let recent = Swift.max(0, patterns.count - 16)..<patterns.count
    if let known = recent.last(where: { patterns[$0] == pattern }) {
      return Int32(known)
    }
    patterns.append(pattern)
    return Int32(patterns.count - 1)
  }

  /// What a step is done in, and what that costs.
  mutating func setPasses(
    _ count: Int, ofStep id: Int, fma: UInt128, evaluations: Int
  ) {
    if passes.isEmpty { passes = [Int](repeating: 1, count: steps.count) }
    passes[id] = count
    kinds.append(
      Kind(
        fma: fma, evaluations: evaluations,
        pattern: Int32(patternPlace(of: id))))
    kindOfStep[id] = Int32(kinds.count - 1)
  }
}

extension Int {
  /// The sum, or `Int.max` when a shared value makes words that long.
  func addingClamped(_ other: Int) -> Int {
    let sum = addingReportingOverflow(other)
    return sum.overflow ? .max : sum.partialValue
  }
}

/// What one step costs and makes.
package struct PricedStep: Hashable, Sendable {
  /// The step itself.
  package let step: Step
  /// Its price in fma, of all passes together.
  package let fma: UInt128
  /// Tangent or adjoint evaluations of all passes; 0 for other steps.
  package let evaluations: Int
  /// The pattern of the value it makes.
  package let pattern: Pattern
  /// The innermost (first applied) factor of the value, of a sum that of its
  /// first addend; nil where values lie between vertices.
  package let innermost: Int?
  /// The outermost (last applied) factor of the value, of a sum that of its
  /// first addend; nil where values lie between vertices.
  package let outermost: Int?
  /// The number of factors in the value's word; of a sum, in its longest.
  package let length: Int
  /// Between which vertices of a graph the value lies; nil for a product, and
  /// on graphs with one factor on several arcs, where values have no place.
  package var ends: Graph.Block?
  /// How often it is done, each time for a part of its value or anew; 1
  /// unless the plan has chunks.
  package var passes = 1
}
