import ChainExecutor
import JacobianChain

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
        try places[k]!.entries(into: &entries)
      case .part(let k, let part):
        try write(part, of: k, into: &entries)
      case .unit:
        for place in entries.indices { entries[place] = 1 }
      case .parameters(let k):
        let place = places[k] as! any ParametricLinearization
        try place.parameterEntries(into: &entries)
      case .transpose(let k):
        try computation.transpose(index).fill(&entries, from: places[k]!)
      case .curvature(let k): try writeCurvature(of: k, into: &entries)
      case .curvaturePart(let k, let part):
        let whole = try wholeCurvature(of: k, part.pattern).entries
        for (place, position) in part.positions.enumerated() {
          entries[place] = whole.base[position]
        }
      case .seeds(let first, let stride):
        let seeds = computation.seeds
        let columns = computation.solved.problem.factors[index].columns
        for i in 0..<entries.count / columns {
          for j in 0..<columns {
            entries[i * columns + j] = seeds[first + i * stride + j]
          }
        }
      }
    } catch {
      throw failure(error, role)
    }
  }

  /// Those of the whole function are made once for all its parts.
  private func write(
    _ part: Part, of k: Int, into entries: inout MutableSpan<Double>
  ) throws {
    if let unit = part.pattern.structure.unit {
      for place in entries.indices { entries[place] = unit }
      return
    }
    let whole = try trajectory.wholeEntries(of: k, part.pattern).entries
    for (place, position) in part.positions.enumerated() {
      entries[place] = whole.base[position]
    }
  }

  /// All entries of C_k, made once at a point for all its parts.
  func wholeCurvature(
    of k: Int, _ pattern: Pattern
  ) throws -> WholeEntries {
    let whole =
      computation.wholeCurvatures[k]
      ?? WholeEntries(count: Int(clamping: pattern.storedEntries))
    computation.wholeCurvatures[k] = whole
    if whole.move != trajectory.moves {
      try write(whole.entries, of: k)
      whole.move = trajectory.moves
    }
    return whole
  }

  // Within `wholeCurvature` it crashes the optimizer of Swift 6.3.
  private func write(_ doubles: Doubles, of k: Int) throws {
    var entries = MutableSpan(
      _unsafeStart: doubles.base, count: doubles.count)
    try writeCurvature(of: k, into: &entries)
  }

  /// All entries of C_k, with its weights.
  func writeCurvature(
    of k: Int, into entries: inout MutableSpan<Double>
  ) throws {
    let weights = computation.weights[k]!
    try trajectory.curved(k).curvature(weights: weights.span, into: &entries)
  }

  func failure(_ error: any Error, _ role: Role) -> ChainError {
    switch role {
    case .function(let k), .part(let k, _), .transpose(let k):
      trajectory.failure(error, of: k, "its entries")
    case .parameters(let k):
      trajectory.failure(error, of: k, "the entries of its parameters")
    case .curvature(let k), .curvaturePart(let k, _):
      trajectory.failure(error, of: k, "the entries of its curvature")
    case .unit, .seeds: preconditionFailure("what is known doesn't fail")
    }
  }

  func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    switch computation.roles[index] {
    case .function(let k):
      trajectory.look(at: seeds, of: k)
      try trajectory.linearizations[k]!.apply(
        mode, to: seeds, width: width, into: &block)
    case .transpose(let k):
      trajectory.look(at: seeds, of: k)
      try computation.transpose(index).apply(
        mode, trajectory.linearizations[k]!, seeds: seeds, width: width,
        into: &block)
    case .curvature(let k):
      guard mode == .tangent else {
        return try adjointsOfCurvature(k, seeds, width, into: &block)
      }
      let weights = computation.weights[k]!
      try trajectory.curved(k).curvatureProducts(
        weights: weights.span, of: seeds, width: width, into: &block)
    case .part, .unit, .parameters, .curvaturePart, .seeds:
      preconditionFailure("whole functions alone are applied")
    }
  }

  /// S · C = (C · Sᵀ)ᵀ, as C is symmetric.
  private func adjointsOfCurvature(
    _ k: Int, _ seeds: Span<Double>, _ width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    let n = width == 0 ? 0 : seeds.count / width
    let (turned, products) = computation.scratch(n * width)
    for r in 0..<width {
      for i in 0..<n { turned[i * width + r] = seeds[r * n + i] }
    }
    let weights = computation.weights[k]!
    var span = MutableSpan(_unsafeStart: products, count: n * width)
    try trajectory.curved(k).curvatureProducts(
      weights: weights.span,
      of: Span(_unsafeStart: Input(turned), count: n * width), width: width,
      into: &span)
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
