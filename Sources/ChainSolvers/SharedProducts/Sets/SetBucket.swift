/// The states that share their largest value: sets still needed, each with
/// the least price that leads to it.
///
/// Sets are kept in one array, without the largest value, descending.
struct SetBucket {
  /// One state.
  struct State {
    /// Where its values begin in `values`, and how many they are.
    var start: Int32 = 0
    var count: Int32 = 0
    /// Of its values without the largest.
    var hash: UInt64
    /// The price so far, and the tape.
    var price: Int
    var tape: Int
    /// No plan through this state costs less.
    var bound: Int
    /// The state it was made from, in the log of the sweep, and the operation.
    var origin: Int32
    var operation: Int32
  }

  /// In order of arrival.
  private(set) var states: [State] = []
  /// The sets, one after the other.
  private(set) var values: [Int32] = []
  /// Open addressing: positions in `states`, −1 where empty.
  private var slots: [Int32] = []
  /// States whose bound is not below this one are turned away.
  private var threshold = Int.max

  /// The bytes that the states take.
  var bytes: Int {
    states.capacity * MemoryLayout<State>.stride + values.capacity * 4
      + slots.capacity * 4
  }

  /// The set of a state, descending, without the largest value.
  func set(of state: State) -> ArraySlice<Int32> {
    values[Int(state.start)..<Int(state.start + state.count)]
  }

  /// Adds a state, unless a known one with the same set has cost no more
  /// price and tape; takes the place of one that has cost no less of both.
  ///
  /// - Returns: the bound of the state if it is turned away.
  mutating func insert(_ set: [Int32], _ new: State) -> Int? {
    if new.bound >= threshold { return new.bound }
    if states.count * 2 >= slots.count { rehash() }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: new.hash) & mask
    while slots[slot] >= 0 {
      let id = Int(slots[slot])
      slot = (slot + 1) & mask
      let known = states[id]
      guard known.hash == new.hash, isSame(known, set) else { continue }
      if known.price <= new.price, known.tape <= new.tape { return nil }
      guard new.price <= known.price, new.tape <= known.tape else { continue }
      // What is left costs the same, so the better bound of both holds.
      states[id] = new
      states[id].start = known.start
      states[id].count = known.count
      states[id].bound = max(
        new.bound, new.price + known.bound - known.price)
      return nil
    }
    slots[slot] = Int32(states.count)
    var state = new
    state.start = Int32(values.count)
    state.count = Int32(set.count)
    values += set
    states.append(state)
    return nil
  }

  /// Whether a state whose set is that of `state` without the value at
  /// `position`, and so has this hash, has cost no more.
  func hasSmaller(
    than state: State, without position: Int, hash: UInt64
  ) -> Bool {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0 {
      let known = states[Int(slots[slot])]
      if known.hash == hash, known.count == state.count - 1,
        known.price <= state.price, known.tape <= state.tape,
        isSame(known, state, without: position)
      {
        return true
      }
      slot = (slot + 1) & mask
    }
    return false
  }

  /// Keeps the `width` states of least bound, of equals those that need less,
  /// and from now on turns away what isn't better than those dropped.
  ///
  /// - Returns: the least bound of a dropped state.
  /// - Complexity: O(n log n).
  mutating func trim(to width: Int) -> Int? {
    guard states.count > width else { return nil }
    let order = states.indices.sorted {
      let (a, b) = (states[$0], states[$1])
      return (a.bound, a.count, $0) < (b.bound, b.count, $1)
    }
    threshold = states[order[width]].bound
    var (kept, keptValues): ([State], [Int32]) = ([], [])
    kept.reserveCapacity(width)
    for id in order[..<width].sorted() {
      kept.append(states[id])
      kept[kept.count - 1].start = Int32(keptValues.count)
      keptValues += set(of: states[id])
    }
    (states, values) = (kept, keptValues)
    rehash()
    return threshold
  }

  /// Forgets all states; keeps the memory if it is little.
  mutating func removeAll() {
    guard slots.count <= 1024 else {
      self = SetBucket()
      return
    }
    states.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    for slot in slots.indices { slots[slot] = -1 }
    threshold = .max
  }

  private func isSame(_ known: State, _ set: [Int32]) -> Bool {
    guard known.count == set.count else { return false }
    let start = Int(known.start)
    for i in 0..<set.count where values[start + i] != set[i] { return false }
    return true
  }

  private func isSame(
    _ known: State, _ state: State, without position: Int
  ) -> Bool {
    let (start, own) = (Int(known.start), Int(state.start))
    for i in 0..<Int(known.count) {
      let value = values[own + (i < position ? i : i + 1)]
      if values[start + i] != value { return false }
    }
    return true
  }

  private mutating func rehash() {
    var size = 16
    while size < 4 * states.count { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    for (id, state) in states.enumerated() {
      var slot = Int(truncatingIfNeeded: state.hash) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(id)
    }
  }
}
