import JacobianChain

/// Plans made of what targets begin and end with, and a bound, for problems
/// whose words are too many for a table.
///
/// Each target is the product of a beginning, multiplied from the inside
/// outwards, and an ending, multiplied from the outside inwards; targets take
/// turns, the shortest first, and what exists costs nothing. With an empty
/// beginning this is back-propagation; the terms Sᵀ·C·S of a Hessian share all
/// their S.
struct EndPlans {
  private let problem: Problem
  private var outer: Side
  private var inner: Side
  private var plan = Plan(steps: [], targets: [])
  private var leaves: [Int]

  /// The endings or the beginnings of all targets.
  private struct Side {
    let tree: TargetEndings
    var patterns: [Pattern] = []
    /// What it costs to make each node from its parent, and whether its factor
    /// is only applied.
    var prices: [UInt128] = [0]
    var eliminates: [Bool] = [false]
    /// The step that makes each node, −1 for none.
    var steps: [Int]

    init(_ tree: TargetEndings) {
      self.tree = tree
      steps = [Int](repeating: -1, count: tree.count)
    }

    /// The nodes of target `t`, the empty one first.
    func path(_ t: Int) -> [Int] {
      var path: [Int] = []
      var node = tree.targets[t]
      while node >= 0 {
        path.append(node)
        node = tree.parents[node]
      }
      return path.reversed()
    }
  }

  /// The most stored entries of patterns.
  private static let entryLimit = 1 << 25

  /// Prices all beginnings and endings; nil when their patterns take too much
  /// memory, or `control` stopped it.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  /// - Complexity: O(Σ lengths) products of patterns.
  init?(
    _ problem: Problem, _ endings: TargetEndings, _ control: SearchControl
  ) throws(ChainError) {
    self.problem = problem
    leaves = [Int](repeating: -1, count: problem.factors.count)
    outer = Side(endings)
    inner = Side(
      TargetEndings(
        of: problem.targets, factorCount: problem.factors.count, turned: true))
    guard try Self.price(&outer, .adjoint, problem, control),
      try Self.price(&inner, .tangent, problem, control)
    else { return nil }
  }

  private static func price(
    _ side: inout Side, _ mode: Mode, _ problem: Problem,
    _ control: SearchControl
  ) throws(ChainError) -> Bool {
    var stored = 0
    // The empty word has none; node 0 is never looked at.
    side.patterns.append(problem.patterns[side.tree.factors[1]])
    for node in 1..<side.tree.count {
      if node & 255 == 0, control.shouldStop() != nil { return false }
      let index = side.tree.factors[node]
      let own = problem.patterns[index]
      let leaf = try LeafChoice(factor: index, of: problem, at: .fma, control)
        .price
      guard side.tree.parents[node] > 0 else {
        side.patterns.append(own)
        side.prices.append(leaf)
        side.eliminates.append(false)
        continue
      }
      let parent = side.patterns[side.tree.parents[node]]
      let (a, b) = mode == .adjoint ? (parent, own) : (own, parent)
      let pattern = try Pattern.product(a, b, control: control)
      if case .sparse(let sparse) = pattern.structure {
        stored += sparse.entries + sparse.rows
        guard stored <= entryLimit else { return false }
      }
      let product = leaf + CostModel.multiply(a, b)
      let applied = evaluations(mode, index, pattern, problem)
      side.patterns.append(pattern)
      side.prices.append(min(product, applied ?? .max))
      side.eliminates.append(applied.map { $0 < product } ?? false)
    }
    return true
  }

  /// The price of an elimination that plans here make; adjoints only where the
  /// total tape is free.
  private static func evaluations(
    _ mode: Mode, _ index: Int, _ pattern: Pattern, _ problem: Problem
  ) -> UInt128? {
    guard mode == .tangent || problem.limits.tapeTotal == nil,
      let cost = problem.eliminationCost(of: problem.factors[index], mode)
    else { return nil }
    return CostModel.apply(
      evaluations: CostModel.evaluations(mode, pattern), cost: cost)
  }

