import ChainExecutor
import JacobianChain

extension Computation {
  /// Fills in the entries of a factor that the plan reads.
  func fill(
    _ factor: Int, _ role: Role, _ trajectory: Trajectory, _ seeds: [Double]
  ) throws(ChainError) {
    let places = trajectory.linearizations
    do {
      try program.withEntries(ofFactor: factor) { entries in
        switch role {
        case .function(let k):
          try places[k].entries(into: &entries)
        case .parameters(let k):
          let place = places[k] as! any ParametricLinearization
          try place.parameterEntries(into: &entries)
        case .transpose(let k):
          try transposes[factor]!.fill(&entries, from: places[k])
        case .curvature(let k):
          let weights = weights[k]!
          try trajectory.curved(k).curvature(
            weights: weights.span, into: &entries)
        case .tangents, .adjoints:
          for i in seeds.indices { entries[i] = seeds[i] }
        }
      }
    } catch {
      throw failure(error, role, trajectory)
    }
  }

  private func failure(
    _ error: any Error, _ role: Role, _ trajectory: Trajectory
  ) -> ChainError {
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

  /// Who made a number that isn't finite.
  func notFinite(_ trajectory: Trajectory) -> ChainError {
    for factor in roles.indices
    where program.readsEntries(ofFactor: factor) {
      var found: (entry: Int, value: Double)?
      program.withEntries(ofFactor: factor) { entries in
        for i in entries.indices where !entries[i].isFinite {
          found = (i, entries[i])
          return
        }
      }
      guard let found else { continue }
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

/// The matrix-free factors of a program.
struct ComputationOperands: ProgramOperands {
  let computation: Computation
  let trajectory: Trajectory

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
