import ChainRandom
import JacobianChain

/// A random valid schedule of a plan on 1 to `mostMachines` machines. Mostly a
/// bad one: steps in any order that operands allow, on any machine, on a
/// single one, or each on another one than its neighbours; with pauses.
package func randomSchedule(
  of plan: PricedPlan, mostMachines: Int = 4,
  using generator: inout SplitMix64
) -> Schedule {
  let machines = generator.integer(in: 1...mostMachines)
  let habit = generator.integer(in: 0...3)
  let pauses = generator.oneIn(2)
  var free = [UInt128](repeating: 0, count: machines)
  var finishes = [UInt128?](repeating: nil, count: plan.steps.count)
  var open: [Int] = []
  for (id, step) in plan.steps.enumerated() {
    if case .given = step.step { finishes[id] = 0 } else { open.append(id) }
  }
  var tasks: [Schedule.Task] = []
  while !open.isEmpty {
    let ready = open.indices.filter { index in
      let (first, second) = plan.steps[open[index]].step.operands
      return [first, second].allSatisfy {
        $0.map { finishes[$0] != nil } ?? true
      }
    }
    let pick =
      habit == 0
      ? ready.last! : ready[generator.integer(in: 0...ready.count - 1)]
    let id = open.remove(at: pick)
    let machine =
      switch habit {
      case 1: machines - 1
      case 2: id % machines
      default: generator.integer(in: 0...machines - 1)
      }
    let (first, second) = plan.steps[id].step.operands
    var start = free[machine]
    for case let operand? in [first, second] {
      start = max(start, finishes[operand]!)
    }
    if pauses { start += UInt128(generator.integer(in: 0...100)) }
    let finish = start + plan.steps[id].fma
    tasks.append(
      Schedule.Task(step: id, machine: machine, start: start, finish: finish))
    free[machine] = finish
    finishes[id] = finish
  }
  return Schedule(machines: machines, tasks: tasks)
}
