/// Whether leaves alone, the rest of a partial plan, fit into the time that the
/// machines have left; exact, by depth-first search.
///
/// Seen forward in time a leaf j takes `lengths[j]`, may start at once and has
/// to end by its deadline, `target` less its release; a machine works until it
/// is taken. A machine does its leaves in order of their deadlines (Jackson's
/// rule), so only the assignment is searched for: longest leaf first, machines
/// that are equal tried once.
struct LeafPacking {
  /// What a search found.
  enum Answer { case fits, doesNotFit, unknown }

  private var lengths: [Int] = []
  private var deadlines: [Int] = []
  private var ends: [Int] = []
  /// The leaves of each machine, in order of their deadlines.
  private(set) var assigned: [[Int]] = []
  private var work: [Int] = []
  private var nodes = 0

  /// Assignments tried before a search gives up.
  private static let nodeLimit = 20_000

  /// Fills in a question: leaves longest first.
  mutating func ask(
    _ leaves: [(length: Int, deadline: Int)], ends: [Int]
  ) -> Answer {
    lengths = leaves.map(\.length)
    deadlines = leaves.map(\.deadline)
    self.ends = ends
    assigned = Array(repeating: [], count: ends.count)
    work = Array(repeating: 0, count: ends.count)
    nodes = 0
    return place(0)
  }

  /// Places leaf `j` and all after it. Recursive: as deep as there are leaves,
  /// which are few once nothing but leaves is left.
  private mutating func place(_ j: Int) -> Answer {
    if j == lengths.count { return .fits }
    nodes += 1
    if nodes > Self.nodeLimit { return .unknown }
    for k in ends.indices {
      guard work[k] + lengths[j] <= ends[k], !isTried(k) else { continue }
      guard let position = position(of: j, on: k) else { continue }
      assigned[k].insert(j, at: position)
      work[k] += lengths[j]
      let answer = place(j + 1)
      if answer != .doesNotFit { return answer }
      assigned[k].remove(at: position)
      work[k] -= lengths[j]
    }
    return .doesNotFit
  }

  /// Whether an earlier machine is the same and empty as well.
  private func isTried(_ k: Int) -> Bool {
    guard assigned[k].isEmpty else { return false }
    for other in 0..<k where ends[other] == ends[k] && assigned[other].isEmpty {
      return true
    }
    return false
  }

  /// Where leaf `j` goes on machine `k`; nil when some deadline is missed.
  private func position(of j: Int, on k: Int) -> Int? {
    var time = 0
    var position: Int?
    for (index, other) in assigned[k].enumerated() {
      if position == nil, deadlines[other] > deadlines[j] {
        time += lengths[j]
        if time > deadlines[j] { return nil }
        position = index
      }
      time += lengths[other]
      if time > deadlines[other] { return nil }
    }
    if let position { return position }
    return time + lengths[j] <= deadlines[j] ? assigned[k].count : nil
  }
}
