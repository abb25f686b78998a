import JacobianChain

/// The order of steps with the least peak for a plan in which every computed
/// value is read once: Liu's generalized tree pebbling.
///
/// A traversal of a subtree is cut where the memory is least after it was
/// most: into segments with falling hills and rising valleys. Segments of
/// different subtrees are best merged by hill − valley, the largest first; what
/// follows them is cut anew.
///
/// J. W. H. Liu, An application of generalized tree pebbling to sparse matrix
/// factorization, SIAM J. Algebraic Discrete Methods 8 (1987),
/// doi:10.1137/0608031. It is never above the best postorder (Liu 1986,
/// doi:10.1145/7921.11325).
struct TreeOrder {
  /// Steps one after the other, as a linked list.
  private struct Segment {
    var first: Int
    var last: Int
    /// The most bytes alive meanwhile, and those alive afterwards; both beyond
    /// what was alive before the subtree.
    var hill: UInt128
    var valley: UInt128
  }

  private var next: [Int]

  private init(_ count: Int) { next = [Int](repeating: -1, count: count) }

  /// The computed steps in the best order, and its peak in bytes; nil when a
  /// value is read by several steps, or is a target and read.
  ///
  /// - Throws: `ChainError` when `control` stops it.
  /// - Complexity: O(steps²) in the worst case, near O(steps) for the trees of
  ///   chains; no recursion.
  static func best(
    of plan: Plan, _ memory: PlanMemory,
    control: SearchControl = .unlimited
  ) throws(ChainError) -> StepOrders.Found? {
    let steps = plan.steps
    var reader = [Int](repeating: -1, count: steps.count)
    for target in plan.targets { reader[target] = steps.count }
    var operands = [[Int]](repeating: [], count: steps.count)
    for (id, step) in steps.enumerated() {
      let (first, second) = step.operands
      for case let value? in [first, second == first ? nil : second] {
        if case .given = steps[value] { continue }
        guard reader[value] < 0 else { return nil }
        reader[value] = id
        operands[id].append(value)
      }
    }
    var order = TreeOrder(steps.count)
    var traversals = [[Segment]](repeating: [], count: steps.count)
    var kept = [UInt128](repeating: 0, count: steps.count)
    var roots: [[Segment]] = []
    for (id, step) in steps.enumerated() {
      if case .given = step { continue }
      let before = operands[id].reduce(UInt128(0)) { $0 + kept[$1] }
      // A renamed value has the doubles of an operand.
      kept[id] = memory.need(of: memory.owner(of: id)).value
      var merged = order.merged(operands[id].map { traversals[$0] })
      if id & 1023 == 0 { try control.checkpoint() }
      for operand in operands[id] { traversals[operand] = [] }
      order.append(
        Segment(
          first: id, last: id, hill: before + memory.need(of: id).most,
          valley: reader[id] < 0 ? 0 : kept[id]),
        to: &merged)
      if reader[id] < 0 || reader[id] == steps.count {
        roots.append(merged)
      } else {
        traversals[id] = merged
      }
    }
    let whole = order.merged(roots)
    return (whole.flatMap { order.list($0) }, whole.first?.hill ?? 0)
  }

  /// The traversals of several subtrees as one.
  private mutating func merged(_ subtrees: [[Segment]]) -> [Segment] {
    if subtrees.count <= 1 { return subtrees.first ?? [] }
    var all: [(segment: Segment, rise: UInt128, fall: UInt128)] = []
    for subtree in subtrees {
      var before: UInt128 = 0
      for segment in subtree {
        all.append((segment, before, segment.hill - segment.valley))
        before = segment.valley
      }
    }
    // Stable, so that equal ones keep the order of the plan.
    let order = all.indices.sorted {
      (all[$1].fall, $0) < (all[$0].fall, $1)
    }
    var (alive, result): (UInt128, [Segment]) = (0, [])
    for index in order {
      var segment = all[index].segment
      let others = alive - all[index].rise
      alive = others + segment.valley
      segment.hill += others
      segment.valley = alive
      append(segment, to: &result)
    }
    return result
  }

  /// Puts a segment behind others, and keeps hills falling, valleys rising.
  private mutating func append(
    _ segment: Segment, to list: inout [Segment]
  ) {
    var segment = segment
    while let last = list.last,
      last.hill <= segment.hill || last.valley >= segment.valley
    {
      next[last.last] = segment.first
      segment.first = last.first
      segment.hill = max(segment.hill, last.hill)
      list.removeLast()
    }
    list.append(segment)
  }

  private func list(_ segment: Segment) -> [Int] {
    var steps = [segment.first]
    while steps[steps.count - 1] != segment.last {
      steps.append(next[steps[steps.count - 1]])
    }
    return steps
  }
}
