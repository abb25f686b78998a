import JacobianChain

/// One pass of the search for the schedule of a plan: is there one that ends
/// by `target`?
///
/// As in `ReverseSearch`, time runs backwards, tasks are placed in order of
/// their starts there, and the states of a layer, which have placed equally
/// many, are collected before any of them is expanded. Only the plan is fixed.
/// A pending task has a reader that is placed; it can be placed once all are.
struct PlanSearch: ~Copyable {
  typealias Field = StateLayer.Field

  /// What a pass found out.
  enum Outcome {
    /// The tasks in order of their start, forward in time.
    case found([Int])
    case impossible
    case missed
    case stopped
  }

  let tasks: PlanTasks
  private let machines: Int
  private var target = 0
  private var layer: StateLayer
  private var next: StateLayer
  private var origins: [Int32] = []
  private var placed: [Int32] = []
  private var isTruncated = false
  private let scratch: FlatArray<Int>
  private var packing: LeafPacking
  private var filter: TimeFilter
  /// What meets the target.
  private var answer: [Int]?

  init(_ tasks: consuming PlanTasks, machines: Int) {
    let (count, words) = (tasks.count, tasks.words)
    self.tasks = tasks
    self.machines = machines
    layer = StateLayer(tail: machines + words)
    next = StateLayer(tail: machines + words)
    scratch = FlatArray(
      repeating: 0, count: Field.count + 2 * count + machines + words)
    packing = LeafPacking(capacity: count, machines: machines)
    filter = TimeFilter(size: count + machines + words)
  }

  /// Looks for a schedule of makespan at most `target`, keeping `width` states
  /// a layer.
  ///
  /// - Parameters:
  ///   - explored: the states expanded so far, by all passes.
  ///   - isStopped: told that number now and then.
  mutating func run(
    target: Int, width: Int, explored: inout Int, isStopped: (Int) -> Bool
  ) -> Outcome {
    self.target = target
    origins.removeAll(keepingCapacity: true)
    placed.removeAll(keepingCapacity: true)
    layer.removeAll()
    next.removeAll()
    answer = nil
    isTruncated = false
    seed()
    for _ in 0..<tasks.count {
      swap(&layer, &next)
      next.removeAll()
      layer.settle(width: width, &filter)
      if layer.isTruncated { isTruncated = true }
      for state in layer.states {
        explored += 1
        if explored.isMultiple(of: 256), isStopped(explored) {
          return .stopped
        }
        expand(layer.words + state)
        if let answer { return .found(answer) }
        if next.count > 4 * width + 256 {
          next.settle(width: width, &filter)
        }
      }
      if next.isTruncated { isTruncated = true }
    }
    return isTruncated ? .missed : .impossible
  }

  /// The tasks in order of their start, forward in time: those that were
  /// placed, by placing them once more, and the leaves that were packed.
  private func order(_ state: UnsafePointer<Int>) -> [Int] {
    var path = [state[Field.operation]]
    var trace = state[Field.origin]
    while origins[trace] >= 0 {
      path.append(Int(placed[trace]))
      trace = Int(origins[trace])
    }
    var busy = [Int](repeating: 0, count: machines)
    var releases = [Int](repeating: 0, count: tasks.count)
    var ends = releases
    for task in path.reversed() {
      let first = busy.indices.min { busy[$0] < busy[$1] }!
      let start = max(releases[task], busy[first])
      ends[task] = start + tasks.lengths[task]
      for k in busy.indices { busy[k] = max(busy[k], start) }
      busy[first] = ends[task]
      for operand in tasks.operands[task] {
        releases[operand] = max(releases[operand], ends[task])
      }
    }
    for leaf in packing.placed() {
      path.append(leaf.operation)
      ends[leaf.operation] = target - leaf.start
    }
    return path.sorted { (ends[$1], $0) < (ends[$0], $1) }
  }

  private mutating func seed() {
    let state = scratch.base
    state.update(repeating: 0, count: scratch.count)
    state[Field.origin] = -1
    state[Field.operation] = -1
    var pending = 0
    var key: UInt64 = 0
    for task in (0..<tasks.count).reversed() where isReady(task, nil) {
      state[Field.count + pending] = task
      key ^= tasks.keys[task]
      pending += 1
    }
    state[Field.pending] = pending
    state[Field.key] = Int(bitPattern: UInt(key))
    let tail = state + Field.count + pending
    tail.update(repeating: 0, count: pending + machines + tasks.words)
    next.insert(state)
  }

  /// Whether all readers of a task are among those that are placed.
  @inline(__always)
  private func isReady(_ task: Int, _ done: UnsafePointer<Int>?) -> Bool {
    let readers = tasks.readers.base + task * tasks.words
    for word in 0..<tasks.words {
      let placed = done.map { UInt64(bitPattern: Int64($0[word])) } ?? 0
      if readers[word] & ~placed != 0 { return false }
    }
    return true
  }

  private mutating func expand(_ state: UnsafePointer<Int>) {
    let trace = origins.count
    origins.append(Int32(truncatingIfNeeded: state[Field.origin]))
    placed.append(Int32(truncatingIfNeeded: state[Field.operation]))
    let pending = state[Field.pending]
    let ids = state + Field.count
    let done = ids + 2 * pending + machines
    for s in 0..<pending where isReady(ids[s], done) {
      // Of equal leaves that are released together, one is enough.
      if s > 0, isTwin(state, s), isReady(ids[s - 1], done) { continue }
      place(state, s, trace)
    }
  }

