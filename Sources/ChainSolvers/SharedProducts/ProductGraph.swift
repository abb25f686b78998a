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
    /// The tape that an adjoint step needs, 0 for any other step.
    package let tape: Int
    /// The operands that aren't free, the greater id first; −1 for none.
    /// Equal operands (a square) are named once.
    package let first: Int
    package let second: Int
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

  /// Σ over targets of the splits of all their spans: what a graph of
  /// `problem` takes at most, nil above `Int.max`.
  package static func splits(of problem: Problem) -> Int? {
    var total = 0
    for word in problem.targets {
      let n = word.count
      guard n < 1 << 20 else { return nil }
      total += n * (n + 1) * (n + 2) / 6
    }
    return total
  }

  /// Derives all values and operations.
  ///
  /// - Precondition: every price fits 53 bits: `problem.worstPrice < 2^53`.
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  /// - Complexity: O(Σ n³) over the lengths n of the targets.
  package init(_ problem: Problem) throws(ChainError) {
    words = problem.targets
    positions = words.map { word in
      [Int](repeating: -1, count: word.count * (word.count + 1) / 2)
    }
    var patterns: [Pattern] = []
    var known: [Extension: Int] = [:]
    for length in 1...(words.map(\.count).max() ?? 1) {
      for (t, word) in words.enumerated() where word.count >= length {
        for b in 0...word.count - length {
          let e = b + length
          let prefix = length == 1 ? -1 : value(t, b, e - 1)
          let key = Extension(prefix: prefix, last: word[e - 1])
          let id = known[key] ?? count
          positions[t][Self.slot(b, e, word.count)] = id
          guard id == count else { continue }
          known[key] = id
          let own = problem.patterns[word[e - 1]]
          let pattern =
            length == 1 ? own : try Pattern.product(own, patterns[prefix])
          patterns.append(pattern)
          lengths.append(length)
          append(operations(t, b, e, problem, patterns))
        }
      }
    }
    targets = words.indices.map { value($0, 0, words[$0].count) }
  }

  /// A word one longer than a known one.
  private struct Extension: Hashable {
    let prefix: Int
    let last: Int
  }

  /// Every way to make span `b..<e` of target `t`.
  private func operations(
    _ t: Int, _ b: Int, _ e: Int, _ problem: Problem, _ patterns: [Pattern]
  ) -> [Operation] {
    let word = words[t]
    let pattern = patterns[patterns.count - 1]
    if e - b == 1 { return leaves(word[b], problem) }
    var found: [Operation] = []
    for k in b + 1..<e {
      let (outer, inner) = (value(t, k, e), value(t, b, k))
      found.append(
        operation(
          .multiply(outer: outer, inner: inner),
          CostModel.multiply(patterns[outer], patterns[inner]), 0))
    }
    guard problem.matrixFree else { return found }
    for mode in Mode.allCases {
      let index = mode == .tangent ? word[e - 1] : word[b]
      let factor = problem.factors[index]
      guard let cost = factor.cost(mode),
        mode == .tangent || problem.allowsAdjoint(of: factor)
      else { continue }
      let operand =
        mode == .tangent ? value(t, b, e - 1) : value(t, b + 1, e)
      found.append(
        operation(
          .eliminate(factor: index, mode: mode, operand: operand),
          CostModel.apply(
            evaluations: CostModel.evaluations(mode, pattern), cost: cost),
          mode == .adjoint ? factor.tape : 0))
    }
    return found
  }

  private func leaves(_ index: Int, _ problem: Problem) -> [Operation] {
    let factor = problem.factors[index]
    if factor.isGiven { return [operation(.given(factor: index), 0, 0)] }
    return Mode.allCases.compactMap { mode in
      guard let cost = factor.cost(mode),
        mode == .tangent || problem.allowsAdjoint(of: factor)
      else { return nil }
      return operation(
        .accumulate(factor: index, mode: mode),
        CostModel.apply(
          evaluations: CostModel.evaluations(mode, problem.patterns[index]),
          cost: cost), mode == .adjoint ? factor.tape : 0)
    }
  }

  private func operation(
    _ step: Step, _ price: UInt128, _ tape: Int
  ) -> Operation {
    let (a, b) = step.operands
    let needs = [a, b].compactMap { $0 }.filter { !isFree[$0] }
    let first = needs.max() ?? -1
    let second = needs.count == 2 && needs[0] != needs[1] ? needs.min()! : -1
    return Operation(
      step: step, price: Int(price), tape: tape, first: first, second: second)
  }

  /// Adds a value and those of its operations that no other one dominates.
  private mutating func append(_ candidates: [Operation]) {
    if let free = candidates.first(where: {
      $0.first < 0 && $0.price == 0 && $0.tape == 0
    }) {
      operations.append(free)
      isFree.append(true)
    } else {
      operations += Self.undominated(candidates)
      isFree.append(false)
    }
    starts.append(operations.count)
  }

  /// Drops operations that need at least as much as another one, at no less
  /// fma and no less tape; the earlier of equals stays.
  private static func undominated(_ all: [Operation]) -> [Operation] {
    // Most share their needs with none; only needs of one value or none can be
    // part of larger ones.
    var groups: [Needs: [Int]] = [:]
    for (id, operation) in all.enumerated() {
      groups[Needs(operation.first, operation.second), default: []].append(id)
    }
    func beats(_ a: Int, _ b: Int) -> Bool {
      let (x, y) = (all[a], all[b])
      guard a != b, x.price <= y.price, x.tape <= y.tape else { return false }
      let isStrict =
        x.price < y.price || x.tape < y.tape || x.first != y.first
        || x.second != y.second
      return isStrict || a < b
    }
    return all.indices.filter { id in
      let (first, second) = (all[id].first, all[id].second)
      let parts = [
        Needs(first, second), Needs(first, -1), Needs(second, -1),
        Needs(-1, -1),
      ]
      return !Set(parts).contains { part in
        groups[part]?.contains { beats($0, id) } ?? false
      }
    }.map { all[$0] }
  }

  private struct Needs: Hashable {
    let first: Int
    let second: Int

    init(_ first: Int, _ second: Int) {
      self.first = first
      self.second = second
    }
  }
}

