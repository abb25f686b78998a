import JacobianChain

/// Sweeps through the curvature C = Σ λ_i ∇²F_i of a generic function: each
/// sweep is one recording on duals that move along four directions and one
/// pass back over it (Pearlmutter 1994, doi:10.1162/neco.1994.6.1.147).
struct CurvatureSweeper: Sweeper {
  let place: GenericLinearization
  let workspace: CurvatureWorkspace
  let weights: UnsafeBufferPointer<Double>

  var name: String { place.name }
  var rows: Int { place.point.count }
  var columns: Int { place.point.count }
  /// None; as C is symmetric, tangents are never dearer.
  var recordedMode: Mode { .adjoint }

  func sweep(
    _ mode: Mode, width: Int, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) throws {
    let n = rows
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = min(Tape.lanes, width - first)
      try record { index in
        var tangent = SIMD4<Double>.zero
        for lane in 0..<lanes { tangent[lane] = seed(index, first + lane) }
        return tangent
      }
      workspace.tape.sweep(
        from: workspace.outputs, weights: Span(_unsafeElements: weights))
      for index in 0..<n {
        let row = workspace.tape.curvature(ofInput: index)
        for lane in 0..<lanes {
          let seed = first + lane
          // S · C is the transpose of C · Sᵀ.
          block[mode == .tangent ? index * width + seed : seed * n + index] =
            row[lane]
        }
      }
    }
  }

  private func record(_ tangent: (Int) -> SIMD4<Double>) throws {
    let tape = workspace.tape
    tape.restart()
    for index in workspace.point.indices {
      workspace.point[index] = tape.input(
        place.point[index], moving: tangent(index))
    }
    for index in workspace.parameters.indices {
      workspace.parameters[index] = TracedDual(place.parameters[index])
    }
    try place.program.curved(
      workspace.point, workspace.parameters, &workspace.outputs)
    try Refusal.check(
      workspace.outputs.count, place.program.outputCount, "outputs", of: name)
    guard !tape.isFull else { throw Refusal.fullTape(name) }
    guard !tape.hasUnknownStep else {
      throw ChainError(
        .unsupported, at: "function \(name)",
        expected: "steps with second derivatives",
        found: "Scalar.elemental, which gives a slope alone",
        advice: "write the function with the operations of Scalar")
    }
  }
}

/// What second derivatives of a generic function need, made when they are
/// asked for the first time.
final class CurvatureWorkspace {
  let tape = CurvedTape()
  var point: [TracedDual]
  var parameters: [TracedDual]
  var outputs: [TracedDual]
  /// How entries of the structure come from few directions.
  var recipe: EntryRecipe?

  init(_ program: GenericProgram) {
    point = Array(repeating: 0, count: program.inputCount)
    parameters = Array(repeating: 0, count: program.parameters.count)
    outputs = Array(repeating: 0, count: program.outputCount)
  }
}

extension GenericLinearization: CurvedLinearization {
  func curvature(
    weights: Span<Double>, into entries: inout MutableSpan<Double>
  ) throws {
    let structure = try GenericProgram.curvatureStructure(
      structure, program.outputCount, program.inputCount)
    try withSweeper(weights) { sweeper, workspace in
      try sweeper.entries(
        of: structure, recipe: &workspace.recipe, into: &entries)
    }
  }

  func curvatureProducts(
    weights: Span<Double>, of seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    try withSweeper(weights) { sweeper, _ in
      try sweeper.sweep(.tangent, seeds: seeds, width: width, into: &block)
    }
  }

  private func withSweeper(
    _ weights: Span<Double>,
    _ body: (CurvatureSweeper, CurvatureWorkspace) throws -> Void
  ) throws {
    try Refusal.checkPoint(hasPoint, name)
    try Refusal.check(
      weights.count, program.outputCount, "weights", of: name)
    let workspace = curvatureWorkspace ?? CurvatureWorkspace(program)
    curvatureWorkspace = workspace
    try weights.withUnsafeBufferPointer { weights in
      try body(
        CurvatureSweeper(place: self, workspace: workspace, weights: weights),
        workspace)
    }
  }
}

extension GenericProgram {
  /// Where second derivatives can lie: two inputs that meet in one output, the
  /// pattern of Jᵀ · J.
  static func curvatureStructure(
    _ structure: Structure, _ rows: Int, _ columns: Int
  ) throws(ChainError) -> Structure {
    let own = try Pattern(
      rows: rows, columns: columns, structure: structure, at: "/structure")
    let both = try Pattern.product(own.transposed(), own).structure
    // No function declares a submatrix.
    if case .submatrix = both { return .dense }
    return both
  }

  func curvature(_ structure: Structure) -> Curvature {
    if structure.isUnit { return .zero }
    let curvature = try? Self.curvatureStructure(
      structure, outputCount, inputCount)
    return .products(curvature ?? .dense)
  }
}

extension GenericFunction: CurvedFunction {
  /// Products, forward over reverse; they lie where two inputs meet in one
  /// output.
  public var curvature: Curvature { program.curvature(structure) }
}

extension ParametricGenericFunction: CurvedFunction {
  /// Products by the inputs, forward over reverse; they lie where two inputs
  /// meet in one output.
  public var curvature: Curvature { program.curvature(structure) }
}
