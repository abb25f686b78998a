/// What the steps of a plan cost and make.
///
/// Held by columns, because a graph's plan may have 10^7 steps: few of their
/// patterns differ, and what only some plans have takes no room in others.
package struct PricedSteps: RandomAccessCollection, Hashable, Sendable {
  private let steps: [Step]
  private var fma: [UInt128] = []
  private var evaluations: [Int] = []
  private var patterns = PatternColumn()
  private var words: [Word] = []
  /// Empty where values have no place.
  private var ends: [Ends] = []
  /// Empty without chunks.
  private var passes: [Int] = []

  /// The factors at the ends of a word, and how many it has.
  private struct Word: Hashable {
    var innermost: Int32
    var outermost: Int32
    var length: Int
  }

  private struct Ends: Hashable {
    var from: Int32
    var to: Int32
  }

  /// Of no step yet.
  ///
  /// - Parameters:
  ///   - steps: those that will be appended.
  ///   - havePlaces: whether their values lie between vertices.
  init(of steps: [Step], havePlaces: Bool) {
    self.steps = steps
    fma.reserveCapacity(steps.count)
    evaluations.reserveCapacity(steps.count)
    patterns.numbers.reserveCapacity(steps.count)
    words.reserveCapacity(steps.count)
    if havePlaces { ends.reserveCapacity(steps.count) }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { fma.count }

  package subscript(id: Int) -> PricedStep {
    let word = words[id]
    return PricedStep(
      step: steps[id], fma: fma[id], evaluations: evaluations[id],
      pattern: pattern(of: id), innermost: Int(word.innermost),
      outermost: Int(word.outermost), length: word.length,
      ends: ends.isEmpty
        ? nil : Graph.Block(from: Int(ends[id].from), to: Int(ends[id].to)),
      passes: passes.isEmpty ? 1 : passes[id])
  }

  /// The pattern of the value that a step makes.
  func pattern(of id: Int) -> Pattern {
    patterns.distinct[Int(patterns.numbers[id])]
  }

  /// What a step that reads the value asks for: less to copy than the step.
  func value(
    of id: Int
  ) -> (pattern: Pattern, innermost: Int, outermost: Int, length: Int) {
    let word = words[id]
    return (
      pattern(of: id), Int(word.innermost), Int(word.outermost), word.length
    )
  }

  /// Follows one more step, done once.
  mutating func append(_ priced: PricedStep) {
    fma.append(priced.fma)
    evaluations.append(priced.evaluations)
    patterns.append(priced.pattern)
    words.append(
      Word(
        innermost: Int32(priced.innermost), outermost: Int32(priced.outermost),
        length: priced.length))
    if let block = priced.ends {
      ends.append(Ends(from: Int32(block.from), to: Int32(block.to)))
    }
  }

  /// What a step is done in, and what that costs.
  mutating func setPasses(
    _ count: Int, ofStep id: Int, fma cost: UInt128, evaluations all: Int
  ) {
    if passes.isEmpty { passes = [Int](repeating: 1, count: self.fma.count) }
    (passes[id], fma[id], evaluations[id]) = (count, cost, all)
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
  /// The innermost (first applied) factor of the value; of a sum, that of
  /// its first addend.
  package let innermost: Int
  /// The outermost (last applied) factor of the value; of a sum, that of
  /// its first addend.
  package let outermost: Int
  /// The number of factors in the value's word; of a sum, in its longest.
  package let length: Int
  /// Between which vertices of a graph the value lies; nil for a product, and
  /// on graphs with one factor on several arcs, where values have no place.
  package var ends: Graph.Block?
  /// How often it is done, each time for a part of its value or anew; 1
  /// unless the plan has chunks.
  package var passes = 1
}

/// Patterns by number, those that come again soon held once.
private struct PatternColumn: Hashable {
  private(set) var distinct: [Pattern] = []
  var numbers: [Int32] = []

  mutating func append(_ pattern: Pattern) {
    let recent = max(0, distinct.count - 16)..<distinct.count
    let known = recent.last { distinct[$0] == pattern }
    if known == nil { distinct.append(pattern) }
    numbers.append(Int32(known ?? distinct.count - 1))
  }
}
