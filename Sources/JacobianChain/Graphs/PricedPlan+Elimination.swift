extension PricedPlan {
  /// The vertices of a graph in the order in which the plan eliminates them;
  /// nil when it isn't made by eliminating one vertex after the other, and for
  /// products.
  ///
  /// The order is read off the vertices where operands meet, and eliminates the
  /// graph anew: only the same steps count.
  ///
  /// - Throws: `ChainError` when patterns can't be held, or a stop.
  /// - Complexity: that of three eliminations.
  package func eliminationOrder(
    in problem: Problem, control: SearchControl = .unlimited
  ) throws(ChainError) -> [Int]? {
    guard let graph = problem.graph else { return nil }
    var first = [Int](repeating: -1, count: graph.vertices.count)
    for (id, step) in plan.steps.enumerated() {
      guard let vertex = meetingVertex(of: step), first[vertex] < 0 else {
        continue
      }
      first[vertex] = id
    }
    for way in VertexElimination.Way.allCases {
      var elimination = try VertexElimination(
        problem, by: way, control: control)
      // What nothing meets at is passed without a step, whenever that is.
      let order = elimination.intermediates.enumerated().sorted {
        (first[$0.element], $0.offset) < (first[$1.element], $1.offset)
      }.map(\.element)
      guard try elimination.eliminate(inOrder: order, control),
        let own = try elimination.plan(),
        own == plan || own.doesTheSame(as: plan)
      else { continue }
      return order
    }
    return nil
  }

  /// Where the operands of a step meet.
  private func meetingVertex(of step: Step) -> Int? {
    switch step {
    case .given, .accumulate, .add: nil
    case .multiply(_, let inner): steps[inner].ends?.to
    case .eliminate(_, .tangent, let operand): steps[operand].ends?.to
    case .eliminate(_, .adjoint, let operand): steps[operand].ends?.from
    }
  }
}
