import JacobianChain

/// The least makespan of a plan on p machines: every order in which its steps
/// can start, each on the machine that is free first. Obvious, and slow.
package func cheapestMakespan(of plan: PricedPlan, machines: Int) -> UInt128 {
  let steps = plan.steps
  var finishes = [UInt128?](repeating: nil, count: steps.count)
  var best = UInt128.max

  /// What takes no time is done when its operands are.
  func settle(_ finishes: inout [UInt128?]) {
    for (id, step) in steps.enumerated()
    where finishes[id] == nil && plan.price(ofStep: id) == 0 {
      finishes[id] = ready(step.step, finishes)
    }
  }
  func ready(_ step: Step, _ finishes: [UInt128?]) -> UInt128? {
    var ready: UInt128 = 0
    let (first, second) = step.operands
    for case let operand? in [first, second] {
      guard let finish = finishes[operand] else { return nil }
      ready = max(ready, finish)
    }
    return ready
  }
  func go(_ finishes: [UInt128?], _ free: [UInt128]) {
    var finishes = finishes
    settle(&finishes)
    let makespan = finishes.compactMap { $0 }.max() ?? 0
    guard makespan < best else { return }
    if finishes.allSatisfy({ $0 != nil }) {
      best = makespan
      return
    }
    for (id, step) in steps.enumerated() where finishes[id] == nil {
      guard let ready = ready(step.step, finishes) else { continue }
      var next = finishes
      var machines = free
      let finish = max(ready, machines[0]) + plan.price(ofStep: id)
      next[id] = finish
      machines[0] = finish
      machines.sort()
      go(next, machines)
    }
  }
  settle(&finishes)
  go(finishes, Array(repeating: 0, count: machines))
  return best
}
