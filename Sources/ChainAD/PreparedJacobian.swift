import ChainExecutor
import ChainSolvers
import JacobianChain

/// A composed function with its orders: planned once, then many points.
///
/// Every product goes through a plan: the whole Jacobian, parts of it, blocks
/// of tangents and adjoints, the derivatives by the parameters. What isn't
/// asked for isn't planned; what was asked for once is ready for the next time
/// and allocates nothing but its result.
///
/// Not for several threads at once: prepare one for each, which costs little,
/// as equal problems share their plans.
public final class PreparedJacobian {
  /// The function.
  public let function: ComposedFunction
  /// What plans are chosen for.
  public let objective: Objective
  /// Bounds on every plan.
  public let limits: Limits

  let trajectory: Trajectory
  let table: FactorTable
  private let control: SearchControl
  private let askedThreads: Int?
  private var computations: [Request: Computation] = [:]
  let whole: Computation

  init(
    _ function: ComposedFunction, objective: Objective, limits: Limits,
    measuringAt point: [Double]?, threads: Int?, control: SearchControl,
    eliminates: Bool = true
  ) throws(ChainError) {
    if let threads, !(1...1024).contains(threads) {
      throw ChainError(
        .malformed, at: "/threads", expected: "from 1 to 1024 threads",
        found: "\(threads)", advice: "leave threads out for all cores")
    }
    self.function = function
    self.objective = objective
    self.limits = limits
    askedThreads = threads
    self.control = control
    trajectory = Trajectory(function)
    let eliminates =
      eliminates && objective == .fma && trajectory.hasGenericFunctions
    if let point,
      eliminates || function.functions.contains(where: FactorTable.isMeasured)
    {
      trajectory.kept = function.functions.map {
        eliminates ? $0.abilities : $0.abilities.subtracting(.entries)
      }
      try trajectory.move(to: point)
      table = try FactorTable(
        function, measuringOn: trajectory, eliminates: eliminates)
    } else {
      table = try FactorTable(
        function, measuringOn: nil, eliminates: false)
    }
    whole = try Computation(
      Request(span: 0..<function.functions.count), of: table, "Jacobian",
      objective: objective, limits: limits, threads: threads, control)
  }

  func computation(
    _ request: Request, _ name: String
  ) throws(ChainError) -> Computation {
    if let known = computations[request] { return known }
    let made = try Computation(
      request, of: table, name, objective: objective, limits: limits,
      threads: askedThreads, control)
    computations[request] = made
    return made
  }

  /// The problem that stands for the whole Jacobian: one factor a function.
  public var problem: Problem { solved.problem }
  /// The order that was chosen for it, priced.
  public var plan: PricedPlan { solved.plan }
  /// The same with all that is known of it: solver, bound, proof, and seconds
  /// that choosing took when it was done for the first time.
  public var solved: Solved { whole.solved }
  /// The functions, counted from 0, whose entries the plan takes from a
  /// compiled elimination; its price is no part of the plan's, in which they
  /// are given.
  public var compiledFunctions: [Int] { whole.compiledFunctions }
  /// Threads of the dense products.
  public var threads: Int { whole.program.threads }

  /// The Jacobian ∂F/∂x, m × n, in the structure that its pattern has.
  ///
  /// - Parameter point: n inputs.
  /// - Throws: `ChainError` that names the function that failed, or the first
  ///   one with a value or a derivative that isn't finite, its output and its
  ///   input there. Neither this nor a Jacobian depends on the plan: 0 · ∞ is
  ///   none, in either direction. (What underflows on the way is 0.)
  /// - Complexity: the price of the plan, and one forward sweep.
  public func jacobian(at point: [Double]) throws(ChainError) -> Matrix {
    try whole.target(trajectory, at: point)
  }

  /// F(x) and the Jacobian there, by one forward sweep.
  ///
  /// - Parameter point: n inputs.
  /// - Returns: m outputs, and the m × n Jacobian.
  /// - Throws: `ChainError`; as `jacobian`.
  public func valueAndJacobian(
    at point: [Double]
  ) throws(ChainError) -> (value: [Double], jacobian: Matrix) {
    let jacobian = try jacobian(at: point)
    return (trajectory.value, jacobian)
  }

  /// ∂z_j/∂z_i: the outputs of function j by those of function i, where z_0 is
  /// the input and functions are counted from 1.
  ///
  /// - Parameters:
  ///   - i: from 0.
  ///   - j: above i, at most the number of functions.
  /// - Throws: `ChainError`; as `jacobian`.
  public func partialJacobian(
    from i: Int, to j: Int, at point: [Double]
  ) throws(ChainError) -> Matrix {
    guard i >= 0, i < j, j <= function.functions.count else {
      throw ChainError(
        .malformed, at: "/span",
        expected: "0 ≤ from < to ≤ \(function.functions.count)",
        found: "from \(i) to \(j)",
        advice: "z_0 is the input, z_k the output of function k")
    }
    let computation = try computation(
      Request(span: i..<j), "Jacobian of z_\(j) by z_\(i)")
    return try computation.target(trajectory, at: point)
  }

