import JacobianChain

/// All that it takes to perform any step of a plan, on any thread.
///
/// A step does the same arithmetic in the same order whoever performs it.
struct StepWork: Sendable {
  let plan: PricedPlan
  let problem: Problem
  let operands: [any Operand]
  let workspace: Workspace
  let compressions: CompressionCache
  /// Where dense values go, by step; others go to the pool.
  var places: [Int: Buffer] = [:]

  /// What one step makes.
  struct Made: Sendable {
    var value: Matrix
    var fma: UInt128 = 0
    var evaluations = 0
  }

  /// Performs step `id`; `first` and `second` are the values it reads.
  func perform(
    _ id: Int, _ first: Matrix?, _ second: Matrix?
  ) throws(ChainError) -> Made {
    var made = try make(id, first, second)
    if let place = places[id] { made.value = made.value.moved(to: place) }
    return made
  }

  private func make(
    _ id: Int, _ first: Matrix?, _ second: Matrix?
  ) throws(ChainError) -> Made {
    switch plan.plan.steps[id] {
    case .given(let factor):
      return Made(value: try entries(of: factor, id))
    case .accumulate(let factor, let mode):
      return try evaluate(factor, mode, nil, id)
    case .multiply:
      guard let a = first, let b = second else { throw Executor.lost(id) }
      return try located(id) { () throws(ChainError) in
        let (value, fma) = try Matrix.product(
          a, b, pattern: plan.steps[id].pattern, in: workspace,
          workingIn: workspace, at: places[id])
        return Made(value: value, fma: UInt128(fma))
      }
    case .add:
      guard let a = first, let b = second else { throw Executor.lost(id) }
      return try located(id) { () throws(ChainError) in
        Made(
          value: try Matrix.sum(
            a, b, pattern: plan.steps[id].pattern, in: workspace,
            at: places[id]))
      }
    case .eliminate(let factor, let mode, _):
      guard let value = first else { throw Executor.lost(id) }
      return try evaluate(factor, mode, value, id)
    }
  }

  /// What doesn't fit into memory belongs to a step.
  private func located(
    _ id: Int, _ make: () throws(ChainError) -> Made
  ) throws(ChainError) -> Made {
    do {
      return try make()
    } catch {
      var error = error
      error.location = "/steps/\(id)"
      throw error
    }
  }

  /// The entries of a given factor, in the pattern that was priced.
  func entries(
    of factor: Int, _ id: Int
  ) throws(ChainError) -> Matrix {
    guard let entries = operands[factor].entries else {
      let name = problem.factors[factor].name
      throw ChainError(
        .malformed, at: "/steps/\(id)", expected: "entries of \"\(name)\"",
        found: "an operand that can only be applied",
        advice: "give the entries, or plan with this factor matrix-free")
    }
    guard entries.pattern == problem.patterns[factor] else {
      let name = problem.factors[factor].name
      throw ChainError(
        .malformed, at: "/steps/\(id)",
        expected: "\"\(name)\" as \(problem.patterns[factor].structure.name), "
          + "the pattern it declares",
        found: "another pattern, \(entries.pattern.structure.name)",
        advice: "make the matrix with the pattern of the problem")
    }
    return entries
  }

  /// A matrix-free step: compress, apply to all seeds at once, decompress.
  private func evaluate(
    _ factor: Int, _ mode: Mode, _ value: Matrix?, _ id: Int
  ) throws(ChainError) -> Made {
    let (pattern, operand) = (plan.steps[id].pattern, operands[factor])
    let compression = compressions.compression(of: pattern, mode, step: id)
    guard compression.count > 0 else {
      // Nothing can be nonzero, so there is nothing to evaluate.
      return Made(value: try Matrix(zero: pattern, in: workspace))
    }
    let block: Matrix
    let evaluations: Int
    do {
      // Gone at the end of this scope: the value comes after them.
      let seeds =
        if let value {
          try compression.compress(value, in: workspace)
        } else {
          try compression.seeds(in: workspace)
        }
      switch mode {
      case .tangent:
        evaluations = seeds.columns
        block = try operand.tangent(seeds, in: workspace)
      case .adjoint:
        evaluations = seeds.rows
        block = try operand.adjoint(seeds, in: workspace)
      }
    } catch {
      throw Executor.failed(error, mode, problem.factors[factor].name, id)
    }
    let height = mode == .tangent ? operand.rows : evaluations
    let width = mode == .tangent ? evaluations : operand.columns
    guard block.pattern.isDense, block.rows == height, block.columns == width
    else {
      throw ChainError(
        .malformed, at: "/steps/\(id)",
        expected: "a dense \(height) × \(width) block of \(mode)s of "
          + "\"\(problem.factors[factor].name)\"",
        found: "\(block.pattern.structure.name), "
          + "\(block.rows) × \(block.columns)",
        advice: "let the operand return one column per tangent seed, one row "
          + "per adjoint seed")
    }
    return Made(
      value: try compression.restore(block, in: workspace),
      fma: problem.factors[factor].fma(of: evaluations, mode),
      evaluations: evaluations)
  }
}

extension Factor {
  /// Evaluations × declared cost.
  func fma(of evaluations: Int, _ mode: Mode) -> UInt128 {
    UInt128(evaluations) * UInt128(cost(mode) ?? 0)
  }
}
