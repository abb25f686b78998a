/// A tape whose values and slopes are duals: one reverse sweep over it gives
/// the adjoints and how they change along four directions, which is forward
/// over reverse (Christianson 1992, doi:10.1093/imanum/12.2.135).
///
/// One tape is not for several threads; its numbers must not outlive it.
public final class CurvedTape {
  @usableFromInline typealias Number = Dual<SIMD4<Double>>

  private struct Step {
    var left: Int32
    var right: Int32
    var leftSlope: Number
    var rightSlope: Number
  }

  /// Step 0 stands for all constants.
  private var steps: [Step] = []
  private var adjoints: [Number] = []
  private var inputCount = 0

  /// Whether a step was recorded whose second derivative isn't known, so that
  /// second derivatives would be wrong.
  var hasUnknownStep = false
  /// Whether steps were lost because there were too many.
  private(set) var isFull = false

  init() { restart() }

  /// Forgets the recording and keeps the memory.
  func restart() {
    steps.removeAll(keepingCapacity: true)
    steps.append(Step(left: 0, right: 0, leftSlope: 0, rightSlope: 0))
    inputCount = 0
    (hasUnknownStep, isFull) = (false, false)
  }

  /// A number that adjoints are wanted of; inputs come before all else.
  func input(_ value: Double, moving tangent: SIMD4<Double>) -> TracedDual {
    inputCount += 1
    return TracedDual(
      Number(value, tangent: tangent), tape: self, step: append(0, 0, 0, 0))
  }

  @usableFromInline
  func append(
    _ left: Int, _ leftSlope: Number, _ right: Int, _ rightSlope: Number
  ) -> Int {
    guard steps.count < Tape.stepLimit else {
      isFull = true
      return 0
    }
    steps.append(
      Step(
        left: Int32(truncatingIfNeeded: left),
        right: Int32(truncatingIfNeeded: right), leftSlope: leftSlope,
        rightSlope: rightSlope))
    return steps.count - 1
  }

  @usableFromInline
  func appendUnknown() { hasUnknownStep = true }

  /// From the outputs, with these weights, back to the inputs.
  ///
  /// - Complexity: O(steps).
  func sweep(from outputs: [TracedDual], weights: Span<Double>) {
    if adjoints.count < steps.count {
      adjoints = [Number](
        repeating: Number(0.0, tangent: .zero), count: steps.count)
    }
    for index in 0..<steps.count {
      adjoints[index] = Number(0.0, tangent: .zero)
    }
    for index in outputs.indices where outputs[index].step != 0 {
      let step = outputs[index].step
      adjoints[step].primal = adjoints[step].primal + weights[index]
    }
    var index = steps.count - 1
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
