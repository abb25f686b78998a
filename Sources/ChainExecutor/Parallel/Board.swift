import JacobianChain

/// What the workers of a run share: the values, and which steps are ready.
///
/// A worker does the first ready step of its own machine; when none is ready
/// it steals the first ready one of the others. So nobody waits while there is
/// something to do, and a run can't come to a halt.
///
/// Law: with faulty operands the error is that of the sequential run, whatever
/// the order of events: after an error only earlier steps are begun, and the
/// error of the first faulty step is kept.
struct Board {
  /// A step and the values it reads.
  struct Assignment {
    var step: Int
    var first: Matrix?
    var second: Matrix?
  }

  /// What a worker does next.
  enum Move {
    case perform(Assignment)
    case leave
  }

  private let order: WorkOrder
  private var values: [Matrix?]
  private var missing: [Int]
  private var uses: [Int]
  /// For each worker the places of its ready steps, ascending.
  private var ready: [ArraySlice<Int>]
  private var running = 0
  private var failure: (step: Int, error: ChainError)?
  private(set) var stolenSteps = 0
  /// Counted for each step.
  private(set) var stepFMA: [UInt128]
  private(set) var stepSeconds: [Double]
  private(set) var evaluations = 0

  init(_ order: WorkOrder) {
    self.order = order
    let count = order.places.count
    values = [Matrix?](repeating: nil, count: count)
    (missing, uses) = (order.missing, order.uses)
    stepFMA = [UInt128](repeating: 0, count: count)
    stepSeconds = [Double](repeating: 0, count: count)
    ready = [ArraySlice<Int>](repeating: [], count: order.workers)
    for (place, task) in order.schedule.tasks.enumerated()
    where missing[task.step] == 0 {
      ready[order.worker(at: place)].append(place)
    }
  }

  /// Puts down the entries of a given factor.
  mutating func put(_ entries: Matrix, of step: Int) {
    if uses[step] > 0 { values[step] = entries }
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
    let step = order.step(at: place)
    let (first, second) = order.plan.plan.steps[step].operands
    return .perform(
      Assignment(
        step: step, first: first.flatMap { values[$0] },
        second: second.flatMap { values[$0] }))
  }

  /// Books what a step has made and releases the steps that waited for it.
  ///
  /// - Returns: the values that nobody will read any more, to be let go
  ///   outside the lock.
  /// - Complexity: O(readers · log ready + moves within the ready lists).
  mutating func finish(
    _ step: Int, _ made: StepWork.Made, seconds: Double
  ) -> [Matrix] {
    running -= 1
    stepFMA[step] = made.fma
    stepSeconds[step] = seconds
    evaluations += made.evaluations
    if uses[step] > 0 { values[step] = made.value }
    for reader in order.readers[step] {
      missing[reader] -= 1
      if missing[reader] == 0 { release(reader) }
    }
    var done: [Matrix] = []
    let (first, second) = order.plan.plan.steps[step].operands
    for case let value? in [first, second == first ? nil : second] {
      uses[value] -= 1
      if uses[value] == 0, let last = values[value] {
        done.append(last)
        values[value] = nil
      }
    }
    return done
  }

  private mutating func release(_ step: Int) {
    guard step < failure?.step ?? .max else { return }
    let place = order.places[step]
    let worker = order.worker(at: place)
    var (low, high) = (ready[worker].startIndex, ready[worker].endIndex)
    while low < high {
      let middle = (low + high) / 2
      if ready[worker][middle] < place {
        low = middle + 1
      } else {
        high = middle
      }
    }
    ready[worker].insert(place, at: low)
  }

  /// Books an error; from now on only steps before it are begun.
  mutating func fail(_ step: Int, _ error: ChainError) {
    guard step < failure?.step ?? .max else { return }
    failure = (step, error)
    for worker in ready.indices {
      ready[worker].removeAll { order.step(at: $0) > step }
    }
  }

  /// Takes a running step off the books that failed.
  mutating func giveUp(_ step: Int, _ error: ChainError) {
    running -= 1
    fail(step, error)
  }

  /// The Jacobians, once everybody has left.
  func targets() throws(ChainError) -> [Matrix] {
    if let failure { throw failure.error }
    return order.plan.plan.targets.compactMap { values[$0] }
  }
}
