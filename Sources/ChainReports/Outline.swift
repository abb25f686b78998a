import JacobianChain

/// The bracketing of one target as a small tree, whatever the chain's length:
/// homogeneous runs can be drawn as one node, and what exceeds the limit on
/// nodes is folded away.
struct Outline {
  /// What a node stands for.
  enum Kind {
    /// A factor whose entries are at hand.
    case given
    /// A factor accumulated in a mode.
    case accumulate(Mode)
    /// A factor that is only applied, never accumulated.
    case applied
    /// One product.
    case multiply
    /// One elimination.
    case eliminate(Mode)
    /// Several joins in one mode, one factor after the other.
    case run(Mode)
    /// The factors that a run puts onto its base.
    case runFactors
    /// A whole subtree that is not drawn.
    case folded
    /// A value drawn elsewhere already.
    case reused
  }

  /// One node.
  struct Node {
    var kind: Kind
    /// Factors below the node: positions in the word, half-open.
    var span: Range<Int>
    /// The step whose value the node is; nil for applied factors.
    var step: Int?
    /// The price of everything the node stands for, its children excluded.
    var fma: UInt128
    /// Outer child first, as mathematics writes.
    var children: [Int] = []
    /// Distance from the root.
    var depth = 0
  }

  /// The word of the target, innermost first.
  let word: [Int]
  /// The nodes; 0 is the root, children come after their parents.
  private(set) var nodes: [Node] = []

  private let plan: PricedPlan
  private let foldsRuns: Bool

  /// Draws target `target` of a report.
  ///
  /// - Parameters:
  ///   - foldsRuns: runs of three and more joins become one node.
  ///   - limit: about how many nodes there may be.
  /// - Complexity: O(steps + length of the word).
  init(
    _ report: Report, target: Int = 0, foldsRuns: Bool, limit: Int = .max
  ) {
    word = report.solved.problem.targets[target]
    plan = report.solved.plan
    self.foldsRuns = foldsRuns
    let subtotals = limit == .max ? nil : plan.subtotals
    var seen = Set<Int>()
    add(plan.plan.targets[target], word.indices, depth: 0)
    var next = 0
    while next < nodes.count {
      defer { next += 1 }
      guard let id = nodes[next].step, !plan.isLeaf(id) else { continue }
      if !seen.insert(id).inserted {
        nodes[next].kind = .reused
        nodes[next].fma = 0
      } else if nodes.count >= limit, let subtotals {
        nodes[next].kind = .folded
        nodes[next].fma = subtotals[id]
      } else if foldsRuns, let run = run(at: id) {
        expand(run, at: next)
      } else {
        expand(next, id)
      }
    }
  }

  private mutating func add(_ id: Int, _ span: Range<Int>, depth: Int) {
    let kind: Kind =
      switch plan.plan.steps[id] {
      case .given: .given
      case .accumulate(_, let mode): .accumulate(mode)
      case .multiply: .multiply
      case .eliminate(_, let mode, _): .eliminate(mode)
      case .add: preconditionFailure("a product has no sums")
      }
    nodes.append(
      Node(
        kind: kind, span: span, step: id, fma: plan.steps[id].fma,
        depth: depth))
  }

  private mutating func expand(_ node: Int, _ id: Int) {
    let (span, depth) = (nodes[node].span, nodes[node].depth + 1)
    nodes[node].children = [nodes.count, nodes.count + 1]
    switch plan.plan.steps[id] {
    case .given, .accumulate:
      nodes[node].children = []
    case .multiply(let outer, let inner):
      let split = span.lowerBound + plan.steps[inner].length
      add(outer, split..<span.upperBound, depth: depth)
      add(inner, span.lowerBound..<split, depth: depth)
    case .eliminate(_, .tangent, let operand):
      let split = span.upperBound - 1
      addApplied(split..<span.upperBound, .applied, depth)
      add(operand, span.lowerBound..<split, depth: depth)
    case .eliminate(_, .adjoint, let operand):
      let split = span.lowerBound + 1
      add(operand, split..<span.upperBound, depth: depth)
      addApplied(span.lowerBound..<split, .applied, depth)
    case .add:
      preconditionFailure("a product has no sums")
    }
  }

  private mutating func addApplied(
    _ span: Range<Int>, _ kind: Kind, _ depth: Int
  ) {
    nodes.append(Node(kind: kind, span: span, fma: 0, depth: depth))
  }

  /// Joins in one mode, one after the other, and what they start from.
  private struct Run {
    var mode: Mode
    var joins = 0
    var fma: UInt128 = 0
    var base: Int
  }

  private func run(at id: Int) -> Run? {
    var best: Run?
    for mode in Mode.allCases {
      var run = Run(mode: mode, base: id)
      while let next = plan.extends(run.base, mode) {
        run.fma += plan.steps[run.base].fma
        run.fma += next.leaf.map { plan.steps[$0].fma } ?? 0
        run.joins += 1
        run.base = next.base
      }
      if run.joins >= 3, run.joins > best?.joins ?? 0 { best = run }
    }
    return best
  }

  private mutating func expand(_ run: Run, at node: Int) {
    let (span, depth) = (nodes[node].span, nodes[node].depth + 1)
    nodes[node].kind = .run(run.mode)
    nodes[node].fma = run.fma
    guard !plan.isLeaf(run.base) else {
      nodes[node].fma += plan.steps[run.base].fma
      return
    }
    nodes[node].children = [nodes.count, nodes.count + 1]
    switch run.mode {
    case .tangent:
      let split = span.upperBound - run.joins
      addApplied(split..<span.upperBound, .runFactors, depth)
      add(run.base, span.lowerBound..<split, depth: depth)
    case .adjoint:
      let split = span.lowerBound + run.joins
      add(run.base, split..<span.upperBound, depth: depth)
      addApplied(span.lowerBound..<split, .runFactors, depth)
    }
  }

  /// The nodes in the order of the chain as written, a parent between its
  /// children.
  var inOrder: [Int] {
    var order: [Int] = []
    var stack: [(node: Int, isOpen: Bool)] = [(0, false)]
    while let (node, isOpen) = stack.popLast() {
      let children = nodes[node].children
      if isOpen || children.isEmpty {
        order.append(node)
      } else {
        stack += [(children[1], false), (node, true), (children[0], false)]
      }
    }
    return order
  }

  /// What the node's factors are called.
  func name(of node: Int, in problem: Problem) -> ProductName {
    let span = nodes[node].span
    let ends =
      span.count <= 4
      ? Array(word[span].reversed())
      : [word[span.upperBound - 1], word[span.lowerBound]]
    return ProductName(ends: ends, length: span.count, problem)
  }
}

extension PricedPlan {
  /// For each step the price of everything below it, itself included; a value
  /// that is used twice counts twice, and sums stop at the largest number.
  fileprivate var subtotals: [UInt128] {
    var totals: [UInt128] = []
    totals.reserveCapacity(steps.count)
    for step in steps {
      var total = step.fma
      let (first, second) = step.step.operands
      for operand in [first, second] {
        guard let operand else { continue }
        let sum = total.addingReportingOverflow(totals[operand])
        total = sum.overflow ? .max : sum.partialValue
      }
      totals.append(total)
    }
    return totals
  }
}
