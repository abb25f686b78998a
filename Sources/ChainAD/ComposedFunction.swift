import ChainExecutor
import ChainSolvers
import JacobianChain

/// A composition F = F_q ∘ … ∘ F_1 of elemental functions.
///
///     let f = try ComposedFunction([encoder, bottleneck, decoder])
///     let jacobian = try f.jacobian(at: x)
///
/// The values on the way are z_0 = x, z_1 = F_1(z_0), …, z_q = F(x).
public struct ComposedFunction: Sendable {
  /// F_1, …, F_q: the first is applied first.
  public let functions: [any ElementalFunction]
  /// The path that they are.
  let graph: FunctionGraph

  /// Composes functions.
  ///
  /// - Parameter functions: at least one; each takes as many inputs as the one
  ///   before has outputs.
  /// - Throws: `ChainError` (`malformed`) that names the function that doesn't
  ///   fit.
  public init(
    _ functions: [any ElementalFunction]
  ) throws(ChainError) {
    guard !functions.isEmpty else {
      throw ChainError(
        .malformed, at: "/functions", expected: "at least one function",
        found: "none", advice: "compose one function or more")
    }
    for (index, function) in functions.enumerated()
    where min(function.inputCount, function.outputCount) < 1 {
      throw ChainError(
        .malformed, at: "/functions/\(index)",
        expected: "\"\(function.name)\" with one input and output or more",
        found: counted(function.inputCount, "input") + " and "
          + counted(function.outputCount, "output"),
        advice: "correct its counts")
    }
    for (index, pair) in zip(functions, functions.dropFirst()).enumerated()
    where pair.0.outputCount != pair.1.inputCount {
      throw ChainError(
        .malformed, at: "/functions/\(index + 1)",
        expected: "\"\(pair.1.name)\" with "
          + counted(pair.0.outputCount, "input") + ", as \"\(pair.0.name)\" "
          + "has " + counted(pair.0.outputCount, "output"),
        found: counted(pair.1.inputCount, "input"),
        advice: "compose functions whose sizes fit, the first applied first")
    }
    self.functions = functions
    var graph = FunctionGraph()
    var value = try graph.input("x", count: functions[0].inputCount)
    for function in functions { value = try graph.apply(function, value) }
    self.graph = graph
  }

  /// The number of inputs n.
  public var inputCount: Int { functions[0].inputCount }
  /// The number of outputs m.
  public var outputCount: Int { functions[functions.count - 1].outputCount }

  /// F(x).
  ///
  /// - Parameter point: n inputs.
  /// - Returns: m outputs.
  /// - Throws: `ChainError` that names the function that failed.
  public func value(at point: [Double]) throws(ChainError) -> [Double] {
    let trajectory = Trajectory(graph, keepsValues: false)
    try trajectory.move(to: point)
    return trajectory.value(functions.count)
  }

  /// The m × n Jacobian at a point, in the best order: for one point. Prepare
  /// the function where there are several, and for all else.
  ///
  /// - Throws: `ChainError` that names the function that failed.
  public func jacobian(at point: [Double]) throws(ChainError) -> Matrix {
    // Compiling an elimination isn't worth it for one point.
    try PreparedJacobian(
      self,
      Evaluator(
        graph, keepsValues: false, measuringAt: point, eliminates: false)
    ).jacobian(at: point)
  }

  /// Plans the order once, for Jacobians at many points.
  ///
  /// - Parameters:
  ///   - objective: what plans are chosen for.
  ///   - limits: of every plan: tapes, machines, and bytes, the Jacobian's own
  ///     included: a plan that would take more is made in chunks of rows or
  ///     columns where that keeps the limit.
  ///   - point: where costs are found: for `fma` those that functions leave
  ///     undeclared, counted on a recording; for `time` the seconds of all
  ///     their products, measured. Every point that functions are defined at
  ///     will do. Without one `time` reckons declared costs by the profile, and
  ///     undeclared ones are refused.
  ///   - threads: of the dense products of plans,
  ///     nil for all processors of the machine.
  ///   - control: ends planning early, with the best plan so far; cancelling
  ///     the task that plans does, too.
  /// - Throws: `ChainError`: no plan keeps to the limits, no solver takes the
  ///   problem, or costs can't be found without a point.
  public func prepare(
    objective: Objective = .fma, limits: Limits = Limits(),
    measuringAt point: [Double]? = nil, threads: Int? = nil,
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> PreparedJacobian {
    try PreparedJacobian(
      self,
      Evaluator(
        graph, keepsValues: false, objective: objective, limits: limits,
        measuringAt: point, threads: threads, control: control))
  }
}
