import JacobianChain

/// The least price of all plans of a tiny graph, by going through them: what is
/// there is a set of values, each the sum over a set of paths, and a step adds
/// one. Shares no code with any search.
package struct EveryPlan {
  private struct Value: Hashable {
    var block: Graph.Block
    var paths: Set<[Int]>
  }

  private struct Move {
    var needs: UInt64
    var makes: Int
    var price: Int
  }

  private struct Waiting: Comparable {
    var price: Int
    var state: UInt64
    static func < (a: Waiting, b: Waiting) -> Bool {
      (a.price, a.state) < (b.price, b.state)
    }
  }

  private let problem: Problem
  private var values: [Value] = []
  private var patterns: [Pattern] = []
  private var numbers: [Value: Int] = [:]
  private var moves: [Move] = []
  private var start: UInt64 = 0
  private var wanted: UInt64 = 0

  /// The least price, fma; nil where there are too many values or states.
  ///
  /// - Precondition: every factor stands on one arc.
  package static func leastPrice(
    _ problem: Problem, states: Int = 50_000
  ) throws -> Int? {
    guard let plans = try EveryPlan(problem) else { return nil }
    return plans.search(states)
  }

  private init?(_ problem: Problem) throws {
    self.problem = problem
    let graph = problem.graph!
    let reach = try graph.reach(of: graph.wanted)
    for arc in graph.usefulArcs {
      let factor = graph.arcs[arc].factor
      let block = Graph.Block(
        from: graph.arcs[arc].from, to: graph.arcs[arc].to)
      add(Value(block: block, paths: [[arc]]), problem.patterns[factor])
      let leaf = values.count - 1
      if problem.factors[factor].isGiven { start |= 1 << UInt64(leaf) }
      for mode in Mode.allCases {
        if let cost = problem.factors[factor].cost(mode) {
          let count = CostModel.evaluations(mode, problem.patterns[factor])
          moves.append(Move(needs: 0, makes: leaf, price: count * cost))
        }
      }
    }
    var next = 0
    while next < values.count {
      for other in 0...next {
        for (a, b) in [(next, other), (other, next)] {
          let (first, second) = (values[a], values[b])
          if first.block.to == second.block.from,
            reach.isUseful(from: first.block.from, to: second.block.to)
          {
            try multiply(inner: a, outer: b)
          } else if first.block == second.block,
            first.paths.isDisjoint(with: second.paths)
          {
            let sum = add(
              Value(
                block: first.block, paths: first.paths.union(second.paths)),
              try Pattern.union(patterns[a], patterns[b]))
            moves.append(Move(needs: bits(a, b), makes: sum, price: 0))
          }
          guard values.count < 48 else { return nil }
        }
      }
      next += 1
    }
    for block in graph.wanted {
      let whole = values.indices.filter { values[$0].block == block }
        .max { values[$0].paths.count < values[$1].paths.count }
      wanted |= 1 << UInt64(whole!)
    }
  }

  private func bits(_ a: Int, _ b: Int) -> UInt64 {
    1 << UInt64(a) | 1 << UInt64(b)
  }

  @discardableResult
  private mutating func add(_ value: Value, _ pattern: Pattern) -> Int {
    if let known = numbers[value] { return known }
    numbers[value] = values.count
    values.append(value)
    patterns.append(pattern)
    return values.count - 1
  }

  private mutating func multiply(inner: Int, outer: Int) throws {
    let (a, b) = (values[inner], values[outer])
    let pattern = try Pattern.product(patterns[outer], patterns[inner])
    let made = add(
      Value(
        block: Graph.Block(from: a.block.from, to: b.block.to),
        paths: Set(a.paths.flatMap { first in b.paths.map { first + $0 } })),
      pattern)
    moves.append(
      Move(
        needs: bits(inner, outer), makes: made,
        price: Int(CostModel.multiply(patterns[outer], patterns[inner]))))
    for (mode, applied, operand) in [
      (Mode.tangent, b, inner), (.adjoint, a, outer),
    ] where problem.matrixFree && applied.paths.count == 1 {
      let path = applied.paths.first!
      let factor = problem.graph!.arcs[path[0]].factor
      guard path.count == 1, let cost = problem.factors[factor].cost(mode)
      else { continue }
      moves.append(
        Move(
          needs: 1 << UInt64(operand), makes: made,
          price: CostModel.evaluations(mode, pattern) * cost))
    }
  }

  /// Everything that costs nothing any more.
  private func closed(_ state: UInt64) -> UInt64 {
    var state = state
    while true {
      let before = state
      for move in moves
      where move.price == 0 && state & move.needs == move.needs {
        state |= 1 << UInt64(move.makes)
      }
      if state == before { return state }
    }
  }

  private func search(_ limit: Int) -> Int? {
    var queue = Heap<Waiting>()
    let first = closed(start)
    var known = [first: 0]
    queue.insert(Waiting(price: 0, state: first))
    while let next = queue.popFirst() {
      guard known[next.state] == next.price else { continue }
      if next.state & wanted == wanted { return next.price }
      guard known.count < limit else { return nil }
      for move in moves
      where next.state & move.needs == move.needs
        && next.state >> UInt64(move.makes) & 1 == 0
      {
        let state = closed(next.state | 1 << UInt64(move.makes))
        let price = next.price + move.price
        if price < known[state] ?? .max {
          known[state] = price
          queue.insert(Waiting(price: price, state: state))
        }
      }
    }
    return nil
  }
}