  /// The plan.
  ///
  /// - Complexity: O(Σ lengths).
  mutating func makePlan() throws(ChainError) -> Plan {
    plan.targets = [Int](repeating: -1, count: problem.targets.count)
    let order = problem.targets.indices.sorted {
      (problem.targets[$0].count, $0) < (problem.targets[$1].count, $1)
    }
    var made: [Int: Int] = [:]
    for target in order {
      let node = outer.tree.targets[target]
      defer { made[node] = plan.targets[target] }
      if let step = made[node] {
        plan.targets[target] = step
        continue
      }
      let (endings, beginnings) = (outer.path(target), inner.path(target))
      let (above, below) = (missing(endings, outer), missing(beginnings, inner))
      var best = (k: 0, price: above[endings.count - 1])
      for k in 1..<beginnings.count {
        let (a, b) = (endings.count - 1 - k, k)
        let join =
          a == 0
          ? 0
          : CostModel.multiply(
            outer.patterns[endings[a]], inner.patterns[beginnings[b]])
        let price = above[a] + below[b] + join
        if price < best.price { best = (k, price) }
      }
      let low = try make(beginnings.prefix(best.k + 1), \.inner, .tangent)
      let high = try make(
        endings.prefix(endings.count - best.k), \.outer, .adjoint)
      if let low, let high {
        plan.targets[target] = plan.steps.count
        plan.steps.append(.multiply(outer: high, inner: low))
      } else {
        plan.targets[target] = (low ?? high)!
      }
    }
    return plan
  }

  /// The price of what isn't made yet of each node of a path.
  private func missing(_ path: [Int], _ side: Side) -> [UInt128] {
    var sum: UInt128 = 0
    return path.map { node in
      sum = node == 0 || side.steps[node] >= 0 ? 0 : sum + side.prices[node]
      return sum
    }
  }

  /// Makes the nodes of a path; the step of the last one, nil for the empty
  /// word.
  private mutating func make(
    _ path: ArraySlice<Int>, _ side: WritableKeyPath<EndPlans, Side>,
    _ mode: Mode
  ) throws(ChainError) -> Int? {
    for node in path.dropFirst() where self[keyPath: side].steps[node] < 0 {
      let factor = self[keyPath: side].tree.factors[node]
      let parent = self[keyPath: side].tree.parents[node]
      let other = self[keyPath: side].steps[parent]
      if self[keyPath: side].eliminates[node] {
        self[keyPath: side].steps[node] = append(
          .eliminate(factor: factor, mode: mode, operand: other))
        continue
      }
      if leaves[factor] < 0 {
        leaves[factor] = append(
          try LeafChoice(factor: factor, of: problem).step)
      }
      let leaf = leaves[factor]
      self[keyPath: side].steps[node] =
        parent == 0
        ? leaf
        : append(
          mode == .adjoint
            ? .multiply(outer: other, inner: leaf)
            : .multiply(outer: leaf, inner: other))
    }
    return path.last == 0 ? nil : self[keyPath: side].steps[path.last!]
  }

  private mutating func append(_ step: Step) -> Int {
    plan.steps.append(step)
    return plan.steps.count - 1
  }

  /// No plan costs less: different targets take different last steps.
  ///
  /// - Complexity: O(Σ lengths).
  var lowerBound: UInt128 {
    var seen: Set<Int> = []
    var sum: UInt128 = 0
    for (target, word) in problem.targets.enumerated()
    where seen.insert(outer.tree.targets[target]).inserted {
      let (endings, beginnings) = (outer.path(target), inner.path(target))
      let pattern = outer.patterns[endings.last!]
      var least = UInt128.max
      if word.count == 1 {
        least = leastLeaf(word[0], pattern)
      } else {
        for k in 1..<word.count {
          least = min(
            least,
            CostModel.multiply(
              outer.patterns[endings[word.count - k]],
              inner.patterns[beginnings[k]]))
        }
        if problem.matrixFree {
          for (mode, factor) in [
            (Mode.tangent, word.last!), (.adjoint, word[0]),
          ] { least = min(least, evaluations(mode, factor, pattern)) }
        }
      }
      sum += least
    }
    return sum
  }

  private func leastLeaf(_ factor: Int, _ pattern: Pattern) -> UInt128 {
    if problem.factors[factor].isGiven { return 0 }
    return Mode.allCases.reduce(.max) {
      min($0, evaluations($1, factor, pattern))
    }
  }

  /// What any plan may pay for evaluations; `.max` where there are none.
  private func evaluations(
    _ mode: Mode, _ index: Int, _ pattern: Pattern
  ) -> UInt128 {
    guard let cost = problem.cost(of: problem.factors[index], mode) else {
      return .max
    }
    return CostModel.apply(
      evaluations: CostModel.evaluations(mode, pattern), cost: cost)
  }
}
