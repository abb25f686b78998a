import JacobianChain

/// The derivative of a function at a point, from its pullback alone.
final class PullbackLinearization: GivenCurvaturePlace, Sweeper {
  let function: PullbackFunction
  var point: [Double]
  var hasPoint = false
  var cotangents: [GenericProgram.DualBlock]
  let tape = Tape()
  var tracedCotangents: [Traced]
  /// v · J as recorded; empty until the first tangent at a point.
  var tracedResults: [Traced] = []
  var recipe: EntryRecipe?

  var name: String { function.name }
  var rows: Int { function.outputCount }
  var columns: Int { function.inputCount }
  var recordedMode: Mode { .tangent }

  init(_ function: PullbackFunction) {
    self.function = function
    point = Array(repeating: 0, count: function.inputCount)
    // The pullback is linear: any cotangent will do. At 1 no shortcut that a
    // pullback may take for 0 cuts the way.
    cotangents = Array(repeating: 1, count: function.outputCount)
    tracedCotangents = Array(repeating: 1, count: function.outputCount)
  }

  func move(
    to point: Span<Double>, value: inout MutableSpan<Double>,
    keeping kept: Abilities
  ) throws {
    tracedResults.removeAll(keepingCapacity: true)
    try move(to: point, value: &value, by: function.value)
  }

  func tangents(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    try sweep(.tangent, seeds: seeds, width: width, into: &block)
  }

  func adjoints(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    try sweep(.adjoint, seeds: seeds, width: width, into: &block)
  }

  func entries(into entries: inout MutableSpan<Double>) throws {
    try self.entries(
      of: function.structure, recipe: &recipe, into: &entries)
  }

  func sweep(
    _ mode: Mode, width: Int, zeros: ZeroSeed,
    into block: inout MutableSpan<Double>, seed: (Int, Int) -> Double
  ) throws {
    try Refusal.checkPoint(hasPoint, name)
    switch mode {
    case .tangent:
      // J · S = the adjoints of v ↦ v · J.
      try record()
      sweepRecording(
        tape, from: tracedResults, mode, width: width, zeros, into: &block,
        seed: seed)
    case .adjoint:
      // S · J = the tangents of v ↦ v · J.
      try sweepDuals(mode, width: width, into: &block, seed: seed) { lanes in
        for row in cotangents.indices {
          cotangents[row].move(zeros, lanes) { seed(row, $0) }
        }
        return try function.dual(point, cotangents)
      } record: {
        try record()
        return (tape, tracedResults)
      }
    }
  }

  func record() throws {
    guard tracedResults.isEmpty else { return }
    tape.restart()
    for index in tracedCotangents.indices {
      tracedCotangents[index] = tape.input(1)
    }
    let results = try function.traced(point, tracedCotangents)
    try Refusal.check(results.count, columns, "adjoints", of: name)
    guard !tape.isFull else { throw Refusal.fullTape(name) }
    tracedResults = results
  }
}
