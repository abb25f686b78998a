import JacobianChain

extension Schedule {
  /// List scheduling by weighted tail: whenever a machine is free, the ready
  /// step with the most work on its longest way to a target starts
  /// (Graham 1969, doi:10.1137/0117039). At most 2 − 1/p times as long as the
  /// best schedule of the plan; the best one when machines are unlimited.
  ///
  /// - Parameter limit: the machines there are; nil opens as many as are
  ///   wanted.
  /// - Complexity: O(steps · log steps).
  package init(listing plan: PricedPlan, machines limit: Int?) {
    var run = ListRun(plan, limit)
    run.advance()
    self.init(machines: limit ?? max(1, run.opened), tasks: run.tasks)
  }
}

/// One pass through time.
private struct ListRun {
  /// A ready step; the one with the longest tail goes first.
  private struct Ready: Comparable {
    var tail: UInt128
    var step: Int
    static func < (a: Ready, b: Ready) -> Bool {
      a.tail == b.tail ? a.step < b.step : a.tail > b.tail
    }
  }

  /// A step that runs; the one that ends first comes back first.
  private struct Running: Comparable {
    var finish: UInt128
    var step: Int
    var machine: Int
    static func < (a: Running, b: Running) -> Bool {
      (a.finish, a.step) < (b.finish, b.step)
    }
  }

  private let plan: PricedPlan
  private let limit: Int
  private let tails: [UInt128]
  private let readers: Readers
  private var waiting: [Int]
  private var ready = Heap<Ready>()
  private var running = Heap<Running>()
  private var free = Heap<Int>()
  private(set) var opened = 0
  private(set) var tasks: [Schedule.Task] = []

  init(_ plan: PricedPlan, _ limit: Int?) {
    self.plan = plan
    self.limit = limit ?? .max
    readers = Readers(plan.plan)
    tails = plan.tails
    waiting = plan.steps.map { step in
      let (first, second) = step.step.operands
      return (first == nil ? 0 : 1)
        + (second == nil || second == first ? 0 : 1)
    }
    tasks.reserveCapacity(plan.steps.count)
  }

  mutating func advance() {
    for id in plan.steps.indices where plan.steps[id].step.operands.first == nil
    {
      release(id, at: 0, on: 0)
    }
    while true {
      let now = running.first?.finish ?? 0
      while let next = running.first, next.finish == now {
        _ = running.popFirst()
        free.insert(next.machine)
        finish(next.step, at: now, on: next.machine)
      }
      while let next = ready.first, !free.isEmpty || opened < limit {
        _ = ready.popFirst()
        let known = free.popFirst()
        let machine = known ?? opened
        if known == nil { opened += 1 }
        start(next.step, at: now, on: machine)
      }
      if running.isEmpty { return }
    }
  }

  private mutating func start(_ id: Int, at now: UInt128, on machine: Int) {
    let finish = now + plan.price(ofStep: id)
    tasks.append(
      Schedule.Task(step: id, machine: machine, start: now, finish: finish))
    running.insert(Running(finish: finish, step: id, machine: machine))
  }

  /// A step whose operands are there. One without work is done at once, on the
  /// machine that has just made its last operand.
  private mutating func release(_ id: Int, at now: UInt128, on machine: Int) {
    var done = [id]
    while let id = done.popLast() {
      if plan.price(ofStep: id) > 0 {
        ready.insert(Ready(tail: tails[id], step: id))
        continue
      }
      if case .given = plan.steps[id].step {
      } else {
        tasks.append(
          Schedule.Task(step: id, machine: machine, start: now, finish: now))
      }
      done += released(by: id)
    }
  }

  private mutating func finish(_ id: Int, at now: UInt128, on machine: Int) {
    for reader in released(by: id) { release(reader, at: now, on: machine) }
  }

  private mutating func released(by id: Int) -> [Int] {
    readers[id].filter { reader in
      waiting[reader] -= 1
      return waiting[reader] == 0
    }
  }
}

extension PricedPlan {
  /// For each step the prices on the longest way from its start to the end of
  /// the plan, its own included.
  ///
  /// - Complexity: O(steps).
  package var tails: [UInt128] {
    var tails = steps.indices.map(price(ofStep:))
    for id in steps.indices.reversed() {
      let (first, second) = steps[id].step.operands
      for case let operand? in [first, second] {
        tails[operand] = max(
          tails[operand], price(ofStep: operand) + tails[id])
      }
    }
    return tails
  }
}

/// Which steps read each value, every one once, as one flat array.
private struct Readers {
  private var starts: [Int]
  private var readers: [Int]

  init(_ plan: Plan) {
    starts = [Int](repeating: 0, count: plan.steps.count + 1)
    func forEachUse(_ body: (Int, Int) -> Void) {
      for (id, step) in plan.steps.enumerated() {
        let (first, second) = step.operands
        if let first { body(first, id) }
        if let second, second != first { body(second, id) }
      }
    }
    var counts = [Int](repeating: 0, count: plan.steps.count)
    forEachUse { value, _ in counts[value] += 1 }
    for id in counts.indices { starts[id + 1] = starts[id] + counts[id] }
    var next = starts
    var found = [Int](repeating: 0, count: starts[counts.count])
    forEachUse { value, reader in
      found[next[value]] = reader
      next[value] += 1
    }
    readers = found
  }

  subscript(value: Int) -> ArraySlice<Int> {
    readers[starts[value]..<starts[value + 1]]
  }
}