extension ProductGraph {
  /// The plan that makes every needed value by the operation `chosen` for it.
  ///
  /// - Parameter chosen: an operation id per value; looked at for values that
  ///   the targets need and that aren't free.
  /// - Complexity: O(values); iterative.
  package func plan(_ chosen: [Int]) -> Plan {
    let needed = needed(chosen)
    var plan = Plan(steps: [], targets: [])
    var ids = [Int](repeating: -1, count: count)
    for v in 0..<count where needed[v] {
      ids[v] = plan.steps.count
      switch step(v, chosen) {
      case .multiply(let outer, let inner):
        plan.steps.append(.multiply(outer: ids[outer], inner: ids[inner]))
      case .eliminate(let factor, let mode, let operand):
        plan.steps.append(
          .eliminate(factor: factor, mode: mode, operand: ids[operand]))
      case .given, .accumulate:
        plan.steps.append(step(v, chosen))
      }
    }
    plan.targets = targets.map { ids[$0] }
    return plan
  }

  /// fma and tape of the values that the targets need under `chosen`.
  package func price(_ chosen: [Int]) -> (fma: Int, tape: Int) {
    let needed = needed(chosen)
    var (fma, tape) = (0, 0)
    for v in 0..<count where needed[v] && !isFree[v] {
      fma += operations[chosen[v]].price
      tape += operations[chosen[v]].tape
    }
    return (fma, tape)
  }

  private func step(_ v: Int, _ chosen: [Int]) -> Step {
    operations[isFree[v] ? starts[v] : chosen[v]].step
  }

  /// The values that the targets need, free ones included.
  private func needed(_ chosen: [Int]) -> [Bool] {
    var needed = [Bool](repeating: false, count: count)
    for target in targets { needed[target] = true }
    for v in stride(from: count - 1, through: 0, by: -1) where needed[v] {
      let (first, second) = step(v, chosen).operands
      if let first { needed[first] = true }
      if let second { needed[second] = true }
    }
    return needed
  }
}