  /// Whether the pending task before is a leaf like this one.
  private func isTwin(_ state: UnsafePointer<Int>, _ s: Int) -> Bool {
    let (a, b) = (state[Field.count + s - 1], state[Field.count + s])
    let releases = state + Field.count + state[Field.pending]
    return tasks.operands[a].isEmpty && tasks.operands[b].isEmpty
      && tasks.lengths[a] == tasks.lengths[b]
      && releases[s - 1] == releases[s]
  }

  /// The child in which pending task `s` runs on the first free machine.
  private mutating func place(
    _ state: UnsafePointer<Int>, _ s: Int, _ trace: Int
  ) {
    let old = state[Field.pending]
    let task = state[Field.count + s]
    let busy = state + Field.count + 2 * old
    let start = max(state[Field.count + old + s], busy[0])
    guard start + tasks.heads[task] <= target else { return }
    let end = start + tasks.lengths[task]
    let child = scratch.base
    var key = UInt64(bitPattern: Int64(state[Field.key])) ^ tasks.keys[task]
    // Pending tasks in descending order; operands are smaller than readers.
    let operands = tasks.operands[task]
    var count = 0
    for u in 0..<old where u != s {
      child[Field.count + count] = state[Field.count + u]
      count += 1
    }
    for operand in operands where !isPending(operand, state) {
      var i = count
      while i > 0, child[Field.count + i - 1] < operand {
        child[Field.count + i] = child[Field.count + i - 1]
        i -= 1
      }
      child[Field.count + i] = operand
      key ^= tasks.keys[operand]
      count += 1
    }
    child[Field.pending] = count
    child[Field.key] = Int(truncatingIfNeeded: Int64(bitPattern: key))
    let releases = child + Field.count + count
    var u = 0
    for i in 0..<count {
      let id = child[Field.count + i]
      while u < old, state[Field.count + u] > id { u += 1 }
      releases[i] =
        u < old && state[Field.count + u] == id
        ? state[Field.count + old + u] : 0
    }
    for operand in operands {
      for i in 0..<count where child[Field.count + i] == operand {
        releases[i] = max(releases[i], end)
      }
    }
    let free = releases + count
    var k = 1
    while k < machines, max(busy[k], start) < end {
      free[k - 1] = max(busy[k], start)
      k += 1
    }
    free[k - 1] = end
    while k < machines {
      free[k] = max(busy[k], start)
      k += 1
    }
    let done = free + machines
    done.update(from: busy + machines, count: tasks.words)
    done[task / 64] |= Int(truncatingIfNeeded: 1 << UInt64(task % 64))
    child[Field.origin] = trace
    child[Field.operation] = task
    finish()
  }

  private func isPending(_ task: Int, _ state: UnsafePointer<Int>) -> Bool {
    for i in 0..<state[Field.pending] where state[Field.count + i] == task {
      return true
    }
    return false
  }

  /// Brings the child into its canonical form and keeps it, if what is left of
  /// it may end in time.
  private mutating func finish() {
    let child = scratch.base
    let pending = child[Field.pending]
    let ids = child + Field.count
    let releases = ids + pending
    let free = releases + pending
    let done = free + machines
    var earliest = Int.max
    var isLeavesOnly = true
    for i in 0..<pending {
      if releases[i] + tasks.heads[ids[i]] > target { return }
      if !tasks.operands[ids[i]].isEmpty { isLeavesOnly = false }
      if isReady(ids[i], done) { earliest = min(earliest, releases[i]) }
    }
    if isLeavesOnly {
      pack()
      return
    }
    for k in 0..<machines where free[k] < earliest { free[k] = earliest }
    for i in 0..<pending where releases[i] < free[0] { releases[i] = free[0] }
    guard let slack = slack(free, done) else { return }
    child[Field.slack] = slack
    next.insert(child)
  }

  /// The time that the machines have to spare, at the tightest deadline of the
  /// tasks that aren't placed; nil when one is missed.
  private func slack(
    _ free: UnsafePointer<Int>, _ done: UnsafePointer<Int>
  ) -> Int? {
    var (work, least) = (0, Int.max)
    for task in tasks.byUrgency {
      let word = UInt64(bitPattern: Int64(done[task / 64]))
      if word >> UInt64(task % 64) & 1 != 0 { continue }
      work += tasks.lengths[task]
      let deadline = target - (tasks.heads[task] - tasks.lengths[task])
      var room = -work
      for k in 0..<machines where free[k] < deadline {
        room += deadline - free[k]
      }
      if room < 0 { return nil }
      least = min(least, room)
    }
    return least
  }

  /// Nothing but leaves is left, and nothing that waits for another one.
  private mutating func pack() {
    let child = scratch.base
    let pending = child[Field.pending]
    let ids = child + Field.count
    let releases = ids + pending
    packing.removeAll()
    for i in 0..<pending {
      packing.insert(
        LeafPacking.Leaf(
          operation: ids[i], length: tasks.lengths[ids[i]],
          deadline: target - releases[i]))
    }
    switch packing.ask(target: target, busy: releases + pending) {
    case .doesNotFit: break
    case .unknown: isTruncated = true
    case .fits: answer = order(child)
    }
  }
}
