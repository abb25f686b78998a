import CChainKernels
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
      range_flags_clear()
      try sweepTangents(width: width, zeros, into: &block, seed: seed)
      if range_flags_are_raised() {
        try mendTangents(width: width, in: &block, seed: seed)
      }
    case .adjoint:
      try place.record(source)
      sweepAdjoints(width: width, zeros, into: &block, seed: seed)
    }
  }

  private func sweepTangents(
    width: Int, _ zeros: ZeroSeed, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) throws {
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = first..<min(first + Tape.lanes, width)
      move(zeros, lanes, seed)
      try place.program.dual(
        place.dualPoint, place.dualParameters, &place.dualOutputs)
      try Refusal.check(place.dualOutputs.count, rows, "outputs", of: name)
      for row in place.dualOutputs.indices {
        let tangent = place.dualOutputs[row].tangent
        for lane in lanes { block[row * width + lane] = tangent[lane - first] }
      }
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

  /// Finds tangents once more where what left the range of doubles on the way
  /// may matter: from a recording, which adjoints come from, too.
  private func mendTangents(
    width: Int, in block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) throws {
    try place.record(source)
    guard place.tape.needsRange else { return }
    for number in 0..<width {
      let tangents = place.tape.wideTangents(of: place.tracedOutputs) {
        seed($0, number)
      }
      for row in tangents.indices {
        block[row * width + number] = tangents[row]
      }
    }
  }

  private func sweepAdjoints(
    width: Int, _ zeros: ZeroSeed, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) {
    let (tape, outputs, columns) = (place.tape, place.tracedOutputs, columns)
    let isCareful = tape.hasHiddenPole(
      outputs, width: width, zeros: zeros, seed: seed)
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = first..<min(first + Tape.lanes, width)
      tape.sweep(
        from: outputs, lanes: lanes, zeros: zeros, isCareful: isCareful,
        seed: seed)
      for index in 0..<columns {
        let adjoint = tape.adjoint(ofInput: index)
        for lane in lanes {
          block[lane * columns + index] = adjoint[lane - first]
        }
      }
    }
  }
}
