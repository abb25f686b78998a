import ChainFormats
import JacobianChain

/// Planners in Python, for dense chains: `bench/peers/ordering.py`.
enum OrderPeer: String, CaseIterable {
  case multiDot = "numpy multi_dot"
  case exactPath = "opt_einsum dp"
  case automaticPath = "opt_einsum auto"
  case greedyPath = "opt_einsum greedy"

  /// What has to be there.
  var module: String {
    switch self {
    case .multiDot: "numpy"
    case .exactPath, .automaticPath, .greedyPath: "opt_einsum"
    }
  }

  /// The order for one chain, and the seconds of finding it.
  struct Answer {
    var plan: Plan
    var seconds: [Double]
  }

  /// Asks for the orders of several chains.
  ///
  /// - Parameter limit: seconds that one call may take; more than a few times
  ///   as long is not waited for.
  func answers(
    for problems: [Problem], _ sampling: Sampling, limit: Double,
    _ peers: Peers
  ) throws -> [Answer] {
    if let reason = peers.absence(of: module) { throw PeerFailure(reason) }
    let chains = problems.map { problem in
      let dimensions =
        [problem.factors[0].columns] + problem.factors.map(\.rows)
      return JSONValue.array(dimensions.map(JSONValue.number))
    }
    let answer = try peers.ask(
      "ordering.py",
      .object([
        "method": .string(rawValue), "chains": .array(chains),
        "repetitions": .number(sampling.repetitions),
        "seconds": .real(sampling.seconds),
      ]),
      seconds: 5 + Double(problems.count) * (4 * limit + sampling.seconds))
    let advice = "correct bench/peers/ordering.py"
    let list = try answer.required("orders", "one a chain", advice: advice)
      .elements(at: answer.path("orders"), "one a chain", advice: advice)
    try check(list.count == problems.count, "\(list.count) orders")
    return try zip(problems, list).map { problem, value in
      let order = try JSONObject(
        value, at: answer.path("orders"), allowed: nil)
      return Answer(
        plan: try Self.plan(order, problem), seconds: try order.samples())
    }
  }

  /// Pairs (outer, inner) of values, numbered in the order in which they are
  /// made; the first are the factors.
  private static func plan(
    _ order: JSONObject, _ problem: Problem
  ) throws -> Plan {
    let count = problem.factors.count
    var steps = (0..<count).map(Step.given(factor:))
    let advice = "correct bench/peers/ordering.py"
    let pairs = try order.required("pairs", "pairs", advice: advice)
      .elements(at: order.path("pairs"), "pairs", advice: advice)
    for pair in pairs {
      let ids = try pair.integers(
        at: order.path("pairs"), "two ids", advice: advice)
      try check(ids.count == 2, "a product of \(ids.count) values")
      steps.append(.multiply(outer: ids[0], inner: ids[1]))
    }
    return Plan(steps: steps, targets: [steps.count - 1])
  }
}
