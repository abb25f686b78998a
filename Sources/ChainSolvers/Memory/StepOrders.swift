import JacobianChain

/// Orders of the steps of any plan: which steps are done is a state, and the
/// bytes that are alive follow from it.
///
/// The search takes states with the least peak so far first, so that the first
/// complete one is the best. A step that needs no more than the peak so far and
/// leaves no more than there was is done at once: whatever comes later, it does
/// no harm now.
struct StepOrders {
  /// States that are looked at before the search gives up.
  static let stateLimit = 20_000
  /// Steps of a plan for which one step after the other is chosen.
  static let greedyLimit = 2_000

  /// The computed steps; positions in this list are what states know.
  private let steps: [Int]
  private let most: [UInt128]
  private let value: [UInt128]
  /// The places of the values that a step reads, as positions of their owners.
  private let reads: [[Int]]
  /// Positions of the steps whose values a step waits for.
  private let waits: [[Int]]
  /// Positions of the steps that read a place; nil for one that is kept.
  private let readers: [[Int]?]

  init(_ plan: Plan, _ memory: PlanMemory) {
    var position = [Int](repeating: -1, count: plan.steps.count)
    var steps: [Int] = []
    for (id, step) in plan.steps.enumerated() {
      if case .given = step { continue }
      position[id] = steps.count
      steps.append(id)
    }
    var reads = [[Int]](repeating: [], count: steps.count)
    var waits = reads
    var readers = [[Int]?](repeating: [], count: steps.count)
    for (place, id) in steps.enumerated() {
      let (first, second) = plan.steps[id].operands
      for case let operand? in [first, second == first ? nil : second]
      where position[operand] >= 0 {
        waits[place].append(position[operand])
        let owner = position[memory.owner(of: operand)]
        guard owner >= 0, !reads[place].contains(owner) else { continue }
        reads[place].append(owner)
        readers[owner]?.append(place)
      }
    }
    for target in plan.targets {
      let owner = position[memory.owner(of: target)]
      if owner >= 0 { readers[owner] = nil }
    }
    most = steps.map { memory.need(of: $0).most }
    value = steps.map { memory.need(of: $0).value }
    (self.steps, self.reads, self.waits) = (steps, reads, waits)
    self.readers = readers
  }

  /// Bytes alive after a step, when `isDone` says what else is done.
  private func alive(
    after step: Int, _ alive: UInt128, _ isDone: (Int) -> Bool
  ) -> UInt128 {
    var alive = alive + value[step]
    for owner in reads[step] + [step] {
      guard let readers = readers[owner],
        readers.allSatisfy({ $0 == step || isDone($0) })
      else { continue }
      alive -= value[owner]
    }
    return alive
  }

  private struct State: Comparable {
    var peak: UInt128
    /// States are numbered as they are found.
    var number: Int
    var done: UInt64
    var alive: UInt128

    static func < (a: State, b: State) -> Bool {
      (a.peak, -a.done.nonzeroBitCount, a.number)
        < (b.peak, -b.done.nonzeroBitCount, b.number)
    }
  }

  /// An order and its peak, bytes.
  typealias Found = (steps: [Int], peak: UInt128)

  /// The steps in an order with the least peak of all; nil when there are more
  /// than 64, or too many states.
  ///
  /// - Complexity: O(states · steps).
  func best() -> Found? {
    guard steps.count <= 64 else { return nil }
    let all = steps.count == 64 ? .max : (UInt64(1) << steps.count) - 1
    var heap = Heap<State>()
    var seen: Set<UInt64> = []
    /// How a state was reached: from which, and by which steps.
    var origins: [(from: Int, by: [Int])] = [(-1, [])]
    heap.insert(State(peak: 0, number: 0, done: 0, alive: 0))
    while var state = heap.popFirst() {
      origins[state.number].by += settle(&state)
      if state.done == all {
        return (path(to: state.number, origins), state.peak)
      }
      guard origins.count < Self.stateLimit else { return nil }
      // The first time that a state comes its peak is the least.
      guard seen.insert(state.done).inserted else { continue }
      for step in steps.indices where isReady(step, state.done) {
        let done = state.done | 1 << step
        guard !seen.contains(done) else { continue }
        heap.insert(
          State(
            peak: max(state.peak, state.alive + most[step]),
            number: origins.count, done: done,
            alive: alive(after: step, state.alive) { done >> $0 & 1 == 1 }))
        origins.append((state.number, [step]))
      }
    }
    return nil
  }

  private func isReady(_ step: Int, _ done: UInt64) -> Bool {
    done >> step & 1 == 0 && waits[step].allSatisfy { done >> $0 & 1 == 1 }
  }

  /// Does what does no harm; returns these steps.
  private func settle(_ state: inout State) -> [Int] {
    var settled: [Int] = []
    var isChanged = true
    while isChanged {
      isChanged = false
      for step in steps.indices where isReady(step, state.done) {
        guard state.alive + most[step] <= state.peak else { continue }
        let done = state.done
        let after = alive(after: step, state.alive) { done >> $0 & 1 == 1 }
        guard after <= state.alive else { continue }
        state.alive = after
        state.done |= 1 << step
        settled.append(step)
        isChanged = true
      }
    }
    return settled
  }

  private func path(
    to state: Int, _ origins: [(from: Int, by: [Int])]
  ) -> [Int] {
    var order: [Int] = []
    var state = state
    while state >= 0 {
      order += origins[state].by.reversed()
      state = origins[state].from
    }
    return order.reversed().map { steps[$0] }
  }

  /// One step after the other: of those that can be done the one that leaves
  /// least, then that needs least; nil for plans that are too long.
  ///
  /// - Complexity: O(steps²).
  func greedy() -> Found? {
    guard steps.count <= Self.greedyLimit else { return nil }
    var isDone = [Bool](repeating: false, count: steps.count)
    var ready = steps.indices.filter { waits[$0].isEmpty }
    var missing = waits.map(\.count)
    var waiting = [[Int]](repeating: [], count: steps.count)
    for (step, waits) in waits.enumerated() {
      for wait in waits { waiting[wait].append(step) }
    }
    var (now, peak, order): (UInt128, UInt128, [Int]) = (0, 0, [])
    while !ready.isEmpty {
      let choices = ready.map { step in
        (alive(after: step, now) { isDone[$0] }, most[step], step)
      }
      let best = choices.min { $0 < $1 }!
      peak = max(peak, now + best.1)
      now = best.0
      isDone[best.2] = true
      order.append(steps[best.2])
      ready.removeAll { $0 == best.2 }
      for step in waiting[best.2] {
        missing[step] -= 1
        if missing[step] == 0 { ready.append(step) }
      }
    }
    return (order, peak)
  }
}
