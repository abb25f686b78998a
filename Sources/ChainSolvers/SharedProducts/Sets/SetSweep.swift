import JacobianChain

/// Sweeps over the states by decreasing largest value.
///
/// A state is a set of values still needed. Its largest value is made by one
/// of its operations, whose operands join the set: a value's operands are
/// smaller, so no value is made twice, and the price along a path is that of
/// the plan. A sweep keeps the `width` best states of each bucket (of those
/// with the same largest value) and remembers the least bound it dropped.
struct SetSweep: ~Copyable {
  /// The bound of sets, and what is known of each row.
  var bound: SetBound
  /// The tape that a plan may take; nil for any.
  var tapeTotal: Int?

  /// No plan for the last sweep's goals costs less, or `upper` is reached.
  private(set) var dropped = Int.max
  /// The price of the best plan known for the last sweep's goals.
  private(set) var upper = Int.max
  /// The operations of that plan, by graph id, if the sweep found it.
  private(set) var found: [Int]?
  /// Whether memory was short, so that the width shrank.
  private(set) var isSqueezed = false
  /// States expanded in all sweeps.
  private(set) var explored: Int
  /// What that took: values looked at, for a state and for each operation.
  private var effort = 0

  private let tables: SetTables
  private var width = 0
  private var buckets: [SetBucket]
  /// The expanded states: where each came from, and by which operation.
  private var log: [(origin: Int32, operation: Int32)] = []
  private var needs: SetNeeds
  private var child: [Int32] = []

  private let memoryBudget: Int
  private let effortLimit: Int

  /// - Parameters:
  ///   - memoryBudget: the bytes that the states may take, give or take what
  ///     1024 of them add.
  ///   - effortLimit: the values that may be looked at in all sweeps.
  init(
    _ tables: SetTables, memoryBudget: Int, effortLimit: Int = .max,
    explored: Int = 0
  ) {
    self.tables = tables
    self.effortLimit = effortLimit
    self.explored = explored
    self.memoryBudget = memoryBudget
    bound = SetBound(tables)
    needs = SetNeeds(values: tables.count)
    buckets = [SetBucket](repeating: SetBucket(), count: tables.count)
  }

  /// The lower bound that the last sweep has proven, in units of `upper`.
  var lower: Int { min(dropped, upper) }

  /// Looks for a plan for `goals`, ascending, that costs less than `price`.
  ///
  /// - Returns: why it stopped early; `lower` holds nevertheless.
  mutating func run(
    _ goals: [Int], beating price: Int, width: Int, _ control: SearchControl
  ) -> StopReason? {
    (upper, found, dropped) = (price, nil, .max)
    (self.width, isSqueezed) = (width, false)
    log.removeAll(keepingCapacity: true)
    let top = goals[goals.count - 1]
    let rest = goals.dropLast().reversed().map(Int32.init)
    bound.load(goals.lazy.map(Int32.init))
    _ = buckets[top].insert(
      rest,
      SetBucket.State(
        hash: rest.reduce(0) { $0 ^ tables.keys[Int($1)] }, price: 0, tape: 0,
        bound: bound.value, origin: -1, operation: -1))
    for largest in stride(from: top, through: 0, by: -1)
    where !buckets[largest].states.isEmpty {
      var bucket = SetBucket()
      swap(&bucket, &buckets[largest])
      if let least = bucket.trim(to: self.width) { drop(least) }
      for (id, state) in bucket.states.enumerated() where state.bound < upper {
        if isBeaten(state, in: bucket) { continue }
        if let reason = reasonToStop(control) {
          for open in bucket.states[id...] { drop(open.bound) }
          abandon()
          return reason
        }
        if explored & 1023 == 0 { squeeze() }
        expand(state, largest, bucket.set(of: state))
      }
      bucket.removeAll()
      swap(&bucket, &buckets[largest])
    }
    return nil
  }

  private func reasonToStop(_ control: SearchControl) -> StopReason? {
    if effort >= effortLimit { return .heuristic }
    guard explored & 31 == 0 else { return nil }
    return explored >= control.nodeLimit ?? .max
      ? .nodeLimit : control.shouldStop()
  }

