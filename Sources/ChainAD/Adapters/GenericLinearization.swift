import JacobianChain

/// The derivative of a generic function at a point, and the memory that it
/// takes: three sets of numbers and a tape, all reused.
final class GenericLinearization: ParametricLinearization {
  typealias DualBlock = GenericProgram.DualBlock

  let program: GenericProgram
  let name: String
  let structure: Structure
  let isDense: Bool

  var point: [Double]
  var parameters: [Double]
  /// Those of the next point.
  var nextParameters: [Double]
  var outputs: [Double]
  var hasPoint = false

  var dualPoint: [DualBlock]
  var dualParameters: [DualBlock]
  var dualOutputs: [DualBlock]
  /// Whether the duals stand at the point.
  var hasDuals = false

  let tape: Tape
  /// What the tape holds of the point.
  var recording = Recording.none
  var tracedPoint: [Traced]
  var tracedParameters: [Traced]
  var tracedOutputs: [Traced]

  /// Made when entries of a structure are asked for the first time.
  var recipe: EntryRecipe?
  /// Programs of the ways that the function was seen to take, the last one
  /// first, and whether there will never be any that are worth it.
  var ways: [ScalarPlaces] = [] {
    didSet { firstWay = ways.first?.memory }
  }
  var isPastEliminating = false
  /// That of the first way.
  private(set) var firstWay: ScalarMemory?
  /// Whether the first way has the entries at the point; else sweeps find them.
  private(set) var isEliminated = false
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
    isDense = if case .dense = structure { true } else { false }
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
    hasDuals = false
    isEliminated = false
    recording = .none
    try Refusal.check(point.count, program.inputCount, "inputs", of: name)
    try Refusal.check(value.count, program.outputCount, "outputs", of: name)
    self.point.withUnsafeMutableBufferPointer { own in
      for index in own.indices { own[index] = point[index] }
    }
    if !parameters.isEmpty { parameters = nextParameters }
    if kept.contains(.entries) { isEliminated = try eliminate(at: point) }
    // A recording gives the value on the way, and so does an elimination.
    if isEliminated { firstWay!.writeOutputs(into: &value) }
    if kept.contains(.adjoint) {
      try record(.inputs)
      for index in tracedOutputs.indices {
        value[index] = tracedOutputs[index].primal
      }
    } else if !isEliminated {
      try program.value(self.point, parameters, &outputs)
      try Refusal.check(
        outputs.count, program.outputCount, "outputs", of: name)
      for index in outputs.indices { value[index] = outputs[index] }
    }
    hasPoint = true
  }

  /// Makes sure that the duals stand at the point, at rest.
  func restDuals() {
    if hasDuals { return }
    for index in point.indices { dualPoint[index] = DualBlock(point[index]) }
    for index in parameters.indices {
      dualParameters[index] = DualBlock(parameters[index])
    }
    hasDuals = true
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
    if isEliminated { return try writeEliminated(into: &entries) }
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
