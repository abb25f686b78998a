import JacobianChain

/// Plans for targets of tied factors whose spans are too many to be looked at
/// one by one, although their different sub-words are not.
///
/// Each plan starts from a grid of k factors: a long value is cut at a multiple
/// of k from its inner (or outer) end, what is shorter is made in the way that
/// adds least. k = 1 is the forward (or reverse) sweep with all sub-words
/// shared; of C · Sᵗ · D for all t up to T, k near √T makes 2√T values that
/// serve all targets, as in the baby-step giant-step method (Shanks 1971). The
/// cheapest plans descend: each value is made anew as long as that saves fma.
///
/// The bound is that of `ValueBound`, which is met where all sub-words are
/// targets, as in Sᵗ for all t.
package struct ValueDescent {
  private let graph: ProductGraph
  private let tapeTotal: Int?

  /// The plans that descend.
  private static let descents = 3

  package init(_ graph: ProductGraph, tapeTotal: Int?) {
    self.graph = graph
    self.tapeTotal = tapeTotal
  }

  /// Improves what is known until it is proven, nothing gets cheaper, or
  /// `control` stops it.
  ///
  /// - Complexity: O(operations · log(length)) and a few times as much.
  package func run(
    from outcome: SharedOutcome, control: SearchControl
  ) -> SharedOutcome {
    var outcome = outcome
    outcome.lower = max(
      outcome.lower, min(outcome.upper, ValueBound(graph).value))
    let start = ValuePlan(graph)
    var plans: [ValuePlan] = []
    func offer(_ plan: ValuePlan) {
      outcome.explored += 1
      guard plan.tape <= tapeTotal ?? .max, plan.fma < outcome.upper else {
        return
      }
      (outcome.upper, outcome.chosen) = (plan.fma, plan.chosen)
    }
    var greedy = start
    greedy.complete()
    plans.append(greedy)
    offer(greedy)
    for grid in grids {
      if outcome.isProven || control.report(outcome.progress) != nil {
        return outcome
      }
      var plan = start
      plan.complete { grid.isCut($0, $1, graph) }
      offer(plan)
      // Of equals the first is enough.
      if plans.allSatisfy({ $0.fma != plan.fma }) { plans.append(plan) }
    }
    plans.sort { $0.fma < $1.fma }
    for var plan in plans.prefix(Self.descents) {
      while !outcome.isProven, control.report(outcome.progress) == nil,
        plan.improve({ control.shouldStop() != nil })
      {
        offer(plan)
      }
    }
    return outcome
  }

  /// Grids of 1, 2, 3, 4, 6, 8, 12, … factors, from both ends.
  private var grids: [Grid] {
    let longest = graph.words.reduce(1) { max($0, $1.count) }
    var grids: [Grid] = []
    var width = 1
    while width < longest {
      grids.append(Grid(width: width, isFromInside: true))
      grids.append(Grid(width: width, isFromInside: false))
      let isPower = width & (width - 1) == 0
      width = width < 3 ? width + 1 : isPower ? width / 2 * 3 : width / 3 * 4
    }
    return grids
  }
}

/// Where long values are cut: at multiples of a number of factors from an end.
private struct Grid {
  let width: Int
  let isFromInside: Bool

  /// Whether an operation cuts its value where the grid wants it.
  func isCut(
    _ value: Int, _ operation: ProductGraph.Operation, _ graph: ProductGraph
  ) -> Bool {
    let length = graph.lengths[value]
    guard length > width else { return false }
    let part = (length - 1) / width * width
    let inner =
      switch operation.step {
      case .multiply(_, let inner): graph.lengths[inner]
      case .eliminate(_, .tangent, _): length - 1
      case .eliminate(_, .adjoint, _): 1
      case .given, .accumulate: length
      case .add: preconditionFailure("words have no sums")
      }
    return inner == (isFromInside ? part : length - part)
  }
}
