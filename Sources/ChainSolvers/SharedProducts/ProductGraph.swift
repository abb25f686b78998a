import JacobianChain

/// Everything that can be computed on the way to a problem's targets: a value
/// for each distinct sub-word, and for each value the operations that make it.
///
/// Two targets that contain the same sub-word, and one word that contains it
/// twice, share the value: this is where products are shared. Values are in
/// order of length, so operands have smaller ids and nothing is cyclic.
package struct ProductGraph: Sendable {
  /// One way to make a value.
  package struct Operation: Hashable, Sendable {
    /// The step; its operand ids are ids of values.
    package let step: Step
    /// fma, below 2^53.
    package let price: Int
    /// The tape that an adjoint step needs; 0 for any other step, and without
    /// a bound on the total tape.
    package let tape: Int
    /// The operands that aren't free, the greater id first; −1 for none.
    /// Equal operands (a square) are named once.
    package let first: Int
    package let second: Int

    /// Whether it costs nothing and needs nothing that does.
    var isFree: Bool { first < 0 && price == 0 && tape == 0 }
  }

  /// The number of factors in each value's word.
  package private(set) var lengths: [Int] = []
  /// Whether each value costs nothing: given factors, units, and what is made
  /// of them alone.
  package private(set) var isFree: [Bool] = []
  /// All operations, grouped by the value they make; a free value has one.
  package private(set) var operations: [Operation] = []
  /// The operations that make value v are `starts[v]..<starts[v + 1]`.
  package private(set) var starts: [Int] = [0]
  /// The value of each target.
  package private(set) var targets: [Int] = []
  /// The words of the targets, first applied first.
  package let words: [[Int]]
  /// `positions[t]`: the values of the spans `b..<e` of word t, see `value`.
  private var positions: [[Int]] = []

  /// The number of values.
  package var count: Int { lengths.count }

  /// The ids of the operations that make value `v`.
  package func operations(of v: Int) -> Range<Int> {
    starts[v]..<starts[v + 1]
  }

  /// The value of span `b..<e` of target `t`.
  package func value(_ t: Int, _ b: Int, _ e: Int) -> Int {
    positions[t][Self.slot(b, e, words[t].count)]
  }

  private static func slot(_ b: Int, _ e: Int, _ n: Int) -> Int {
    // Spans by length; those of length l start at Σ_{l' < l} (n − l' + 1).
    let shorter = e - b - 1
    return shorter * n - shorter * (shorter - 1) / 2 + b
  }

  /// The values that a plan for target `t` may contain.
  ///
  /// - Complexity: O(operations), of a part of a graph.
  func values(ofTarget t: Int) -> [Int] {
    if !positions.isEmpty { return positions[t] }
    var isSeen = [Bool](repeating: false, count: targets[t] + 1)
    isSeen[targets[t]] = true
    for value in isSeen.indices.reversed() where isSeen[value] {
      for id in operations(of: value) {
        let (first, second) = (operations[id].first, operations[id].second)
        if first >= 0 { isSeen[first] = true }
        if second >= 0 { isSeen[second] = true }
      }
    }
    return isSeen.indices.filter { isSeen[$0] }
  }

  /// Whether every split of every target is here.
  var isWhole: Bool { !positions.isEmpty }

  /// A part of a problem's graph: values in order of length, with some of
  /// their operations.
  ///
  /// - Parameter made: for each value, the operations that make it, of earlier
  ///   ones; the first is taken where it is free.
  init(
    words: [[Int]], lengths: [Int], made: [[Operation]], targets: [Int]
  ) {
    self.words = words
    self.lengths = lengths
    self.targets = targets
    for ways in made {
      let free = ways.first { $0.isFree }
      isFree.append(free != nil)
      operations += free.map { [$0] } ?? ways
      starts.append(operations.count)
    }
  }

  /// Σ over targets of the splits of all their spans: what a graph of
  /// `problem` takes at most, nil above `Int.max`.
  package static func splits(of problem: Problem) -> Int? {
    var total = 0
    for word in problem.targets {
      let n = word.count
      guard n < 1 << 20 else { return nil }
      let sum = total.addingReportingOverflow(n * (n + 1) * (n + 2) / 6)
      if sum.overflow { return nil }
      total = sum.partialValue
    }
    return total
  }

  /// Derives all values and operations.
  ///
  /// - Precondition: every price fits 53 bits: `problem.worstPrice < 2^53`.
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  /// - Complexity: O(Σ n²) look-ups and O(operations) prices, together at most
  ///   O(Σ n³) over the lengths n of the targets.
  package init(_ problem: Problem) throws(ChainError) {
    words = problem.targets
    positions = words.map { word in
      [Int](repeating: -1, count: word.count * (word.count + 1) / 2)
    }
    var patterns: [Pattern] = []
    var known: [Int: Int] = [:]
    var filter = DominanceFilter()
    // Growing copies; memory that isn't needed isn't touched.
    operations.reserveCapacity(
      min(Self.splits(of: problem) ?? .max, 1 << 20))
    for length in 1...(words.map(\.count).max() ?? 1) {
      for t in words.indices where words[t].count >= length {
        for b in 0...words[t].count - length {
          let last = words[t][b + length - 1]
          // A word is the known one without its last factor, and that factor.
          let prefix = length == 1 ? -1 : value(t, b, b + length - 1)
          let key = (prefix + 1) * problem.factors.count + last
          let id = known[key] ?? count
          positions[t][Self.slot(b, b + length, words[t].count)] = id
          guard id == count else { continue }
          known[key] = id
          let own = problem.patterns[last]
          patterns.append(
            length == 1 ? own : try Pattern.product(own, patterns[prefix]))
          lengths.append(length)
          filter.candidates.removeAll(keepingCapacity: true)
          propose(&filter.candidates, t, b, b + length, problem, patterns)
          append(&filter)
        }
      }
    }
    targets = words.indices.map { value($0, 0, words[$0].count) }
  }

  /// Appends every way to make span `b..<e` of target `t`.
  private func propose(
    _ found: inout [Operation], _ t: Int, _ b: Int, _ e: Int,
    _ problem: Problem, _ patterns: [Pattern]
  ) {
    if e - b == 1 {
      let factor = words[t][b]
      if problem.factors[factor].isGiven {
        found.append(operation(.given(factor: factor), 0, 0, -1, -1))
        return
      }
      evaluate(factor, patterns[patterns.count - 1], problem) {
        mode, price, tape in
        let step = Step.accumulate(factor: factor, mode: mode)
        found.append(operation(step, price, tape, -1, -1))
      }
      return
    }
    for k in b + 1..<e {
      let (outer, inner) = (value(t, k, e), value(t, b, k))
      found.append(
        operation(
          .multiply(outer: outer, inner: inner),
          CostModel.multiply(patterns[outer], patterns[inner]), 0, outer,
          inner))
    }
    guard problem.matrixFree else { return }
    for mode in Mode.allCases {
      let factor = mode == .tangent ? words[t][e - 1] : words[t][b]
      let operand =
        mode == .tangent ? value(t, b, e - 1) : value(t, b + 1, e)
      evaluate(factor, patterns[patterns.count - 1], problem, in: mode) {
        mode, price, tape in
        let step = Step.eliminate(factor: factor, mode: mode, operand: operand)
        found.append(operation(step, price, tape, operand, -1))
      }
    }
  }

  /// Calls `body` with price and tape of the evaluations of a factor that
  /// recover `pattern`, for each mode (or the one asked for) that is allowed.
  private func evaluate(
    _ index: Int, _ pattern: Pattern, _ problem: Problem, in only: Mode? = nil,
    _ body: (Mode, UInt128, Int) -> Void
  ) {
    let factor = problem.factors[index]
    let isCounted = problem.limits.tapeTotal != nil
    for mode in Mode.allCases where only == nil || only == mode {
      guard let cost = factor.cost(mode),
        mode == .tangent || problem.allowsAdjoint(of: factor)
      else { continue }
      body(
        mode,
        CostModel.apply(
          evaluations: CostModel.evaluations(mode, pattern), cost: cost),
        mode == .adjoint && isCounted ? factor.tape : 0)
    }
  }

  private func operation(
    _ step: Step, _ price: UInt128, _ tape: Int, _ a: Int, _ b: Int
  ) -> Operation {
    let a = a < 0 || isFree[a] ? -1 : a
    let b = b < 0 || isFree[b] || b == a ? -1 : b
    return Operation(
      step: step, price: Int(price), tape: tape, first: max(a, b),
      second: min(a, b))
  }

  /// Adds a value and those of its operations that no other one dominates.
  private mutating func append(_ filter: inout DominanceFilter) {
    let free = filter.candidates.first { $0.isFree }
    isFree.append(free != nil)
    if let free {
      operations.append(free)
    } else {
      filter.appendUndominated(to: &operations)
    }
    starts.append(operations.count)
  }
}
