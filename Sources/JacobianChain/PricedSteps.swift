/// What the steps of a plan cost and make.
///
/// Held apart from the steps, because a graph's plan may have 10^7 of them: few
/// of their patterns differ, and what only some plans have takes no room in
/// others.
package struct PricedSteps: RandomAccessCollection, Hashable, Sendable {
  private let steps: [Step]
  private var rows: [Row] = []
  /// Those that come again soon once.
  private var patterns: [Pattern] = []
  /// Empty where values have no place.
  private var ends: [Ends] = []
  /// Empty without chunks.
  private var passes: [Int] = []

  private struct Row: Hashable {
    var fma: UInt128
    var evaluations: Int
    var length: Int
    var innermost: Int32
    var outermost: Int32
    /// A place in `patterns`.
    var pattern: Int32
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
    rows.reserveCapacity(steps.count)
    patterns.reserveCapacity(Swift.min(steps.count, 32))
    if havePlaces { ends.reserveCapacity(steps.count) }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { rows.count }

  package subscript(id: Int) -> PricedStep {
    let row = rows[id]
    return PricedStep(
      step: steps[id], fma: row.fma, evaluations: row.evaluations,
      pattern: patterns[Int(row.pattern)], innermost: Int(row.innermost),
      outermost: Int(row.outermost), length: row.length,
      ends: ends.isEmpty
        ? nil : Graph.Block(from: Int(ends[id].from), to: Int(ends[id].to)),
      passes: passes.isEmpty ? 1 : passes[id])
  }

  /// The pattern of the value that a step makes.
  func pattern(of id: Int) -> Pattern { patterns[Int(rows[id].pattern)] }

  /// What a step that reads the value asks for: less to copy than the step.
  func value(
    of id: Int
  ) -> (pattern: Pattern, innermost: Int, outermost: Int, length: Int) {
    let row = rows[id]
    return (
      patterns[Int(row.pattern)], Int(row.innermost), Int(row.outermost),
      row.length
    )
  }

  /// Follows one more step, done once.
  mutating func append(_ priced: PricedStep) {
    rows.append(
      Row(
        fma: priced.fma, evaluations: priced.evaluations,
        length: priced.length, innermost: Int32(priced.innermost),
        outermost: Int32(priced.outermost),
        pattern: Int32(place(of: priced.pattern))))
    if let block = priced.ends {
      ends.append(Ends(from: Int32(block.from), to: Int32(block.to)))
    }
  }

  private mutating func place(of pattern: Pattern) -> Int {
    let recent = Swift.max(0, patterns.count - 16)..<patterns.count
    if let known = recent.last(where: { patterns[$0] == pattern }) {
      return known
    }
    patterns.append(pattern)
    return patterns.count - 1
  }

  /// What a step is done in, and what that costs.
  mutating func setPasses(
    _ count: Int, ofStep id: Int, fma: UInt128, evaluations: Int
  ) {
    if passes.isEmpty { passes = [Int](repeating: 1, count: rows.count) }
    passes[id] = count
    (rows[id].fma, rows[id].evaluations) = (fma, evaluations)
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
