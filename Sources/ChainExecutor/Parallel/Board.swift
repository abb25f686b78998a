import JacobianChain

/// What the workers of a run share: which steps are ready.
///
/// A worker does the first ready step of its own machine; when none is ready
/// it steals the first ready one of the others. So nobody waits while there is
/// something to do, and a run can't come to a halt.
///
/// Law: with faulty operands the error is that of the sequential run, whatever
/// the order of events: after an error only earlier steps are begun, and the
/// error of the first faulty step is kept.
struct Board: Sendable {
  /// What a worker does next.
  enum Move {
    case perform(Int)
    case leave
  }

  private let order: WorkOrder
  private var missing: [Int]
  /// Whether a step has been begun, or never will.
  private var isOut: [Bool]
  /// For each worker the places of its ready steps, ascending.
  private var ready: [ArraySlice<Int>]
  private var running = 0
  /// The first faulty step.
  private(set) var failure: (step: Int, error: ChainError)?
  private(set) var stolenSteps = 0
  private(set) var record: Record

  init(_ order: WorkOrder, _ record: Record) {
    (self.order, self.record) = (order, record)
    missing = order.missing
    isOut = [Bool](repeating: false, count: missing.count)
    ready = [ArraySlice<Int>](repeating: [], count: order.workers)
    for (place, task) in order.schedule.tasks.enumerated()
    where missing[task.step] == 0 {
      ready[order.worker(at: place)].append(place)
    }
  }

  /// The next move of a worker; nil when it has to wait for the others.
  ///
  /// - Complexity: O(workers).
  mutating func move(of worker: Int) -> Move? {
    if let place = ready[worker].popFirst() { return begin(place) }
    let richest = ready.indices.filter { !ready[$0].isEmpty }
      .min { ready[$0].first! < ready[$1].first! }
    if let richest, let place = ready[richest].popFirst() {
      stolenSteps += 1
      return begin(place)
    }
    return running == 0 ? .leave : nil
  }

  private mutating func begin(_ place: Int) -> Move {
    running += 1
    isOut[order.step(at: place)] = true
    return .perform(order.step(at: place))
  }

  /// Books what a step has done and releases the steps that waited for it.
  ///
  /// - Complexity: O(followers · log ready + moves within the ready lists).
  mutating func finish(_ step: Int, _ count: Program.Count, seconds: Double) {
    running -= 1
    record.book(step, count.fma, count.evaluations, seconds: seconds)
    release(after: [step])
  }

  /// Releases the steps that waited for those that are over, and those behind
  /// steps that won't be done any more: who takes over a place from one of these
  /// has to wait for all that they would have waited for.
  private mutating func release(after over: [Int]) {
    var over = over
    while let step = over.popLast() {
      for follower in order.followers[step] {
        missing[follower] -= 1
        guard missing[follower] == 0 else { continue }
        if follower < failure?.step ?? .max {
          enter(follower)
        } else {
          isOut[follower] = true
          over.append(follower)
        }
      }
    }
  }

  /// Puts a step into the list of its worker.
  private mutating func enter(_ step: Int) {
    let place = order.places[step]
    let worker = order.worker(at: place)
    let index = ready[worker].indices.firstIndex(bisecting: {
      ready[worker][$0] >= place
    })
    ready[worker].insert(place, at: index)
  }

  /// Books an error; from now on only steps before it are begun. None of them
  /// reads what later steps make, but some may take over a place of theirs.
  mutating func giveUp(_ step: Int, _ error: ChainError) {
    running -= 1
    var over = [step]
    if step < failure?.step ?? .max {
      failure = (step, error)
      let tasks = order.schedule.tasks
      for worker in ready.indices {
        ready[worker].removeAll { tasks[$0].step > step }
      }
      for later in step + 1..<missing.count
      where !isOut[later] && missing[later] == 0 {
        isOut[later] = true
        over.append(later)
      }
    }
    release(after: over)
  }
}
