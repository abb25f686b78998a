/// A tape whose values and slopes are duals: one reverse sweep over it gives
/// the adjoints and how they change along four directions, which is forward
/// over reverse (Christianson 1992, doi:10.1093/imanum/12.2.135).
///
/// One tape is not for several threads; its numbers must not outlive it.
@usableFromInline
final class CurvedTape {
  @usableFromInline typealias Number = Dual<SIMD4<Double>>
  @usableFromInline typealias Log = TapeLog<Number>

  let log = Log.make(limit: Tape.stepLimit, constant: 0)
  var adjoints: [Number] = []
  private(set) var inputCount = 0

  deinit { Log.free(log) }

  /// Whether a step was recorded whose second derivative isn't known, so that
  /// second derivatives would be wrong.
  var hasUnknownStep: Bool { log.pointee.hasUnknownStep }
  /// Whether steps were lost because there were too many.
  var isFull: Bool { log.pointee.isFull }

  /// Forgets the recording and keeps the memory.
  func restart() {
    log.pointee.restart()
    inputCount = 0
  }

  /// A number that adjoints are wanted of; inputs come before all else.
  func input(_ value: Double, moving tangent: SIMD4<Double>) -> TracedDual {
    inputCount += 1
    return TracedDual(
      Number(value, tangent: tangent), log: log,
      step: Log.append(Log.Step(0, 0, 0, 0), to: log))
  }

  /// From the outputs, with these weights, back to the inputs.
  ///
  /// - Complexity: O(steps).
  func sweep(from outputs: [TracedDual], weights: Span<Double>) {
    let (steps, count) = (log.pointee.steps, log.pointee.count)
    adjoints.removeAll(keepingCapacity: true)
    adjoints.append(contentsOf: repeatElement(0, count: count))
    for index in outputs.indices where outputs[index].step != 0 {
      adjoints[outputs[index].step].primal += weights[index]
    }
    var index = count - 1
    while index > inputCount {
      let (step, adjoint) = (steps[index], adjoints[index])
      if step.left != 0 {
        Self.add(adjoint, step.leftSlope, to: &adjoints[Int(step.left)])
      }
      if step.right != 0 {
        Self.add(adjoint, step.rightSlope, to: &adjoints[Int(step.right)])
      }
      index -= 1
    }
    if log.pointee.isSteep { sweepWidely(from: outputs, weights: weights) }
  }

  /// What the last sweep found for input `index`, counted from 0: how λ · J
  /// changes along the four directions.
  func curvature(ofInput index: Int) -> SIMD4<Double> {
    adjoints[index + 1].tangent
  }

  /// A zero has no part in a pole of φ′ or φ″: it stays zero.
  private static func add(
    _ adjoint: Number, _ slope: Number, to sum: inout Number
  ) {
    var tangent = adjoint.tangent.scaled(by: slope.primal)
    if adjoint.primal != 0 {
      sum.primal += adjoint.primal * slope.primal
      tangent += slope.tangent.scaled(by: adjoint.primal)
    }
    sum.tangent += tangent
  }
}
