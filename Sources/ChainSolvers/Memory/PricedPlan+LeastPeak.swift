import JacobianChain

/// A plan in the order of its steps with the least peak that was found.
package struct LeastPeak: Hashable, Sendable {
  /// The same steps, in another order where that has a lower peak.
  package let plan: PricedPlan
  /// Whether no order of these steps has a lower one: proven.
  package let isProven: Bool
}

extension PricedPlan {
  /// The same steps in the order with the least peak: the least of all where
  /// each value is read once (`TreeOrder`) or where there are few enough steps
  /// (`StepOrders`); otherwise the best of the plan's own order and a greedy
  /// one. An order that is no better leaves the plan as it is, and so do
  /// chunks, whose passes have their order.
  ///
  /// - Parameter problem: that the plan was priced for.
  /// - Throws: `ChainError` when `control` stops the pricing.
  /// - Complexity: that of `TreeOrder`, or of `StepOrders`.
  package func withLeastPeak(
    for problem: Problem, control: SearchControl = .unlimited
  ) throws(ChainError) -> LeastPeak {
    guard plan.chunks == nil else {
      return LeastPeak(plan: self, isProven: false)
    }
    let memory = PlanMemory(plan, steps, problem)
    let computed = steps.count {
      if case .given = $0.step { false } else { true }
    }
    // The first step needs what it needs, and so does the end.
    let floor = max(resultBytes, memory.mostOfOneStep)
    if peakBytes == floor || computed < 2 {
      return LeastPeak(plan: self, isProven: true)
    }
    var proven: StepOrders.Found?
    do {
      proven = try TreeOrder.best(of: plan, memory, control: control)
    } catch {
      // The plan as it is will do.
      return LeastPeak(plan: self, isProven: false)
    }
    var found = proven
    if proven == nil {
      let orders = StepOrders(plan, memory)
      proven = orders.best()
      found = proven ?? orders.greedy()
    }
    guard let found, found.peak < peakBytes else {
      return LeastPeak(plan: self, isProven: proven != nil)
    }
    return LeastPeak(
      plan: try plan.reordered(found.steps).priced(
        for: problem, at: rate, control: control),
      isProven: proven != nil)
  }
}

extension Plan {
  /// The same steps in the order of these, which are all that aren't given;
  /// given entries come right before their first reader.
  fileprivate func reordered(_ order: [Int]) -> Plan {
    var places = [Int](repeating: -1, count: steps.count)
    var made: [Step] = []
    made.reserveCapacity(steps.count)
    func place(_ id: Int) -> Int {
      if places[id] < 0 {
        places[id] = made.count
        made.append(steps[id])
      }
      return places[id]
    }
    for id in order {
      let step = steps[id].withOperands(place)
      places[id] = made.count
      made.append(step)
    }
    for id in steps.indices where places[id] < 0 { _ = place(id) }
    return Plan(
      steps: made, targets: targets.map { places[$0] }, chunks: nil,
      seedsAtOnce: seedsAtOnce)
  }
}
