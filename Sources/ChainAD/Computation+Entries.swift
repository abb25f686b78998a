import ChainExecutor
import JacobianChain

extension Computation {
  /// Who made a number that isn't finite.
  func notFinite(_ operands: ComputationOperands) -> ChainError {
    for case .given(let factor) in program.plan.plan.steps {
      guard let found = operands.entryNotFinite(ofFactor: factor) else {
        continue
      }
      switch roles[factor] {
      case .tangents, .adjoints:
        return ChainError(
          .malformed, at: "/seeds", expected: "finite seeds",
          found: "entry \(found.entry) is \(found.value)",
          advice: "correct the block that the Jacobian is multiplied by")
      case .function, .parameters, .transpose, .curvature: break
      }
      return ChainError(
        .malformed, at: "/functions",
        expected: "finite derivatives of "
          + "\"\(planned.problem.factors[factor].name)\"",
        found: "stored entry \(found.entry) is \(found.value)",
        advice: "keep the point inside the domain of the derivative")
    }
    return ChainError(
      .malformed, at: "/functions", expected: "a finite product",
      found: "an entry that isn't a finite number",
      advice: "see whether a function returns such tangents or adjoints, or "
        + "whether the derivatives are too large to be multiplied")
  }
}

extension Trajectory {
  /// The second derivatives of function `k`.
  func curved(_ k: Int) throws -> any CurvedLinearization {
    try linearizations[k].curved(function.functions[k].name)
  }
}

/// The factors of a program, at the point where a trajectory stands.
struct ComputationOperands: ProgramOperands {
  let computation: Computation
  let trajectory: Trajectory

  func entries(
    ofFactor index: Int, into entries: inout MutableSpan<Double>
  ) throws(ChainError) {
    let role = computation.roles[index]
    let places = trajectory.linearizations
    do {
      switch role {
      case .function(let k):
        try places[k].entries(into: &entries)
      case .parameters(let k):
        let place = places[k] as! any ParametricLinearization
        try place.parameterEntries(into: &entries)
      case .transpose(let k):
        try computation.transposes[index]!.fill(&entries, from: places[k])
      case .curvature(let k):
        let weights = computation.weights[k]!
        try trajectory.curved(k).curvature(
          weights: weights.span, into: &entries)
      case .tangents, .adjoints:
        let seeds = computation.seeds
        for i in seeds.indices { entries[i] = seeds[i] }
      }
    } catch {
      throw failure(error, role)
    }
  }

  private func failure(_ error: any Error, _ role: Role) -> ChainError {
    switch role {
    case .function(let k), .transpose(let k):
      trajectory.failure(error, of: k, "its entries")
    case .parameters(let k):
      trajectory.failure(error, of: k, "the entries of its parameters")
    case .curvature(let k):
      trajectory.failure(error, of: k, "the entries of its curvature")
    case .tangents, .adjoints: preconditionFailure("seeds don't fail")
    }
  }

  /// The first entry of a given factor that isn't finite; nil if there is
  /// none.
  func entryNotFinite(
    ofFactor index: Int
  ) -> (entry: Int, value: Double)? {
    let pattern = computation.planned.problem.patterns[index]
    var entries = [Double](repeating: 0, count: Int(pattern.storedEntries))
    var span = entries.mutableSpan
    // They have been written at this point before.
    guard (try? self.entries(ofFactor: index, into: &span)) != nil else {
      return nil
    }
    return entries.firstIndex { !$0.isFinite }.map { ($0, entries[$0]) }
  }

  func tangents(
    ofFactor index: Int, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    switch computation.roles[index] {
    case .function(let k):
      try trajectory.linearizations[k].tangents(
        of: seeds, width: width, into: &block)
    case .transpose(let k):
      try computation.transposes[index]!.apply(
        .tangent, trajectory.linearizations[k], seeds: seeds, width: width,
        into: &block)
    case .curvature(let k):
      let weights = computation.weights[k]!
      try trajectory.curved(k).curvatureProducts(
        weights: weights.span, of: seeds, width: width, into: &block)
    case .parameters, .tangents, .adjoints:
      preconditionFailure("seeds and parameters have entries")
    }
  }

  func adjoints(
    ofFactor index: Int, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    switch computation.roles[index] {
    case .function(let k):
      try trajectory.linearizations[k].adjoints(
        of: seeds, width: width, into: &block)
    case .transpose(let k):
      try computation.transposes[index]!.apply(
        .adjoint, trajectory.linearizations[k], seeds: seeds, width: width,
        into: &block)
    case .curvature(let k):
      try adjointsOfCurvature(k, seeds, width, into: &block)
    case .parameters, .tangents, .adjoints:
      preconditionFailure("seeds and parameters have entries")
    }
  }

  /// S · C = (C · Sᵀ)ᵀ, as C is symmetric.
  private func adjointsOfCurvature(
    _ k: Int, _ seeds: Span<Double>, _ width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    let n = width == 0 ? 0 : seeds.count / width
    var turned = [Double](repeating: 0, count: n * width)
    var products = turned
    for r in 0..<width {
      for i in 0..<n { turned[i * width + r] = seeds[r * n + i] }
    }
    let weights = computation.weights[k]!
    var span = products.mutableSpan
    try trajectory.curved(k).curvatureProducts(
      weights: weights.span, of: turned.span, width: width, into: &span)
    for r in 0..<width {
      for i in 0..<n { block[r * n + i] = products[i * width + r] }
    }
  }
}
