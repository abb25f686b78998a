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
/// Not for several threads at once: `shared` is, and makes one for each.
public final class PreparedJacobian {
  /// The function.
  package let function: ComposedFunction

  let evaluator: Evaluator
  let trajectory: Trajectory
  let whole: Computation
  /// What runs blocks of seeds, by mode and width.
  private var sweeps: [Mode: [Int: Computation]] = [:]

  init(
    _ function: ComposedFunction, _ evaluator: Evaluator
  ) throws(ChainError) {
    self.function = function
    self.evaluator = evaluator
    trajectory = evaluator.trajectory
    whole = try evaluator.computation(
      .block(from: 0, to: function.functions.count), "Jacobian")
  }

  private init(_ shared: Shared) {
    function = shared.function
    evaluator = Evaluator(shared.preparation)
    trajectory = evaluator.trajectory
    whole = Computation(shared.whole)
  }

  /// A prepared function for any number of threads, each of which takes an
  /// evaluator.
  ///
  /// ```swift
  /// let shared = try f.prepare(measuringAt: x).shared
  /// group.addTask { try shared.evaluator().jacobian(at: x) }
  /// ```
  public struct Shared: Sendable {
    fileprivate let function: ComposedFunction
    fileprivate let preparation: Preparation
    fileprivate let whole: PlannedRequest

    /// The same function with memory of its own, for one thread at a time.
    ///
    /// Plans that one evaluator makes serve all of them. Parameters are its
    /// own, to begin with those of the functions.
    ///
    /// - Complexity: that of the memory; nothing is planned or measured again.
    public func evaluator() -> PreparedJacobian { PreparedJacobian(self) }
  }

  /// What other threads may take evaluators of.
  public var shared: Shared {
    Shared(
      function: function, preparation: evaluator.preparation,
      whole: whole.planned)
  }

  /// What plans are chosen for.
  package var objective: Objective { evaluator.preparation.objective }
  /// Bounds on every plan.
  package var limits: Limits { evaluator.preparation.limits }
  /// The problem that stands for the whole Jacobian: one factor a function.
  package var problem: Problem { solved.problem }
  /// The order that was chosen for it, priced.
  package var plan: PricedPlan { solved.plan }
  /// The same with all that is known of it: solver, bound, proof, and seconds
  /// that choosing took when it was done for the first time.
  public var solved: Solved { whole.solved }
  /// The functions, counted from 0, whose entries the plan takes from a
  /// compiled elimination; its price is no part of the plan's, in which they
  /// are given.
  public var compiledFunctions: [Int] { whole.planned.compiledFunctions }
  /// Threads of the dense products.
  package var threads: Int { whole.program.threads }

  /// The Jacobian ∂F/∂x, m × n, in the structure that its pattern has.
  ///
  /// - Parameter point: n inputs.
  /// - Throws: `ChainError` that names the function that failed, or the first
  ///   one with a value or a derivative that isn't finite, its output and its
  ///   input there. Neither this nor a Jacobian depends on the plan: 0 · ∞ is
  ///   none, in either direction.
  /// - Complexity: the price of the plan, and one forward sweep. Where numbers
  ///   leave the range of doubles on the way, also O(entries of the functions'
  ///   Jacobians); where what was lost by that may be a double in the end, a
  ///   path with a product of 2^−990 or more, m or n sweeps in a wider range,
  ///   if these take at most 2^22 entries and 2^28 multiplications.
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
    return (trajectory.value(end), jacobian)
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
    let computation = try evaluator.computation(
      .block(from: i, to: j), "Jacobian of z_\(j) by z_\(i)")
    return try computation.target(trajectory, at: point)
  }

  /// The gradient of a function with one output.
  ///
  /// - Returns: n numbers.
  /// - Throws: `ChainError` (`unsupported`) for several outputs; else as
  ///   `jacobian`.
  public func gradient(at point: [Double]) throws(ChainError) -> [Double] {
    try CallerInput.checkGradient(function.outputCount)
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
    let computation = try sweep(.tangent, width) {
      Request(
        blocks: [.init(from: end + 1, to: end)],
        seeds: .init(mode: .tangent, width: width, vertices: [0]))
    }
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
    let computation = try sweep(.adjoint, width) {
      .adjoints(from: 0, to: end, width: width, last: end)
    }
    return try computation.target(trajectory, at: point, seeds: cotangents)
      .denseEntries()
  }

  /// What multiplies a block; found in less than it takes to make a request.
  private func sweep(
    _ mode: Mode, _ width: Int, _ request: () -> Request
  ) throws(ChainError) -> Computation {
    if let known = sweeps[mode]?[width] { return known }
    let made = try evaluator.computation(
      request(), mode == .tangent ? "jvp" : "vjp")
    sweeps[mode, default: [:]][width] = made
    return made
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
    let owners = function.functions.indices.filter {
      function.functions[$0] is any ParametricFunction
    }
    guard !owners.isEmpty else {
      throw ChainError(
        .unsupported, at: "/functions", expected: "a function with parameters",
        found: "none", advice: "conform a function to ParametricFunction")
    }
    let computation = try evaluator.computation(
      Request(
        blocks: owners.indices.map { .init(from: end + 1 + $0, to: end) },
        parameters: owners), "parameter Jacobians")
    try computation.run(trajectory, at: point)
    return zip(owners, try computation.targets(trajectory)).map { ($0, $1) }
  }

  /// Gives function `k`, from 0, other parameters, from the next point on.
  ///
  /// - Throws: `ChainError` (`malformed`) when it has no parameters, or
  ///   another number of them.
  public func setParameters(
    _ parameters: [Double], ofFunction k: Int
  ) throws(ChainError) {
    try evaluator.setParameters(parameters, ofFunction: k)
  }

  /// F(x) with the parameters that were set.
  ///
  /// - Throws: `ChainError` that names the function that failed.
  public func value(at point: [Double]) throws(ChainError) -> [Double] {
    try trajectory.evaluate(at: point)
    return trajectory.value(end)
  }

  /// The vertex of F(x).
  var end: Int { function.functions.count }
}

extension PreparedJacobian {
  /// How many targets have been computed in a wide range, because doubles did
  /// not do.
  package var wideTargets: Int { trajectory.wideTargets }
}

/// The order of the whole Jacobian and its price: `print(prepared)`.
extension PreparedJacobian: CustomStringConvertible {
  /// As that of `solved`.
  public var description: String { solved.description }
}
