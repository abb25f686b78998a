/// The states of one layer of the search: partial plans that leave spans of the
/// same total rank to be made.
///
/// A state is a set of pending spans, each with its release time, the times at
/// which the machines become free, ascending, and under a bound on the total
/// tape the tape so far, which is compared like a time. All states of a layer
/// are collected before any of them is expanded; of two with the same set the
/// one that is nowhere later makes the other superfluous.
struct StateLayer: ~Copyable {
  /// The words of a state, in front of its spans, their release times, the
  /// machines' times and the tape.
  enum Field {
    static let slack = 0
    static let key = 1
    static let next = 2
    static let origin = 3
    static let operation = 4
    static let pending = 5
    static let set = 6
    static let count = 7
  }

  /// At most a width divided by this is kept of one set.
  private static let variety = 32

  /// The words behind the release times.
  private let tail: Int
  private(set) var words: UnsafeMutablePointer<Int>
  private var capacity = 0
  private var used = 0
  /// Where each state begins in `words`, in order of arrival.
  private(set) var states: [Int] = []
  /// Open addressing: the last state of each set, −1 for none.
  private var slots: [Int] = []
  private var sets = 0
  /// Whether states were dropped that nothing had beaten.
  private(set) var isTruncated = false

  init(tail: Int) {
    self.tail = tail
    words = .allocate(capacity: 1)
  }

  deinit { words.deallocate() }

  /// The number of states, beaten ones included.
  var count: Int { states.count }

  /// The bytes that the states take.
  var bytes: Int { (capacity + slots.capacity + states.capacity) * 8 }

  /// Adds a state whose slack isn't negative.
  mutating func insert(_ state: UnsafePointer<Int>) {
    if 2 * sets >= slots.count { rehash() }
    let slot = slot(of: state)
    let isNew = slots[slot] < 0
    if isNew { sets += 1 }
    let size = size(of: state)
    if used + size > capacity { grow(used + size) }
    (words + used).update(from: state, count: size)
    words[used + Field.set] =
      isNew ? sets - 1 : words[slots[slot] + Field.set]
    words[used + Field.next] = slots[slot]
    slots[slot] = used
    states.append(used)
    used += size
  }

  /// Removes the states that are marked, those that another one beats, and all
  /// but the `width` ones of greatest slack.
  mutating func settle(width: Int, _ filter: inout TimeFilter) {
    guard !states.isEmpty else { return }
    let words = words
    forEachSet { states in
      // All of a set have as many times.
      let pending = states[0][Field.pending]
      filter.begin(pending + tail)
      for state in states {
        filter.append(state - words, state + Field.count + pending)
      }
      filter.forEachBeaten { words[$0 + Field.slack] = -1 }
    }
    states.removeAll { words[$0 + Field.slack] < 0 }
    guard states.count > width else { return }
    isTruncated = true
    let kept = choose(width)
    self.words = .allocate(capacity: capacity)
    used = 0
    states.removeAll(keepingCapacity: true)
    for slot in slots.indices { slots[slot] = -1 }
    sets = 0
    for state in kept { insert(words + state) }
    words.deallocate()
  }

  /// The states of greatest slack, but of one set only a few, as long as there
  /// are others: what is left of equal sets differs little.
  private func choose(_ width: Int) -> [Int] {
    let words = words
    let order = states.sorted {
      (words[$1 + Field.slack], $0) < (words[$0 + Field.slack], $1)
    }
    let most = max(1, width / Self.variety)
    var counts = [Int](repeating: 0, count: sets)
    var (kept, rest): ([Int], [Int]) = ([], [])
    for state in order {
      let set = words[state + Field.set]
      counts[set] += 1
      if counts[set] <= most {
        kept.append(state)
        if kept.count == width { return kept }
      } else {
        rest.append(state)
      }
    }
    return kept + rest.prefix(width - kept.count)
  }

  /// The states of every set, without those that are marked as superfluous by a
  /// negative slack.
  func forEachSet(_ body: ([UnsafeMutablePointer<Int>]) -> Void) {
    var states: [UnsafeMutablePointer<Int>] = []
    for last in slots where last >= 0 {
      states.removeAll(keepingCapacity: true)
      var state = last
      while state >= 0 {
        if words[state + Field.slack] >= 0 { states.append(words + state) }
        state = words[state + Field.next]
      }
      if !states.isEmpty { body(states) }
    }
  }

  /// Forgets all states.
  mutating func removeAll() {
    states.removeAll(keepingCapacity: capacity <= 1 << 16)
    sets = 0
    used = 0
    isTruncated = false
    guard capacity > 1 << 16 else {
      for slot in slots.indices { slots[slot] = -1 }
      return
    }
    slots = []
    words.deallocate()
    words = .allocate(capacity: 1)
    capacity = 0
  }

  private func size(of state: UnsafePointer<Int>) -> Int {
    Field.count + 2 * state[Field.pending] + tail
  }

  /// The slot of the state's set, empty if it is new.
  private func slot(of state: UnsafePointer<Int>) -> Int {
    let mask = slots.count - 1
    let key = state[Field.key]
    var slot = key & mask
    while slots[slot] >= 0 {
      let known = words + slots[slot]
      if known[Field.key] == key, hasSameSpans(known, state) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func hasSameSpans(
    _ a: UnsafePointer<Int>, _ b: UnsafePointer<Int>
  ) -> Bool {
    guard a[Field.pending] == b[Field.pending] else { return false }
    for i in Field.count..<Field.count + a[Field.pending]
    where a[i] != b[i] {
      return false
    }
    return true
  }

  private mutating func grow(_ needed: Int) {
    capacity = max(1024, 2 * capacity, needed)
    let larger = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
    larger.update(from: words, count: used)
    words.deallocate()
    words = larger
  }

  private mutating func rehash() {
    let old = slots
    slots = [Int](repeating: -1, count: max(16, 4 * sets))
    let mask = slots.count - 1
    for first in old where first >= 0 {
      var slot = words[first + Field.key] & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = first
    }
  }
}
