import CChainKernels
import JacobianChain

/// Sweeps through the curvature C = Σ λ_i ∇²F_i of a generic function: each
/// sweep is one recording on duals that move along four directions and one
/// pass back over it (Pearlmutter 1994, doi:10.1162/neco.1994.6.1.147).
struct CurvatureSweeper {
  let place: GenericLinearization
  let workspace: CurvatureWorkspace

  var name: String { place.name }

  /// C · S.
  func sweep(
    weights: Span<Double>, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    let n = place.point.count
    try Refusal.check(seeds.count, n * width, "seeds", of: name)
    try Refusal.check(block.count, n * width, "products", of: name)
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = first..<min(first + Tape.lanes, width)
      let before = range_flags_begin()
      try record(seeds, width, lanes)
      workspace.tape.sweep(from: workspace.outputs, weights: weights)
      for index in 0..<n {
        let row = workspace.tape.curvature(ofInput: index)
        for lane in lanes { block[index * width + lane] = row[lane - first] }
      }
      if range_flags_end(before), workspace.tape.needsRange {
        try mend(lanes, weights, seeds, width, in: &block)
      }
    }
  }

  /// Finds products once more where what left the range of doubles on the way
  /// may matter, one direction at a time. What has a pole stays as it is.
  private func mend(
    _ lanes: Range<Int>, _ weights: Span<Double>, _ seeds: Span<Double>,
    _ width: Int, in block: inout MutableSpan<Double>
  ) throws {
    let weights = weights.indices.map { Wide(weights[$0]) }
    for lane in lanes {
      let seed = place.point.indices.map { Wide(seeds[$0 * width + lane]) }
      guard let product = try place.wideCurvature(along: seed, weights) else {
        continue
      }
      for index in product.indices {
        block[index * width + lane] = product[index].rounded
      }
    }
  }

  private func record(
    _ seeds: Span<Double>, _ width: Int, _ lanes: Range<Int>
  ) throws {
    let tape = workspace.tape
    tape.restart()
    for index in workspace.point.indices {
      var number = CurvedTape.Number(place.point[index])
      number.move(.number, lanes) { seeds[index * width + $0] }
      workspace.point[index] = tape.input(number)
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

  init(_ program: GenericProgram) {
    point = Array(repeating: 0, count: program.inputCount)
    parameters = Array(repeating: 0, count: program.parameters.count)
    outputs = Array(repeating: 0, count: program.outputCount)
  }
}

extension GenericLinearization: CurvedLinearization {
  func curvatureProducts(
    weights: Span<Double>, of seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    try Refusal.checkPoint(hasPoint, name)
    try Refusal.check(
      weights.count, program.outputCount, "weights", of: name)
    let workspace = curvatureWorkspace ?? CurvatureWorkspace(program)
    curvatureWorkspace = workspace
    try CurvatureSweeper(place: self, workspace: workspace).sweep(
      weights: weights, seeds: seeds, width: width, into: &block)
  }
}

extension GenericFunction: CurvedFunction {
  /// Products, forward over reverse; they lie where two inputs meet in one
  /// output.
  var curvature: Curvature { curvatureByProducts }
}

extension ParametricGenericFunction: CurvedFunction {
  /// Products by the inputs, forward over reverse; they lie where two inputs
  /// meet in one output.
  var curvature: Curvature { curvatureByProducts }
}
