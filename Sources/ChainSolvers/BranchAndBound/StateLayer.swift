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
  private var capacity: Int
  private var used = 0
  /// Where each state begins in `words`, in order of arrival.
  private(set) var states: [Int] = []
  /// The states that were beaten by later ones.
  private(set) var beaten = 0
  /// Open addressing: the first state of each set, −1 for none.
  private var slots: [Int] = []
  private var sets = 0
  /// The least slack that is still let in, once states were dropped.
  private var threshold = 0
  /// Whether states were dropped that nothing had beaten.
  private(set) var isTruncated = false

  init(machines: Int) {
    self.machines = machines
    capacity = 0
    words = .allocate(capacity: 1)
  }

  deinit { words.deallocate() }

  var bytes: Int { (capacity + slots.capacity + states.capacity) * 8 }

  /// The states that are left to expand.
  var count: Int { states.count - beaten }

  /// A state that nothing has beaten.
  func isAlive(_ state: Int) -> Bool { words[state + Field.slack] >= 0 }

  /// Forgets all states.
  mutating func removeAll() {
    states.removeAll(keepingCapacity: capacity <= 1 << 16)
    (beaten, sets, used, threshold, isTruncated) = (0, 0, 0, 0, false)
    if capacity <= 1 << 16 {
      for slot in slots.indices { slots[slot] = -1 }
    } else {
      slots = []
      words.deallocate()
      words = .allocate(capacity: 1)
      capacity = 0
    }
  }

  /// Drops all but the `width` states of greatest slack, and from now on turns
  /// away what has less.
  ///
  /// - Complexity: O(n) on average.
  mutating func trim(to width: Int) {
    guard count > width else { return }
    isTruncated = true
    let alive = living
    beaten = 0
    var keys = alive.map { words[$0 + Field.slack] }
    threshold = keys.moveGreatestToFront(width)
    let (least, old) = (threshold, words)
    var places = width - keys.prefix(width).count { $0 > least }
    words = .allocate(capacity: capacity)
    used = 0
    states.removeAll(keepingCapacity: true)
    slots = []
    sets = 0
    for state in alive {
      let slack = old[state + Field.slack]
      if slack < least { continue }
      if slack == least {
        places -= 1
        if places < 0 { continue }
      }
      append(old + state)
    }
    old.deallocate()
  }

  /// The states that nothing has beaten.
  private var living: [Int] {
    var living: [Int] = []
    for state in states where isAlive(state) { living.append(state) }
    return living
  }

  /// Adds a state, unless a known one beats it; removes those that it beats.
  ///
  /// - Parameter state: the words of a state; `slack` isn't negative.
  mutating func insert(_ state: UnsafePointer<Int>) {
    if state[Field.slack] < threshold { return }
    if 2 * sets >= slots.count { rehash() }
    let slot = slot(of: state)
    var known = slots[slot]
    if known >= 0 {
      let times = state[Field.pending] + machines
      let offset = Field.count + state[Field.pending]
      var last = -1
      while known >= 0 {
        let next = words[known + Field.next]
        switch Self.compare(
          words + known + offset, state + offset, times)
        {
        case .beats: return
        case .isBeaten:
          words[known + Field.slack] = -1
          beaten += 1
          if last >= 0 {
            words[last + Field.next] = next
          } else {
            slots[slot] = next
          }
        case .neither: last = known
        }
        known = next
      }
    } else {
      sets += 1
    }
    store(state, in: slot)
  }

  /// Adds a state that is known to be neither beaten nor to beat another.
  private mutating func append(_ state: UnsafePointer<Int>) {
    if 2 * sets >= slots.count { rehash() }
    let slot = slot(of: state)
    if slots[slot] < 0 { sets += 1 }
    store(state, in: slot)
  }

  private mutating func store(_ state: UnsafePointer<Int>, in slot: Int) {
    let size = size(of: state)
    if used + size > capacity { grow(used + size) }
    (words + used).update(from: state, count: size)
    words[used + Field.next] = slots[slot]
    slots[slot] = used
    states.append(used)
    used += size
  }

  private func size(of state: UnsafePointer<Int>) -> Int {
    Field.count + 2 * state[Field.pending] + machines
  }

  private enum Comparison { case beats, isBeaten, neither }

  @inline(__always)
  private static func compare(
    _ a: UnsafePointer<Int>, _ b: UnsafePointer<Int>, _ count: Int
  ) -> Comparison {
    var (isNowhereLater, isNowhereEarlier) = (true, true)
    for i in 0..<count {
      if a[i] > b[i] {
        isNowhereLater = false
        if !isNowhereEarlier { return .neither }
      } else if a[i] < b[i] {
        isNowhereEarlier = false
        if !isNowhereLater { return .neither }
      }
    }
    return isNowhereLater ? .beats : isNowhereEarlier ? .isBeaten : .neither
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
  /// Moves the `count` greatest elements to the front.
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