  private mutating func drop(_ bound: Int) { dropped = min(dropped, bound) }

  /// Counts all open states as dropped.
  private mutating func abandon() {
    for largest in buckets.indices where !buckets[largest].states.isEmpty {
      for state in buckets[largest].states { drop(state.bound) }
      buckets[largest].removeAll()
    }
  }

  /// Halves the width until the states fit the budget.
  private mutating func squeeze() {
    func bytes() -> Int {
      buckets.reduce(log.capacity * 8) { $0 + $1.bytes }
    }
    while width > 1, bytes() > memoryBudget {
      isSqueezed = true
      width /= 2
      for largest in buckets.indices {
        if let least = buckets[largest].trim(to: width) { drop(least) }
      }
    }
  }

  /// Whether a state of the same bucket needs one value less and has cost no
  /// more: whatever completes this one completes that one.
  private func isBeaten(
    _ state: SetBucket.State, in bucket: SetBucket
  ) -> Bool {
    for position in 0..<Int(state.count) {
      let value = Int(bucket.values[Int(state.start) + position])
      let hash = state.hash ^ tables.keys[value]
      if bucket.hasSmaller(than: state, without: position, hash: hash) {
        return true
      }
    }
    return false
  }

  /// Makes the largest value in every way that isn't dominated.
  private mutating func expand(
    _ state: SetBucket.State, _ largest: Int, _ rest: ArraySlice<Int32>
  ) {
    explored += 1
    let origin = Int32(log.count)
    log.append((state.origin, state.operation))
    bound.load(rest.reversed())
    let range = tables.operations(of: largest)
    effort += (rest.count + range.count) * (rest.count + 1)
    needs.load(rest, range, tables, tapeCounts: tapeTotal != nil)
    for id in range {
      let operation = tables.operations[id]
      let (a, b) = needs.new(operation)
      if needs.isDominated(operation, a, b) { continue }
      let price = state.price + operation.price
      let tape = state.tape + operation.tape
      if let tapeTotal {
        let more =
          (a < 0 ? 0 : tables.leastTape[a]) + (b < 0 ? 0 : tables.leastTape[b])
        if tape + needs.leastTape + more > tapeTotal { continue }
      }
      let least = max(
        state.bound, price + bound.adding(a, b, limit: upper - price))
      if least >= upper { continue }
      if a < 0, rest.isEmpty {
        upper = price
        found = path(from: origin) + [operation.id]
        continue
      }
      keep(
        SetBucket.State(
          hash: state.hash, price: price, tape: tapeTotal == nil ? 0 : tape,
          bound: least, origin: origin, operation: Int32(operation.id)),
        rest, a, b)
    }
  }

  /// Puts the set of `rest`, a and b into its bucket.
  private mutating func keep(
    _ state: SetBucket.State, _ rest: ArraySlice<Int32>, _ a: Int, _ b: Int
  ) {
    var state = state
    if a >= 0 { state.hash ^= tables.keys[a] }
    if b >= 0 { state.hash ^= tables.keys[b] }
    child.removeAll(keepingCapacity: true)
    var (a, b) = (Int32(a), Int32(b))
    for value in rest {
      if a > value {
        child.append(a)
        a = -1
      }
      if b > value {
        child.append(b)
        b = -1
      }
      child.append(value)
    }
    if a >= 0 { child.append(a) }
    if b >= 0 { child.append(b) }
    let top = Int(child.removeFirst())
    state.hash ^= tables.keys[top]
    if let over = buckets[top].insert(child, state) { drop(over) }
    if buckets[top].states.count > 2 * width,
      let least = buckets[top].trim(to: width)
    {
      drop(least)
    }
  }

  private func path(from last: Int32) -> [Int] {
    var operations: [Int] = []
    var state = Int(last)
    // The first state came by no operation.
    while log[state].origin >= 0 {
      operations.append(Int(log[state].operation))
      state = Int(log[state].origin)
    }
    return operations
  }
}
