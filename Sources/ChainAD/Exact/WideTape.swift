/// As `CurvedTape`, with one direction and exponents of any size.
final class WideTape {
  private typealias Log = TapeLog<WideDual>

  private let log = Log.make(limit: Tape.stepLimit, constant: 0)
  private var inputCount = 0

  deinit { Log.free(log) }

  /// A number that adjoints are wanted of; inputs come before all else.
  func input(_ number: WideDual) -> TracedWide {
    inputCount += 1
    return TracedWide(
      number, log: log, step: Log.append(Log.Step(0, 0, 0, 0), to: log))
  }

  /// How λ · J changes along the direction, input by input; nil where that
  /// isn't finite.
  ///
  /// - Parameter weights: λ.
  /// - Complexity: O(steps).
  func curvature(
    from outputs: [TracedWide], weights: [Wide]
  ) -> [Wide]? {
    let (steps, count) = (log.pointee.steps, log.pointee.count)
    var adjoints = [(value: Wide?, tangent: Wide?)](
      repeating: (nil, nil), count: count)
    for index in outputs.indices {
      let step = outputs[index].step
      adjoints[step].value = adjoints[step].value + weights[index]
    }
    for index in (inputCount + 1..<count).reversed() {
      let (step, adjoint) = (steps[index], adjoints[index])
      guard let value = adjoint.value else { continue }
      // Nothing flows into constants.
      for (operand, slope) in [
        (Int(step.left), step.leftSlope), (Int(step.right), step.rightSlope),
      ] where operand != 0 {
        let factor = Wide(slope.primal)
        adjoints[operand].value = adjoints[operand].value + value * factor
        adjoints[operand].tangent =
          adjoints[operand].tangent + adjoint.tangent * factor
          + slope.tangent * value
      }
    }
    let found = adjoints[1..<inputCount + 1].map { $0.tangent ?? Wide(0) }
    return found.allSatisfy(\.isFinite) ? found : nil
  }
}
