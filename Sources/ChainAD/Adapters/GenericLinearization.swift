import JacobianChain

/// The derivative of a generic function at a point, and the memory that it
/// takes: three sets of numbers and a tape, all reused.
final class GenericLinearization: ParametricLinearization {
  typealias DualBlock = GenericProgram.DualBlock

  let program: GenericProgram
  let name: String
  let structure: Structure

  var point: [Double]
  var parameters: [Double]
  /// Those of the next point.
  var nextParameters: [Double]
  var outputs: [Double]
  var hasPoint = false

  var dualPoint: [DualBlock]
  var dualParameters: [DualBlock]
  var dualOutputs: [DualBlock]

  let tape: Tape
  /// What the tape holds of the point.
  var recording = Recording.none
  var tracedPoint: [Traced]
  var tracedParameters: [Traced]
  var tracedOutputs: [Traced]

  /// Made when entries of a structure are asked for the first time.
  var recipe: EntryRecipe?
  /// Made when second derivatives are asked for the first time.
  var curvatureWorkspace: CurvatureWorkspace?

  /// Which numbers of a recording are inputs; the others are constants.
  enum Recording {
    case none, inputs, parameters
  }

  init(
    _ program: GenericProgram, name: String, structure: Structure,
    tape: Tape = Tape()
  ) {
    let (n, m, p) = (
      program.inputCount, program.outputCount, program.parameters.count
    )
    self.program = program
    self.name = name
    self.structure = structure
    self.tape = tape
    point = Array(repeating: 0, count: n)
    parameters = program.parameters
    nextParameters = program.parameters
    outputs = Array(repeating: 0, count: m)
    dualPoint = Array(repeating: 0, count: n)
    dualParameters = parameters.map { DualBlock($0) }
    dualOutputs = Array(repeating: 0, count: m)
    tracedPoint = Array(repeating: 0, count: n)
    tracedParameters = Array(repeating: 0, count: p)
    tracedOutputs = Array(repeating: 0, count: m)
  }

  func move(
    to point: Span<Double>, value: inout MutableSpan<Double>,
    keeping kept: Abilities
  ) throws {
    hasPoint = false
    recording = .none
    try Refusal.check(point.count, program.inputCount, "inputs", of: name)
    try Refusal.check(value.count, program.outputCount, "outputs", of: name)
    for index in self.point.indices { self.point[index] = point[index] }
    for index in self.point.indices {
      dualPoint[index] = DualBlock(point[index])
    }
    for index in parameters.indices {
      parameters[index] = nextParameters[index]
      dualParameters[index] = DualBlock(parameters[index])
    }
    // A recording gives the value on the way.
    if kept.contains(.adjoint) {
      try record(.inputs)
      for index in tracedOutputs.indices {
        value[index] = tracedOutputs[index].primal
      }
    } else {
      try program.value(self.point, parameters, &outputs)
      try Refusal.check(
        outputs.count, program.outputCount, "outputs", of: name)
      for index in outputs.indices { value[index] = outputs[index] }
    }
    hasPoint = true
  }

  func tangents(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    try Refusal.checkPoint(hasPoint, name)
    try GenericSweeper(self, .inputs).sweep(
      .tangent, seeds: seeds, width: width, into: &block)
  }

  func adjoints(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    try Refusal.checkPoint(hasPoint, name)
    try GenericSweeper(self, .inputs).sweep(
      .adjoint, seeds: seeds, width: width, into: &block)
  }

  func entries(into entries: inout MutableSpan<Double>) throws {
    try Refusal.checkPoint(hasPoint, name)
    try GenericSweeper(self, .inputs).entries(
      of: structure, recipe: &recipe, into: &entries)
  }

  func parameterEntries(into entries: inout MutableSpan<Double>) throws {
    try Refusal.checkPoint(hasPoint, name)
    try GenericSweeper(self, .parameters).denseEntries(into: &entries)
  }

  func setParameters(_ parameters: Span<Double>) throws {
    try Refusal.check(
      parameters.count, nextParameters.count, "parameters", of: name)
    for index in nextParameters.indices {
      nextParameters[index] = parameters[index]
    }
  }
}
