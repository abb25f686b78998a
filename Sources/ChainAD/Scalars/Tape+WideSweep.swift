/// Sweeps whose derivatives have exponents of any size. Before a slope of 1e200
/// a tangent of 1e−400 is one of 1e−200, which is no reason to lose it; neither
/// is it for an adjoint behind one.
///
/// They take ten times as long and are done only after a quick sweep in which
/// something left the range of doubles (`range_flags`).
extension Tape {
  /// Whether what leaves the range of doubles on the way may be a double at
  /// the end of it. Recordings with slopes that aren't finite have sweeps of
  /// their own.
  ///
  /// - Complexity: O(steps).
  var needsRange: Bool {
    log.pointee.amplifies { $0.magnitude } && !hasPole
  }

  /// Does a sweep once more, for what it found for the inputs.
  ///
  /// - Precondition: `needsRange`: all slopes are finite.
  func sweepWidely(from outputs: [Traced], seeds: (Int) -> SIMD4<Double>) {
    let (steps, count) = (log.pointee.steps, log.pointee.count)
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

  /// J · s, output by output, by a sweep in the order of the recording.
  ///
  /// - Parameter seed: s, input by input.
  /// - Precondition: `needsRange`: all slopes are finite.
  /// - Complexity: O(steps).
  func wideTangents(
    of outputs: [Traced], seed: (Int) -> Double
  ) -> [Double] {
    let (steps, count) = (log.pointee.steps, log.pointee.count)
    // Constants, step 0, don't move.
    var found = [Wide](repeating: Wide(0), count: count)
    for input in 0..<inputCount { found[input + 1] = Wide(seed(input)) }
    for index in inputCount + 1..<count {
      let step = steps[index]
      found[index] =
        found[Int(step.left)] * Wide(step.leftSlope)
        + found[Int(step.right)] * Wide(step.rightSlope)
    }
    return outputs.map { found[$0.step].rounded }
  }
}

extension CurvedTape {
  /// As for `Tape`, of slopes and how they move.
  var needsRange: Bool {
    log.pointee.amplifies { slope in
      slope.tangent.indices.reduce(slope.primal.magnitude) {
        max($0, slope.tangent[$1].magnitude)
      }
    }
  }
}

extension Tape {
  /// log₂ of the greatest product of slopes from an input to an output.
  ///
  /// - Complexity: O(steps).
  func gain(to outputs: [Traced]) -> Double {
    let inputs = 1..<inputCount + 1
    let gains = log.pointee.gains(\.logarithm) { step in
      inputs.contains(step) ? 0 : -.infinity
    }
    return outputs.reduce(-.infinity) { max($0, gains[$1.step]) }
  }
}

extension TapeLog {
  /// Whether slopes that follow one another, multiplied, exceed `Lift.limit`.
  ///
  /// - Complexity: O(steps).
  func amplifies(_ size: (Slope) -> Double) -> Bool {
    let gains = gains {
      size($0).roughLogarithm
    } from: { _ in
      0
    }
    return gains.contains { $0 > Lift.limit }
  }

  /// Of each step log₂ of the greatest product that ends there.
  ///
  /// - Parameters:
  ///   - logarithm: that of a slope.
  ///   - start: that of products of no slopes.
  fileprivate func gains(
    _ logarithm: (Slope) -> Double, from start: (Int) -> Double
  ) -> [Double] {
    // Step 0 stands for all constants, which don't move.
    var gains = [Double](repeating: -.infinity, count: count)
    for index in gains.indices.dropFirst() {
      let step = steps[index]
      gains[index] = max(
        start(index), gains[Int(step.left)] + logarithm(step.leftSlope),
        gains[Int(step.right)] + logarithm(step.rightSlope))
    }
    return gains
  }
}

extension Double {
  /// log₂ of the magnitude, 0.09 too small at most: its bits, read as a number.
  fileprivate var roughLogarithm: Double {
    Double(Int(magnitude.bitPattern) - Int((1.0).bitPattern)) * 0x1p-52
  }
}
