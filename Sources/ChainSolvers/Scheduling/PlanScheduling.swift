import JacobianChain

/// The shortest schedule of a plan that is given: P | prec | C_max.
///
/// Strongly NP-hard for three machines and more of them (Ullman 1975,
/// doi:10.1016/S0022-0000(75)80008-0), so there is a limit on the states; what
/// is returned is never longer than the list schedule, and has its bound.
package struct PlanScheduling: Sendable {
  /// A schedule, and how good it is.
  package struct Result: Sendable {
    /// The shortest schedule that was found.
    package let schedule: Schedule
    /// Its makespan.
    package let makespan: UInt128
    /// No schedule of the plan takes less.
    package let lowerBound: UInt128
    /// Whether nothing is shorter.
    package var isProven: Bool { makespan == lowerBound }
  }

  /// The states that may be expanded; nil for as many as take some tenth of a
  /// second.
  package var nodeLimit: Int?

  /// Above this many steps that take time, plans are list-scheduled only.
  private static let mostTasks = 512
  /// Sums up to here are exact in every place of the search.
  private static let mostWork = UInt128(1) << 53

  /// Creates a scheduler.
  package init(nodeLimit: Int? = nil) {
    self.nodeLimit = nodeLimit
  }

  /// Schedules a plan.
  ///
  /// - Parameter machines: p; nil for as many as are wanted, which is
  ///   polynomial.
  /// - Complexity: exponential in the number of steps at worst, bounded by
  ///   `nodeLimit`; O(steps · log steps) where the list schedule meets a bound.
  package func schedule(
    _ plan: PricedPlan, machines: Int?, control: SearchControl = .unlimited
  ) -> Result {
    let listed = Schedule(listing: plan, machines: machines)
    let makespan = listed.tasks.map(\.finish).max() ?? 0
    var lower = plan.tails.max() ?? 0
    if let machines {
      let (quotient, rest) = plan.price.quotientAndRemainder(
        dividingBy: UInt128(machines))
      lower = max(lower, quotient + (rest > 0 ? 1 : 0))
    }
    let tasks = plan.steps.indices.count { plan.price(ofStep: $0) > 0 }
    guard let machines, lower < makespan, plan.price < Self.mostWork,
      tasks <= Self.mostTasks
    else {
      return Result(schedule: listed, makespan: makespan, lowerBound: lower)
    }
    // A state has up to as many children as there are tasks, and its bound
    // looks at every task.
    let nodeLimit = nodeLimit ?? min(50_000, 500 + 2_000_000 / (tasks * tasks))
    var targets = TargetHalving(
      lower: Int(lower), upper: Int(makespan), width: 64, widest: nodeLimit)
    var search = PlanSearch(PlanTasks(plan), machines: machines)
    var best = listed
    var explored = 0
    while explored < nodeLimit, let target = targets.next {
      let (bound, found) = (UInt128(targets.lower), UInt128(targets.upper))
      let outcome = search.run(
        target: target, width: targets.width, explored: &explored
      ) { explored in
        explored >= nodeLimit
          || control.report(
            SearchProgress(
              incumbent: found, bound: bound, explored: explored)) != nil
      }
      switch outcome {
      case .found(let tasks):
        best = Schedule(
          starting: plan.order(placing: tasks.map { search.tasks.steps[$0] }),
          of: plan, machines: machines)
        let makespan = Int(best.tasks.map(\.finish).max()!)
        precondition(makespan <= target)
        targets.record(.found(makespan: makespan), at: target)
      case .impossible: targets.record(.impossible, at: target)
      case .missed: targets.record(.missed, at: target)
      case .stopped: explored = nodeLimit
      }
    }
    return Result(
      schedule: best, makespan: UInt128(targets.upper),
      lowerBound: UInt128(targets.lower))
  }
}

extension PricedPlan {
  /// Every step after its operands, those that take time in the order given:
  /// what takes none stands as early as it can.
  ///
  /// - Precondition: the order is one of all steps that take time.
  fileprivate func order(placing tasks: [Int]) -> [Int] {
    var isPlaced = [Bool](repeating: false, count: steps.count)
    var order: [Int] = []
    func place(_ id: Int) {
      var pending = [id]
      while let id = pending.last {
        let (first, second) = steps[id].step.operands
        let missing = [first, second].compactMap { $0 }.filter { !isPlaced[$0] }
        pending += missing
        guard missing.isEmpty else { continue }
        pending.removeLast()
        if !isPlaced[id] { order.append(id) }
        isPlaced[id] = true
      }
    }
    for id in tasks { place(id) }
    for id in steps.indices where !isPlaced[id] { place(id) }
    return order
  }
}
