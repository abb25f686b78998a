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
    _ mode: Mode, width: Int, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) throws {
    switch mode {
    case .tangent:
      // The other numbers have to find these at rest afterwards.
      defer { setTangents { _ in .zero } }
      try sweepTangents(width: width, into: &block, seed: seed)
    case .adjoint:
      try place.record(source)
      sweepAdjoints(width: width, into: &block, seed: seed)
    }
  }

  private func sweepTangents(
    width: Int, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) throws {
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = min(Tape.lanes, width - first)
      setTangents { index in
        var tangent = SIMD4<Double>.zero
        for lane in 0..<lanes { tangent[lane] = seed(index, first + lane) }
        return tangent
      }
      try place.program.dual(
        place.dualPoint, place.dualParameters, &place.dualOutputs)
      try Refusal.check(place.dualOutputs.count, rows, "outputs", of: name)
      for row in place.dualOutputs.indices {
        let tangent = place.dualOutputs[row].tangent
        for lane in 0..<lanes {
          block[row * width + first + lane] = tangent[lane]
        }
      }
    }
  }

  private func setTangents(_ tangent: (Int) -> SIMD4<Double>) {
    if source == .parameters {
      for index in place.dualParameters.indices {
        place.dualParameters[index].tangent = tangent(index)
      }
    } else {
      for index in place.dualPoint.indices {
        place.dualPoint[index].tangent = tangent(index)
      }
    }
  }

  private func sweepAdjoints(
    width: Int, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) {
    let tape = place.tape
    let columns = columns
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = min(Tape.lanes, width - first)
      tape.sweep(from: place.tracedOutputs) { output in
        var seeds = SIMD4<Double>.zero
        for lane in 0..<lanes { seeds[lane] = seed(output, first + lane) }
        return seeds
      }
      for index in 0..<columns {
        let adjoint = tape.adjoint(ofInput: index)
        for lane in 0..<lanes {
          block[(first + lane) * columns + index] = adjoint[lane]
        }
      }
    }
  }
}
