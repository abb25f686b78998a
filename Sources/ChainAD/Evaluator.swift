import JacobianChain

/// One thread's memory of a prepared graph.
final class Evaluator {
  let preparation: Preparation
  let trajectory: Trajectory
  private(set) var computations: [Request: Computation] = [:]
  /// Requests, less the blocks to which no path leads.
  private var joined: [Request: Request] = [:]
  /// What second derivatives ask for.
  var secondOrders: [SecondOrder: SecondOrder.Requests] = [:]

  /// Prepares a graph; as `Preparation`.
  init(
    _ graph: FunctionGraph, keepsValues: Bool, objective: Objective = .fma,
    limits: Limits = Limits(), measuringAt point: [Double]?,
    threads: Int? = nil, control: SearchControl = .unlimited,
    eliminates: Bool = true
  ) throws(ChainError) {
    preparation = try Preparation(
      graph, keepsValues: keepsValues, objective: objective,
      limits: limits, measuringAt: point, threads: threads, control: control,
      eliminates: eliminates)
    trajectory = preparation.trajectory()
  }

  /// Another one of what is prepared.
  init(_ preparation: Preparation) {
    self.preparation = preparation
    trajectory = preparation.trajectory()
  }

  var graph: FunctionGraph { preparation.graph }
  var table: FactorTable { preparation.table }

  /// What runs a request.
  ///
  /// - Throws: `ChainError`; as `Preparation.planned`.
  func computation(
    _ request: Request, _ name: String
  ) throws(ChainError) -> Computation {
    if let known = computations[request] { return known }
    let made = Computation(try preparation.planned(request, name))
    computations[request] = made
    return made
  }

  /// The same request with the blocks to which a path leads, each once.
  func joined(_ request: Request) throws(ChainError) -> Request {
    if let known = joined[request] { return known }
    let arcs = try Assembly(request, of: table, preparation.limits).arcs
    var leaving: [Int: [Int]] = [:]
    for arc in arcs { leaving[arc.from, default: []].append(arc.to) }
    var reached: [Int: Set<Int>] = [:]
    for from in request.blocks.map(\.from) where reached[from] == nil {
      var (own, stack): (Set<Int>, [Int]) = ([from], [from])
      while let vertex = stack.popLast() {
        for next in leaving[vertex] ?? [] where own.insert(next).inserted {
          stack.append(next)
        }
      }
      reached[from] = own
    }
    var (own, known) = (request, Set<Graph.Block>())
    own.blocks = request.blocks.filter {
      $0.from != $0.to && reached[$0.from]!.contains($0.to)
        && known.insert($0).inserted
    }
    joined[request] = own
    return own
  }

  /// Gives node `k` other parameters, from the next point on.
  ///
  /// - Throws: `ChainError` (`malformed`) when it has none, or another number
  ///   of them.
  func setParameters(
    _ parameters: [Double], ofFunction k: Int
  ) throws(ChainError) {
    guard graph.nodes.indices.contains(k),
      let function = graph.nodes[k].function as? any ParametricFunction,
      let place = trajectory.linearizations[k] as? any ParametricLinearization
    else {
      throw ChainError(
        .malformed, at: "/functions/\(k)",
        expected: "a function with parameters", found: "none",
        advice: "see which functions conform to ParametricFunction")
    }
    guard parameters.count == function.parameters.count else {
      throw ChainError(
        .malformed, at: "/functions/\(k)/parameters",
        expected: counted(function.parameters.count, "parameter")
          + " of \"\(function.name)\"", found: "\(parameters.count)",
        advice: "give all of them, in the order of the function")
    }
    do {
      try place.setParameters(parameters.span)
    } catch {
      throw trajectory.failure(error, of: k, "its parameters")
    }
    trajectory.parameterVersions[k] += 1
  }
}
