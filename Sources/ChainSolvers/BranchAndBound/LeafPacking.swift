/// Whether leaves alone, the rest of a partial plan, fit into the time that the
/// machines have left; exact, by depth-first search.
///
/// Seen forward in time a leaf takes `length`, may start at once and has to end
/// by its deadline, the target less its release; a machine works until it is
/// taken. A machine does its leaves in order of their deadlines (Jackson's
/// rule), so only the assignment is searched for: longest leaf first, machines
/// that are equal tried once.
struct LeafPacking: ~Copyable {
  /// What a search found.
  enum Answer { case fits, doesNotFit, unknown }

  struct Leaf {
    /// The operation that makes it.
    var operation: Int
    var length: Int
    var deadline: Int
  }

  /// The leaves in question, and how many they are.
  private let leaves: FlatArray<Leaf>
  private var count = 0
  /// When each machine is taken, how long its leaves take, and how many there
  /// are.
  private let ends: FlatArray<Int>
  private let work: FlatArray<Int>
  private let counts: FlatArray<Int>
  /// A row of leaves a machine, in order of their deadlines.
  private let rows: FlatArray<Int>
  private let capacity: Int
  private let machines: Int
  private var nodes = 0

  /// Assignments tried before a search gives up.
  private static let nodeLimit = 20_000

  /// - Parameter capacity: the most leaves of a question.
  init(capacity: Int, machines: Int) {
    self.capacity = capacity
    self.machines = machines
    leaves = FlatArray(
      repeating: Leaf(operation: 0, length: 0, deadline: 0), count: capacity)
    ends = FlatArray(repeating: 0, count: machines)
    work = FlatArray(repeating: 0, count: machines)
    counts = FlatArray(repeating: 0, count: machines)
    rows = FlatArray(repeating: 0, count: machines * capacity)
  }

  /// Starts a question without leaves.
  mutating func removeAll() { count = 0 }

  /// Adds a leaf: longest first, and of equal ones the most urgent.
  mutating func insert(_ leaf: Leaf) {
    var i = count
    while i > 0,
      (leaves[i - 1].length, leaf.deadline)
        < (leaf.length, leaves[i - 1].deadline)
    {
      leaves[i] = leaves[i - 1]
      i -= 1
    }
    leaves[i] = leaf
    count += 1
  }

  /// Whether the leaves fit on machines that are taken after `target` less
  /// their time in `busy`.
  mutating func ask(target: Int, busy: UnsafePointer<Int>) -> Answer {
    for k in 0..<machines {
      ends[k] = target - busy[k]
      work[k] = 0
      counts[k] = 0
    }
    nodes = 0
    return place(0)
  }

  /// Each leaf's operation and start, forward in time, after a question whose
  /// answer is `fits`.
  func placed() -> [(operation: Int, start: Int)] {
    var placed: [(operation: Int, start: Int)] = []
    for k in 0..<machines {
      var time = 0
      for i in 0..<counts[k] {
        let leaf = leaves[rows[k * capacity + i]]
        placed.append((leaf.operation, time))
        time += leaf.length
      }
    }
    return placed
  }

  /// Places leaf `j` and all after it. Recursive: as deep as there are leaves,
  /// which are few once nothing but leaves is left.
  private mutating func place(_ j: Int) -> Answer {
    if j == count { return .fits }
    nodes += 1
    if nodes > Self.nodeLimit { return .unknown }
    let length = leaves[j].length
    for k in 0..<machines {
      guard work[k] + length <= ends[k], !isTried(k) else { continue }
      let position = position(of: leaves[j], on: k)
      guard position >= 0 else { continue }
      let row = rows.base + k * capacity
      for i in stride(from: counts[k], to: position, by: -1) {
        row[i] = row[i - 1]
      }
      row[position] = j
      counts[k] += 1
      work[k] += length
      let answer = place(j + 1)
      if answer != .doesNotFit { return answer }
      counts[k] -= 1
      work[k] -= length
      for i in position..<counts[k] { row[i] = row[i + 1] }
    }
    return .doesNotFit
  }

  /// Whether an earlier machine is the same and empty as well.
  private func isTried(_ k: Int) -> Bool {
    guard counts[k] == 0 else { return false }
    for other in 0..<k where ends[other] == ends[k] && counts[other] == 0 {
      return true
    }
    return false
  }

  /// Where a leaf goes on machine `k`; −1 when some deadline is missed.
  private func position(of leaf: Leaf, on k: Int) -> Int {
    var time = 0
    var position = -1
    let row = rows.base + k * capacity
    for i in 0..<counts[k] {
      let other = leaves[row[i]]
      if position < 0, other.deadline > leaf.deadline {
        time += leaf.length
        if time > leaf.deadline { return -1 }
        position = i
      }
      time += other.length
      if time > other.deadline { return -1 }
    }
    if position >= 0 { return position }
    return time + leaf.length <= leaf.deadline ? counts[k] : -1
  }
}
