/// Sweeps whose adjoints have exponents of any size. Behind a slope of 1e200 an
/// adjoint of 1e−400 is one of 1e−200, which is no reason to lose it.
extension Tape {
  /// Does a sweep once more, for what it found for the inputs.
  ///
  /// Recordings with slopes that aren't finite are left as they are.
  func sweepWidely(
    from outputs: [Traced], seeds: (Int) -> SIMD4<Double>
  ) {
    let (steps, count) = (log.pointee.steps, log.pointee.count)
    let isFinite = (0..<count).allSatisfy {
      steps[$0].leftSlope.isFinite && steps[$0].rightSlope.isFinite
    }
    guard isFinite else { return }
    for lane in 0..<Self.lanes {
      let all = outputs.indices.map { seeds($0)[lane] }
      guard all.contains(where: { $0 != 0 }), all.allSatisfy(\.isFinite) else {
        continue
      }
      var found = [Wide](repeating: Wide(), count: count)
      for (output, seed) in zip(outputs, all) {
        found[output.step] += Wide(seed)
      }
      var index = count - 1
      while index > inputCount {
        let (step, adjoint) = (steps[index], found[index])
        found[Int(step.left)] += adjoint * step.leftSlope
        found[Int(step.right)] += adjoint * step.rightSlope
        index -= 1
      }
      for input in 0..<inputCount {
        adjoints[input + 1][lane] = found[input + 1].rounded
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
        && slope.tangent.indices.allSatisfy {
          slope.tangent[$0].isFinite
        }
    }
    guard
      (0..<count).allSatisfy({
        isFinite(steps[$0].leftSlope) && isFinite(steps[$0].rightSlope)
      })
    else { return }
    var adjoints = [Wide](repeating: Wide(), count: count)
    for index in outputs.indices where weights[index].isFinite {
      adjoints[outputs[index].step] += Wide(weights[index])
    }
    var tangents = [[Wide]](
      repeating: [Wide](repeating: Wide(), count: Tape.lanes), count: count)
    var index = count - 1
    while index > inputCount {
      let step = steps[index]
      for (operand, slope) in [
        (Int(step.left), step.leftSlope), (Int(step.right), step.rightSlope),
      ] where operand != 0 {
        for lane in 0..<Tape.lanes {
          tangents[operand][lane] += tangents[index][lane] * slope.primal
          tangents[operand][lane] += adjoints[index] * slope.tangent[lane]
        }
        adjoints[operand] += adjoints[index] * slope.primal
      }
      index -= 1
    }
    for input in 0..<inputCount {
      for lane in 0..<Tape.lanes {
        self.adjoints[input + 1].tangent[lane] =
          tangents[input + 1][lane].rounded
      }
    }
  }
}
