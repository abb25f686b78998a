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
  func input(_ number: Number) -> TracedDual {
    inputCount += 1
    return TracedDual(
      number, log: log, step: Log.append(Log.Step(0, 0, 0, 0), to: log))
  }

  /// From the outputs, with these weights, back to the inputs.
  ///
  /// The weights are numbers, be they 0; steps that no output depends on have
  /// no adjoint, so that their slopes don't matter.
  ///
  /// - Complexity: O(steps).
  func sweep(from outputs: [TracedDual], weights: Span<Double>) {
    seed(outputs, weights)
    let steps = log.pointee.steps
    adjoints.withUnsafeMutableBufferPointer { adjoints in
      var index = adjoints.count - 1
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
    // What isn't finite stays so on every way to the inputs.
    var zeros = SIMD4<Double>.zero
    for index in 0..<inputCount { zeros += curvature(ofInput: index) * 0 }
    if zeros != .zero { sweepCarefully(from: outputs, weights: weights) }
  }

  private func seed(_ outputs: [TracedDual], _ weights: Span<Double>) {
    adjoints.removeAll(keepingCapacity: true)
    adjoints.append(contentsOf: repeatElement(0, count: log.pointee.count))
    for index in outputs.indices where outputs[index].step != 0 {
      adjoints[outputs[index].step].primal += weights[index]
    }
  }

  /// The product rule on plain numbers: what isn't there is 0.
  @inline(__always)
  private static func add(
    _ adjoint: Number, _ slope: Number, to sum: inout Number
  ) {
    sum.primal += adjoint.primal * slope.primal
    sum.lanes +=
      adjoint.lanes * slope.primal + slope.lanes * adjoint.primal
  }

  /// The same with duals that know what is there, over steps that an output
  /// depends on.
  private func sweepCarefully(
    from outputs: [TracedDual], weights: Span<Double>
  ) {
    seed(outputs, weights)
    let steps = log.pointee.steps
    var isReached = [Bool](repeating: false, count: adjoints.count)
    for output in outputs { isReached[output.step] = true }
    var index = adjoints.count - 1
    while index > inputCount {
      if isReached[index] {
        let (step, adjoint) = (steps[index], adjoints[index])
        if step.left != 0 {
          adjoints[Int(step.left)] += adjoint * step.leftSlope
          isReached[Int(step.left)] = true
        }
        if step.right != 0 {
          adjoints[Int(step.right)] += adjoint * step.rightSlope
          isReached[Int(step.right)] = true
        }
      }
      index -= 1
    }
  }

  /// What the last sweep found for input `index`, counted from 0: how λ · J
  /// changes along the four directions.
  func curvature(ofInput index: Int) -> SIMD4<Double> {
    adjoints[index + 1].tangent
  }
}
