/// What a seed of 0 is.
enum ZeroSeed {
  /// None: nothing is asked of that output, or by that input.
  case absent
  /// A number, such as a slope of 0 that was there before: 0 · ∞ is NaN.
  case number
}

/// Sweeps over recordings with slopes that aren't finite. They know which lane
/// has reached which step: what was never reached is multiplied by nothing.
extension Tape {
  /// From the outputs back to the inputs, with up to four seeds of a block.
  ///
  /// - Parameters:
  ///   - lanes: their numbers.
  ///   - zeros: what a seed of 0 is.
  ///   - isCareful: what `hasHiddenPole` says of the block.
  ///   - seed: output (1st) of seed number (2nd).
  func sweep(
    from outputs: [Traced], lanes: Range<Int>, zeros: ZeroSeed,
    isCareful: Bool, seed: (Int, Int) -> Double
  ) {
    func seeds(_ output: Int) -> SIMD4<Double> {
      var seeds = SIMD4<Double>.zero
      for lane in lanes { seeds[lane - lanes.lowerBound] = seed(output, lane) }
      return seeds
    }
    if isCareful || !sweepQuickly(from: outputs, seeds) {
      sweepCarefully(from: outputs, zeros: zeros, seeds)
    }
  }

  /// Whether a slope that isn't finite may lie behind outputs whose seeds are
  /// all 0 where that is a number; quick sweeps don't look there.
  func hasHiddenPole(
    _ outputs: [Traced], width: Int, zeros: ZeroSeed,
    seed: (Int, Int) -> Double
  ) -> Bool {
    zeros == .number
      && outputs.indices.contains { output in
        (0..<width).allSatisfy { seed(output, $0) == 0 }
      } && hasPole
  }

  /// Whether a slope of the recording isn't finite.
  var hasPole: Bool {
    (0..<log.pointee.count).contains { index in
      let step = log.pointee.steps[index]
      return !step.leftSlope.isFinite || !step.rightSlope.isFinite
    }
  }

  /// The sweep for any slopes.
  ///
  /// - Parameter zeros: what a seed of 0 is.
  func sweepCarefully(
    from outputs: [Traced], zeros: ZeroSeed, _ seeds: (Int) -> SIMD4<Double>
  ) {
    reserveAdjoints()
    (adjoints + 1).update(repeating: .zero, count: count)
    present.removeAll(keepingCapacity: true)
    present.append(contentsOf: repeatElement(0, count: count + 1))
    for (index, output) in outputs.enumerated() where output.step != 0 {
      precondition(output.step <= count, "an output of another recording")
      let seed = seeds(index)
      for lane in 0..<Self.lanes where zeros == .number || seed[lane] != 0 {
        present[output.step] |= 1 << UInt8(lane)
      }
      adjoints[output.step] += seed
    }
    let steps = log.pointee.steps
    var index = count
    while index > inputCount {
      let (step, adjoint) = (steps[index], adjoints[index])
      let reached = present[index]
      func add(_ slope: Double, to operand: Int) {
        adjoints[operand] += adjoint.scaled(by: slope, UInt64(reached))
        present[operand] |= reached
      }
      // Nothing flows into constants.
      if step.left != 0 { add(step.leftSlope, to: Int(step.left)) }
      if step.right != 0 { add(step.rightSlope, to: Int(step.right)) }
      index -= 1
    }
  }
}
