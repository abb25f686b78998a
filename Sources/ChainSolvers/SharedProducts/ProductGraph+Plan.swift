import JacobianChain

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
      plan.steps.append(step(v, chosen).withOperands { ids[$0] })
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

  /// A choice with the least tape of all: every factor that has nothing but
  /// adjoints is accumulated once, and no other step needs a tape.
  ///
  /// No plan does with less, as each such factor takes an adjoint step at
  /// least; so a problem is feasible iff this choice keeps to its total tape.
  ///
  /// - Complexity: O(operations).
  package func leastTape() -> [Int] {
    var chosen = [Int](repeating: -1, count: count)
    var prices = [Double](repeating: 0, count: count)
    for v in 0..<count where !isFree[v] {
      var best = (tape: Int.max, price: Double.infinity)
      for id in operations(of: v) {
        let operation = operations[id]
        var price = Double(operation.price)
        for operand in [operation.first, operation.second] where operand >= 0 {
          price += prices[operand]
        }
        if (operation.tape, price) < best {
          best = (operation.tape, price)
          chosen[v] = id
        }
      }
      prices[v] = best.price
    }
    return chosen
  }

  /// Refuses a total tape that is too small for the plan with the least tape.
  package static func check(
    tape: some BinaryInteger, within limit: Int
  ) throws(ChainError) {
    guard tape > limit else { return }
    throw ChainError(
      .infeasible, at: "/limits/tapeTotal",
      expected: "a plan whose tapes fit \(limit)",
      found: "\(tape) units that the factors with nothing but adjoints need",
      advice: "raise tapeTotal to \(tape), or give factors tangents or "
        + "entries")
  }

  private func step(_ v: Int, _ chosen: [Int]) -> Step {
    operations[isFree[v] ? starts[v] : chosen[v]].step
  }

  /// The value that each step of `plan(chosen)` makes.
  package func values(_ chosen: [Int]) -> [Int] {
    let needed = needed(chosen)
    return (0..<count).filter { needed[$0] }
  }

  /// The operation of each value that makes it best where a price and what is
  /// known of the operands (0 for free ones) are put together by `join`.
  ///
  /// - Complexity: O(operations).
  package func best(_ join: (Int, Int, Int) -> Int) -> [Int] {
    var chosen = [Int](repeating: -1, count: count)
    var values = [Int](repeating: 0, count: count)
    for v in 0..<count where !isFree[v] {
      var least = Int.max
      for id in operations(of: v) {
        let operation = operations[id]
        let value = join(
          operation.price,
          operation.first < 0 ? 0 : values[operation.first],
          operation.second < 0 ? 0 : values[operation.second])
        guard value < least else { continue }
        least = value
        chosen[v] = id
      }
      values[v] = least
    }
    return chosen
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
