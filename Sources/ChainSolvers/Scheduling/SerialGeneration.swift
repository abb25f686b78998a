import JacobianChain

extension Schedule {
  /// Starts the steps one after the other, each as soon as its operands and a
  /// machine are there. In the order in which a schedule on as many machines
  /// starts its steps, no step starts later than there.
  ///
  /// - Parameters:
  ///   - order: every step of the plan, after its operands.
  ///   - machines: p.
  /// - Complexity: O(steps · log steps).
  init(starting order: [Int], of plan: PricedPlan, machines: Int) {
    struct Machine: Comparable {
      var free: UInt128
      var index: Int
      static func < (a: Machine, b: Machine) -> Bool {
        (a.free, a.index) < (b.free, b.index)
      }
    }
    var idle = Heap<Machine>()
    for index in 0..<min(machines, max(1, order.count)) {
      idle.insert(Machine(free: 0, index: index))
    }
    var made = [(finish: UInt128, machine: Int)](
      repeating: (0, 0), count: plan.steps.count)
    var tasks: [Task] = []
    for id in order {
      let step = plan.steps[id].step
      if case .given = step { continue }
      let price = plan.price(ofStep: id)
      let (first, second) = step.operands
      var ready: (finish: UInt128, machine: Int) = (0, 0)
      for case let operand? in [first, second]
      where made[operand].finish > ready.finish {
        ready = made[operand]
      }
      if price == 0 {
        // On the machine that has just made the last operand.
        made[id] = ready
      } else {
        let machine = idle.popFirst()!
        made[id] = (max(ready.finish, machine.free) + price, machine.index)
        idle.insert(Machine(free: made[id].finish, index: machine.index))
      }
      tasks.append(
        Task(
          step: id, machine: made[id].machine,
          start: made[id].finish - price, finish: made[id].finish))
    }
    self.init(machines: machines, tasks: tasks)
  }
}
