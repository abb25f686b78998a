import JacobianChain

/// What is said of graphs only.
extension Report {
  /// "u, v, w": the vertices in the order of their elimination.
  var eliminations: String {
    guard let names = eliminatedNames else {
      return "no order of vertices: partial sums, as the steps say"
    }
    return names.isEmpty
      ? "nothing to eliminate" : names.joined(separator: ", ")
  }

  /// The vertices that are eliminated, by name and in that order.
  var eliminatedNames: [String]? {
    eliminationOrder?.map { solved.problem.graph!.vertices[$0].name }
  }

  /// The line that says how a graph is eliminated.
  var graphVerdict: String {
    if let plain = plainVerdict(for: "this graph", phrase: \.phrase) {
      return plain
    }
    guard solved.comparesPrices else {
      return "\(counted(solved.problem.targetCount, "Jacobian")) from "
        + counted(computedSteps, "step")
    }
    if solved.price(of: .markowitz) == solved.price {
      return "lowest Markowitz: always the vertex that is cheapest next"
    }
    guard solved.baselines?.cheapest != nil else {
      return "nothing to hold it against: no order without a search has a price"
    }
    return solved.baselines!.areAll
      ? "better than every order that needs no search"
      : "better than the orders without a search that could be priced"
  }

  /// Whether orders were searched as if every arc had a factor of its own,
  /// although products of tied ones are computed once.
  var countsTiesApart: Bool {
    guard let graph = solved.problem.graph, solved.scope != .everyPlan else {
      return false
    }
    let factors = graph.usefulArcs.map { graph.arcs[$0].factor }
    return Set(factors).count < factors.count
  }

  /// The steps that do something.
  var computedSteps: Int {
    solved.plan.plan.steps.indices.count { !solved.plan.isGiven($0) }
  }

  /// How the baselines eliminate a graph; nil for products.
  var sweepNote: String? {
    solved.problem.graph.map { _ in
      "forward and reverse eliminate the vertices in topological order and in "
        + "its opposite, Markowitz always the one that costs least"
    }
  }
}

extension Solved {
  /// The vertices of a graph in the order in which the plan eliminates them; nil
  /// when it doesn't.
  var eliminationOrder: [Int]? {
    for baseline in Baseline.all(for: problem) {
      guard let baselines, let order = baselines.orders[baseline],
        let known = baselines[baseline], known.fma == plan.fma,
        known.plan.doesTheSame(as: plan.plan)
      else { continue }
      return order
    }
    // What can't be held was refused when the plan was priced.
    return (try? plan.eliminationOrder(in: problem)) ?? nil
  }
}

extension PricedPlan {
  /// What a value of a graph is called: an edge's factor by its name, other
  /// values by their ends, "y/x", or where those differ by the step, "#7".
  func name(of id: Int, in problem: Problem) -> String {
    switch plan.steps[id] {
    case .given(let factor), .accumulate(let factor, _):
      problem.factors[factor].name
    case .multiply, .eliminate, .add:
      steps[id].ends.map { problem.graph!.name($0) } ?? "#\(id)"
    }
  }

  /// A product that is added, by what is multiplied: its ends are those of the
  /// sum.
  private func addend(_ id: Int, in problem: Problem) -> String {
    switch plan.steps[id] {
    case .given, .accumulate, .add: name(of: id, in: problem)
    case .multiply, .eliminate:
      operandNames(of: id, in: problem).names.joined(separator: "·")
    }
  }

  /// What a step of a graph reads, as mathematics writes it.
  func operandNames(
    of id: Int, in problem: Problem
  ) -> (names: [String], sign: String) {
    func name(_ step: Int) -> String { self.name(of: step, in: problem) }
    switch plan.steps[id] {
    case .given, .accumulate: return ([name(id)], "·")
    case .multiply(let outer, let inner):
      return ([name(outer), name(inner)], "·")
    case .eliminate(let factor, .tangent, let operand):
      return ([problem.factors[factor].name, name(operand)], "·")
    case .eliminate(let factor, .adjoint, let operand):
      return ([name(operand), problem.factors[factor].name], "·")
    case .add(let first, let second):
      return ([first, second].map { addend($0, in: problem) }, " + ")
    }
  }
}
