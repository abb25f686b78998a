@testable import ChainAD

/// A function of few numbers, recorded on a tape of its own: value and
/// gradient.
func reverse(
  _ point: [Double], on tape: Tape = Tape(), _ function: ([Traced]) -> Traced
) -> (value: Double, slopes: [Double]) {
  tape.restart()
  let output = function(point.map(tape.input))
  tape.sweep(from: [output]) { _ in [1, 0, 0, 0] }
  return (output.primal, point.indices.map { tape.adjoint(ofInput: $0)[0] })
}
