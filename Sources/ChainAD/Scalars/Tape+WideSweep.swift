/// Sweeps whose adjoints have exponents of any size. Behind a slope of 1e200 an
/// adjoint of 1e−400 is one of 1e−200, which is no reason to lose it.
extension Tape {
  /// Does a sweep once more, for what it found for the inputs.
  ///
  /// Recordings with slopes that aren't finite are left as they are.
  func sweepWidely(from outputs: [Traced], seeds: (Int) -> SIMD4<Double>) {
    let (steps, count) = (log.pointee.steps, log.pointee.count)
    let isFinite = (0..<count).allSatisfy {
      steps[$0].leftSlope.isFinite && steps[$0].rightSlope.isFinite
    }
    guard isFinite else { return }
    for lane in 0..<Self.lanes {
      let all = outputs.indices.map { seeds($0)[lane] }
      if all.allSatisfy({ $0 == 0 }) { continue }
      // Step 0 stands for all constants: nobody asks for it.
      var found = [Wide](repeating: Wide(0), count: count)
      for (output, seed) in zip(outputs, all) {
        found[output.step] = found[output.step] + Wide(seed)
      }
      var index = count - 1
      while index > inputCount {
        let step = steps[index]
        for (operand, slope) in [
          (Int(step.left), step.leftSlope), (Int(step.right), step.rightSlope),
        ] {
          found[operand] = found[operand] + found[index] * Wide(slope)
        }
        index -= 1
      }
      for input in 1..<inputCount + 1 {
        adjoints[input][lane] = found[input].rounded
      }
    }
  }
}

extension CurvedTape {
  /// As `sweep`, for what it found for the inputs.
  ///
  /// Recordings with slopes that aren't finite, or don't move finitely, are
  /// left as they are.
  func sweepWidely(from outputs: [TracedDual], weights: Span<Double>) {
    let (steps, count) = (log.pointee.steps, log.pointee.count)
    func isFinite(_ slope: Number) -> Bool {
      slope.primal.isFinite
        && (0..<Tape.lanes).allSatisfy { slope.tangent[$0].isFinite }
    }
    let isFinite = (0..<count).allSatisfy {
      isFinite(steps[$0].leftSlope) && isFinite(steps[$0].rightSlope)
    }
    guard isFinite else { return }
    var found = [Wide](repeating: Wide(0), count: count)
    for index in outputs.indices {
      let step = outputs[index].step
      found[step] = found[step] + Wide(weights[index])
    }
    var moving = [[Wide]](
      repeating: [Wide](repeating: Wide(0), count: Tape.lanes), count: count)
    var index = count - 1
    while index > inputCount {
      let (step, adjoint, tangents) = (
        steps[index], found[index], moving[index]
      )
      for (operand, slope) in [
        (Int(step.left), step.leftSlope), (Int(step.right), step.rightSlope),
      ] {
        let factor = Wide(slope.primal)
        found[operand] = found[operand] + adjoint * factor
        for lane in 0..<Tape.lanes {
          moving[operand][lane] =
            moving[operand][lane] + tangents[lane] * factor
            + adjoint * Wide(slope.tangent[lane])
        }
      }
      index -= 1
    }
    for input in 1..<inputCount + 1 {
      for lane in 0..<Tape.lanes {
        adjoints[input].tangent[lane] = moving[input][lane].rounded
      }
    }
  }
}
