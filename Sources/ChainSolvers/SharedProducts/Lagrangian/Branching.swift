import JacobianChain

/// Closes what the relaxation leaves open: branch and bound over operations,
/// the least bound first (Land & Doig 1960, doi:10.2307/1910129).
///
/// A node performs some operations for certain and does without others. A
/// performed operation is paid for once and for all, and free in the trees;
/// the other ways to make its value go. Each node is a Lagrangian dual of its
/// own, which starts where its parent ended. Every decision settles an
/// operation, and a node with one way to make each value is one plan: the
/// search ends, with a proof.
struct Branching: ~Copyable {
  /// What a node has decided, as a list towards the root.
  private struct Decision {
    let operation: Int
    let isPerformed: Bool
    let parent: Int
  }

  /// Where a node starts: copies of the root's program, and their multipliers.
  private struct Point {
    let copies: [Int32]
    let multipliers: [Int]
    let tapePrice: UInt64
  }

  /// A node that waits: the least bound first, of equal ones the latest, because
  /// plans are found at the bottom.
  private struct Node: Comparable {
    let price: Int
    let decision: Int
    let point: Point?

    static func < (a: Node, b: Node) -> Bool {
      (a.price, b.decision) < (b.price, a.decision)
    }

    static func == (a: Node, b: Node) -> Bool { a.decision == b.decision }
  }

  private let setting: DualAscent.Setting
  private let program: PositionalProgram
  private let valueOf: [Int]
  private let root: Point
  private var decisions: [Decision] = []
  private var waiting = Heap<Node>()
  private var held = 0

  /// The most multipliers that waiting nodes hold; nodes beyond it start where
  /// the root ended.
  static let pointBudget = 1 << 25
  /// The steps of one node.
  static let iterations = 100

  /// Takes over where the ascent of the whole program has ended.
  init(_ ascent: borrowing DualAscent) {
    setting = ascent.setting
    let all = (0..<ascent.dual.program.copyCount).map { Int32($0) }
    program = PositionalProgram(ascent.dual.program, keeping: all)
    var valueOf = [Int](repeating: -1, count: setting.graph.operations.count)
    for value in 0..<setting.graph.count {
      for operation in setting.graph.operations(of: value) {
        valueOf[operation] = value
      }
    }
    self.valueOf = valueOf
    root = Point(
      copies: all, multipliers: ascent.dual.multipliers.array,
      tapePrice: ascent.dual.tapePrice)
    waiting.insert(Node(price: ascent.bound, decision: -1, point: nil))
  }

  /// Looks at nodes until none can hold a cheaper plan, or the control stops.
  /// Raises `outcome.lower` to the least bound that is left.
  mutating func run(_ outcome: inout SharedOutcome, _ control: SearchControl) {
    while let node = waiting.popFirst(), node.price < outcome.upper {
      outcome.lower = max(outcome.lower, node.price)
      held -= node.point?.copies.count ?? 0
      if control.report(outcome.progress) != nil
        || !expand(node, &outcome, control)
      {
        return
      }
    }
    outcome.lower = outcome.upper
  }

  /// Bounds a node and adds its children; false when the control stops.
  private mutating func expand(
    _ node: Node, _ outcome: inout SharedOutcome, _ control: SearchControl
  ) -> Bool {
    var (performed, avoided) = (Set<Int>(), Set<Int>())
    var next = node.decision
    while next >= 0 {
      let decision = decisions[next]
      if decision.isPerformed {
        performed.insert(decision.operation)
      } else {
        avoided.insert(decision.operation)
      }
      next = decision.parent
    }
    let settled = Set(performed.map { valueOf[$0] })
    let isKept = program.operations.map {
      performed.contains($0)
        || (!avoided.contains($0) && !settled.contains(valueOf[$0]))
    }
    let point = node.point ?? root
    let kept = point.copies.indices.filter {
      isKept[Int(program.owners[Int(point.copies[$0])])]
    }
    let copies = kept.map { point.copies[$0] }
    let dual = LagrangianDual(
      PositionalProgram(program, keeping: copies), setting.graph,
      setting.scale, tapeTotal: setting.tapeTotal, paid: performed.sorted(),
      multipliers: kept.map { point.multipliers[$0] },
      tapePrice: point.tapePrice)
    var ascent = DualAscent(dual, setting)
    switch ascent.run(
      &outcome, iterations: Self.iterations, isWhole: false, control)
    {
    case .closed: return true
    case .stopped: return false
    case .converged, .exhausted: break
    }
    let scores = scores(ascent, performed)
    guard ascent.settle(outcome) else { return true }
    branch(node, ascent, copies, scores, &outcome)
    return true
  }

  /// How undecided each operation is, by its id in the graph, times its price.
  private func scores(
    _ ascent: borrowing DualAscent, _ performed: Set<Int>
  ) -> [Int: Double] {
    var scores: [Int: Double] = [:]
    for (position, operation) in ascent.dual.program.operations.enumerated()
    where !performed.contains(operation) {
      let usage = Double(ascent.method.usage(position, ascent.dual))
      let price = Double(setting.graph.operations[operation].price)
      scores[operation] = usage * (1 - usage) * (price + 1)
    }
    return scores
  }

  /// Adds the two children that decide the most undecided operation; without
  /// one, looks at the only plan there is.
  private mutating func branch(
    _ node: Node, _ ascent: borrowing DualAscent, _ copies: [Int32],
    _ scores: [Int: Double], _ outcome: inout SharedOutcome
  ) {
    let open = ascent.dual.program.operations
    var ways: [Int: Int] = [:]
    for operation in open { ways[valueOf[operation], default: 0] += 1 }
    guard ways.values.contains(where: { $0 > 1 }) else {
      offer(open, &outcome)
      return
    }
    // Without any doubt left, the most expensive choice between two.
    func key(_ operation: Int) -> (Double, Int, Int) {
      let isChoice = ways[valueOf[operation]]! > 1
      let price = setting.graph.operations[operation].price
      return (scores[operation] ?? -1, isChoice ? price : -1, operation)
    }
    let chosen = open.max { key($0) < key($1) }!
    var point: Point?
    if held + 2 * ascent.origins.count < Self.pointBudget {
      point = Point(
        copies: ascent.origins.map { copies[Int($0)] },
        multipliers: ascent.dual.multipliers.array,
        tapePrice: ascent.dual.tapePrice)
    }
    let price = max(node.price, ascent.bound)
    for isPerformed in [false, true] {
      decisions.append(
        Decision(
          operation: chosen, isPerformed: isPerformed, parent: node.decision))
      waiting.insert(
        Node(price: price, decision: decisions.count - 1, point: point))
      held += point?.copies.count ?? 0
    }
  }

  /// Takes over the plan that makes each value in the only way left.
  private func offer(_ operations: [Int], _ outcome: inout SharedOutcome) {
    var chosen = [Int](repeating: -1, count: setting.graph.count)
    for operation in operations { chosen[valueOf[operation]] = operation }
    let (fma, tape) = setting.graph.price(chosen)
    if fma < outcome.upper, tape <= setting.tapeTotal ?? .max {
      (outcome.upper, outcome.chosen) = (fma, chosen)
    }
  }
}
