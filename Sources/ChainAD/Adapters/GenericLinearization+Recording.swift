import JacobianChain

extension GenericLinearization {
  /// Makes sure that the tape holds the point with these numbers as inputs;
  /// the others are constants.
  func record(_ source: Recording) throws {
    guard recording != source else { return }
    recording = .none
    tape.restart()
    for index in point.indices {
      tracedPoint[index] =
        source == .inputs ? tape.input(point[index]) : Traced(point[index])
    }
    for index in parameters.indices {
      tracedParameters[index] =
        source == .parameters
        ? tape.input(parameters[index]) : Traced(parameters[index])
    }
    try program.traced(tracedPoint, tracedParameters, &tracedOutputs)
    try Refusal.check(
      tracedOutputs.count, program.outputCount, "outputs", of: name)
    guard !tape.isFull else { throw Refusal.fullTape(name) }
    recording = source
  }

  /// Records at a point: the doubles on the tape.
  func tapeLength(at point: [Double]) throws -> Int {
    try Refusal.check(point.count, program.inputCount, "inputs", of: name)
    self.point = point
    recording = .none
    try record(.inputs)
    return tape.count * Tape.doublesPerStep
  }
}
