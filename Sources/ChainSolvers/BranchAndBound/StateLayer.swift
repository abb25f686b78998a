/// The states of one layer of the search: partial plans that leave spans of the
/// same total rank to be made.
///
/// A state is a set of pending spans, each with its release time, and the
/// times at which the machines become free, ascending. All states of a layer
/// are collected before any of them is expanded; of two with the same set the
/// one that is nowhere later makes the other superfluous.
struct StateLayer: ~Copyable {
  /// The words of a state, in front of its spans, their release times and the
  /// machines' times.
  enum Field {
    static let slack = 0
    static let key = 1
    static let next = 2
    static let origin = 3
    static let operation = 4
    static let pending = 5
    static let count = 6
  }

  private let machines: Int
  private(set) var words: UnsafeMutablePointer<Int>
  private var capacity = 0
  private var used = 0
  /// Where each state begins in `words`, in order of arrival.
  private(set) var states: [Int] = []
  /// Open addressing: the last state of each set, −1 for none.
  private var slots: [Int] = []
  private var sets = 0
  /// The least slack that is still let in, once states were dropped.
  private var threshold = 0
  /// Whether states were dropped that nothing had beaten.
  private(set) var isTruncated = false

  init(machines: Int) {
    self.machines = machines
    words = .allocate(capacity: 1)
  }

  deinit { words.deallocate() }

  /// The number of states, beaten ones included.
  var count: Int { states.count }

  /// The bytes that the states take.
  var bytes: Int { (capacity + slots.capacity + states.capacity) * 8 }

  /// Adds a state whose slack isn't negative.
  mutating func insert(_ state: UnsafePointer<Int>) {
    if state[Field.slack] < threshold { return }
    if 2 * sets >= slots.count { rehash() }
    let slot = slot(of: state)
    if slots[slot] < 0 { sets += 1 }
    let size = size(of: state)
    if used + size > capacity { grow(used + size) }
    (words + used).update(from: state, count: size)
    words[used + Field.next] = slots[slot]
    slots[slot] = used
    states.append(used)
    used += size
  }

  /// Removes the states that another one beats, and all but the `width` ones
  /// of greatest slack; from now on turns away what has less.
  mutating func settle(width: Int, _ filter: inout TimeFilter) {
    guard !states.isEmpty else { return }
    for slot in slots where slot >= 0 && words[slot + Field.next] >= 0 {
      removeBeaten(slot, &filter)
    }
    let words = words
    states.removeAll { words[$0 + Field.slack] < 0 }
    guard states.count > width else { return }
    isTruncated = true
    var slacks = states.map { words[$0 + Field.slack] }
    threshold = slacks.moveGreatestToFront(width)
    let (least, kept) = (threshold, states)
    var places = width - slacks.prefix(width).count { $0 > least }
    self.words = .allocate(capacity: capacity)
    used = 0
    states.removeAll(keepingCapacity: true)
    for slot in slots.indices { slots[slot] = -1 }
    sets = 0
    for state in kept {
      let slack = words[state + Field.slack]
      if slack == least { places -= 1 }
      if slack > least || (slack == least && places >= 0) {
        insert(words + state)
      }
    }
    words.deallocate()
  }

  /// Marks the beaten states of one set by a negative slack.
  private func removeBeaten(_ last: Int, _ filter: inout TimeFilter) {
    let times = words[last + Field.pending] + machines
    let offset = Field.count + words[last + Field.pending]
    filter.begin(times)
    var state = last
    while state >= 0 {
      if words[state + Field.slack] >= 0 {
        filter.append(state, words + state + offset)
      }
      state = words[state + Field.next]
    }
    filter.forEachBeaten { words[$0 + Field.slack] = -1 }
  }

  /// Forgets all states.
  mutating func removeAll() {
    states.removeAll(keepingCapacity: capacity <= 1 << 16)
    sets = 0
    used = 0
    threshold = 0
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
    Field.count + 2 * state[Field.pending] + machines
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

extension [Int] {
  /// Moves the `wanted` greatest elements to the front.
  ///
  /// - Returns: the least of them.
  /// - Complexity: O(n) on average: Hoare's selection.
  fileprivate mutating func moveGreatestToFront(_ wanted: Int) -> Int {
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = self[(low + high) / 2]
      var (i, j) = (low, high)
      while i <= j {
        while self[i] > pivot { i += 1 }
        while self[j] < pivot { j -= 1 }
        if i <= j {
          swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if wanted - 1 <= j {
        high = j
      } else if wanted - 1 >= i {
        low = i
      } else {
        break
      }
    }
    return self[wanted - 1]
  }
}