  /// The gradient of a function with one output.
  ///
  /// - Returns: n numbers.
  /// - Throws: `ChainError` (`unsupported`) for several outputs; else as
  ///   `jacobian`.
  public func gradient(at point: [Double]) throws(ChainError) -> [Double] {
    guard function.outputCount == 1 else {
      throw ChainError(
        .unsupported, at: "/functions", expected: "one output",
        found: "\(function.outputCount)",
        advice: "ask for the Jacobian, or for vjp with a cotangent")
    }
    return try jacobian(at: point).denseEntries()
  }

  /// J · S: forward mode, for a block of tangents. A tangent of 0 doesn't move
  /// its input, whatever the derivative by that is.
  ///
  /// - Parameters:
  ///   - tangents: S, n × w, row by row.
  ///   - width: w.
  /// - Returns: m × w, row by row.
  /// - Throws: `ChainError`; as `jacobian`, and for another number of entries.
  public func jvp(
    at point: [Double], tangents: [Double], width: Int = 1
  ) throws(ChainError) -> [Double] {
    try CallerInput.check(tangents, function.inputCount, width, "tangents")
    let computation = try computation(
      Request(span: 0..<function.functions.count, tangents: width), "jvp")
    return try computation.target(trajectory, at: point, seeds: tangents)
      .denseEntries()
  }

  /// S · J: reverse mode, for a block of cotangents. One of 0 asks nothing of
  /// its output, whatever the derivative of that is.
  ///
  /// - Parameters:
  ///   - cotangents: S, w × m, row by row.
  ///   - width: w.
  /// - Returns: w × n, row by row.
  /// - Throws: `ChainError`; as `jacobian`, and for another number of entries.
  public func vjp(
    at point: [Double], cotangents: [Double], width: Int = 1
  ) throws(ChainError) -> [Double] {
    try CallerInput.check(cotangents, function.outputCount, width, "cotangents")
    let computation = try computation(
      Request(span: 0..<function.functions.count, adjoints: width), "vjp")
    return try computation.target(trajectory, at: point, seeds: cotangents)
      .denseEntries()
  }
}

extension PreparedJacobian {
  /// ∂F/∂w_k for every function with parameters, jointly planned: products
  /// that several of them share are computed once.
  ///
  /// - Returns: the number of each function with parameters, from 0, and its
  ///   m × p_k Jacobian.
  /// - Throws: `ChainError` (`unsupported`) when no function has parameters;
  ///   else as `jacobian`.
  public func parameterJacobians(
    at point: [Double]
  ) throws(ChainError) -> [(function: Int, jacobian: Matrix)] {
    guard function.functions.contains(where: { $0 is any ParametricFunction })
    else {
      throw ChainError(
        .unsupported, at: "/functions", expected: "a function with parameters",
        found: "none", advice: "conform a function to ParametricFunction")
    }
    let computation = try computation(
      Request(span: 0..<function.functions.count, kind: .parameters),
      "parameter Jacobians")
    try computation.run(trajectory, at: point)
    var jacobians: [(function: Int, jacobian: Matrix)] = []
    for (target, k) in computation.owners.enumerated() {
      jacobians.append((k, try computation.target(target, trajectory)))
    }
    return jacobians
  }

  /// Gives function `k`, from 0, other parameters, from the next point on.
  ///
  /// - Throws: `ChainError` (`malformed`) when it has no parameters, or
  ///   another number of them.
  public func setParameters(
    _ parameters: [Double], ofFunction k: Int
  ) throws(ChainError) {
    let isThere = function.functions.indices.contains(k)
    try CallerInput.set(
      parameters, of: isThere ? function.functions[k] : nil, k,
      in: isThere ? trajectory.linearizations[k] : nil)
    trajectory.parameterVersions[k] += 1
  }

  /// F(x) with the parameters that were set.
  ///
  /// - Throws: `ChainError` that names the function that failed.
  public func value(at point: [Double]) throws(ChainError) -> [Double] {
    trajectory.kept = trajectory.kept.map { _ in [] }
    try trajectory.move(to: point)
    return trajectory.value
  }
}

/// The order of the whole Jacobian and its price: `print(prepared)`.
extension PreparedJacobian: CustomStringConvertible {
  /// As that of `solved`.
  public var description: String { solved.description }
}
