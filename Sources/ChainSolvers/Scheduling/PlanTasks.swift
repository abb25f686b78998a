import ChainRandom
import JacobianChain

/// The steps of a plan that take time, and which of them wait for which.
///
/// The search runs backwards in time: there a step waits for its readers, and
/// releases its operands when all of them are placed.
struct PlanTasks: ~Copyable {
  /// The number of tasks.
  let count: Int
  /// The 64-bit words of a set of tasks.
  let words: Int
  /// The step of each task, ascending.
  let steps: [Int]
  /// What each task takes.
  let lengths: FlatArray<Int>
  /// The longest way from the start of the plan to the end of each task, its
  /// own length included: what backwards comes with and after it.
  let heads: FlatArray<Int>
  /// For each task the tasks that it reads.
  let operands: [[Int]]
  /// For each task the set of tasks that read it.
  let readers: FlatArray<UInt64>
  /// The tasks in order of how early they have to start backwards; the same
  /// order for every makespan.
  let byUrgency: [Int]
  /// One key a task; a set of pending tasks has the exclusive or of its keys.
  let keys: FlatArray<UInt64>

  /// - Precondition: the sum of all prices fits into an `Int`.
  /// - Complexity: O(steps · tasks).
  init(_ plan: PricedPlan) {
    // What each step waits for: itself, or where it takes no time what its
    // operands wait for.
    var sources: [[Int]] = []
    var (steps, operands): ([Int], [[Int]]) = ([], [])
    for (id, step) in plan.steps.enumerated() {
      let (first, second) = step.step.operands
      var read: [Int] = first.map { sources[$0] } ?? []
      if let second, second != first { read += sources[second] }
      read = Array(Set(read)).sorted()
      if plan.price(ofStep: id) == 0 {
        sources.append(read)
      } else {
        sources.append([steps.count])
        steps.append(id)
        operands.append(read)
      }
    }
    let (count, words) = (steps.count, max(1, (steps.count + 63) / 64))
    let lengths = FlatArray(steps.map { Int(plan.price(ofStep: $0)) })
    let heads = FlatArray(repeating: 0, count: count)
    let readers = FlatArray<UInt64>(repeating: 0, count: count * words)
    for task in 0..<count {
      for operand in operands[task] {
        heads[task] = max(heads[task], heads[operand])
        readers[operand * words + task / 64] |= 1 << UInt64(task % 64)
      }
      heads[task] += lengths[task]
    }
    byUrgency = (0..<count).sorted {
      (heads[$1] - lengths[$1], $0) < (heads[$0] - lengths[$0], $1)
    }
    var generator = SplitMix64(seed: 0)
    keys = FlatArray((0..<count).map { _ in generator.next() })
    self.count = count
    self.words = words
    self.steps = steps
    self.lengths = lengths
    self.heads = heads
    self.operands = operands
    self.readers = readers
  }
}
