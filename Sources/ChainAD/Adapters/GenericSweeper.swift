import JacobianChain

/// Sweeps through the Jacobian of a generic function with respect to its
/// inputs, or to its parameters.
struct GenericSweeper: Sweeper {
  let place: GenericLinearization
  let source: GenericLinearization.Recording

  init(
    _ place: GenericLinearization, _ source: GenericLinearization.Recording
  ) {
    self.place = place
    self.source = source
  }

  var name: String { place.name }
  var rows: Int { place.program.outputCount }
  var columns: Int {
    source == .parameters ? place.parameters.count : place.point.count
  }
  var recordedMode: Mode { .adjoint }

  func sweep(
    _ mode: Mode, width: Int, zeros: ZeroSeed,
    into block: inout MutableSpan<Double>, seed: (Int, Int) -> Double
  ) throws {
    switch mode {
    case .tangent:
      place.restDuals()
      // The other numbers have to find these at rest afterwards.
      defer { move(.absent, 0..<0) { _, _ in 0 } }
      try sweepDuals(mode, width: width, into: &block, seed: seed) { lanes in
        move(zeros, lanes, seed)
        try place.program.dual(
          place.dualPoint, place.dualParameters, &place.dualOutputs)
        return place.dualOutputs
      } record: {
        try place.record(source)
        return (place.tape, place.tracedOutputs)
      }
    case .adjoint:
      try place.record(source)
      sweepRecording(
        place.tape, from: place.tracedOutputs, mode, width: width, zeros,
        into: &block, seed: seed)
    }
  }

  /// Sets what the point, or the parameters, move along.
  private func move(
    _ zeros: ZeroSeed, _ lanes: Range<Int>, _ seed: (Int, Int) -> Double
  ) {
    if source == .parameters {
      for index in place.dualParameters.indices {
        place.dualParameters[index].move(zeros, lanes) { seed(index, $0) }
      }
    } else {
      for index in place.dualPoint.indices {
        place.dualPoint[index].move(zeros, lanes) { seed(index, $0) }
      }
    }
  }
}
