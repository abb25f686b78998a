import ChainExecutor
import JacobianChain

extension Trajectory {
  /// The second derivatives of function `k`.
  func curved(_ k: Int) throws -> any CurvedLinearization {
    try linearizations[k].curved(function.functions[k].name)
  }
}

/// The factors of a program, at the point where a trajectory stands.
struct ComputationOperands: Operands {
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

  func failure(_ error: any Error, _ role: Role) -> ChainError {
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

  func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    switch computation.roles[index] {
    case .function(let k):
      trajectory.foreignPoles.look(at: seeds, of: k)
      try trajectory.linearizations[k].apply(
        mode, to: seeds, width: width, into: &block)
    case .transpose(let k):
      trajectory.foreignPoles.look(at: seeds, of: k)
      try computation.transposes[index]!.apply(
        mode, trajectory.linearizations[k], seeds: seeds, width: width,
        into: &block)
    case .curvature(let k):
      guard mode == .tangent else {
        return try adjointsOfCurvature(k, seeds, width, into: &block)
      }
      let weights = computation.weights[k]!
      try trajectory.curved(k).curvatureProducts(
        weights: weights.span, of: seeds, width: width, into: &block)
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

extension Linearization {
  /// J · S, or S · J.
  func apply(
    _ mode: Mode, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    switch mode {
    case .tangent: try tangents(of: seeds, width: width, into: &block)
    case .adjoint: try adjoints(of: seeds, width: width, into: &block)
    }
  }
}
