import CChainKernels

extension Tape {
  /// The seeds that one reverse sweep carries.
  static let lanes = 4

  /// From the outputs back to the inputs, with four seeds at once: afterwards
  /// `adjoint(ofInput:)` has four rows of S · J.
  ///
  /// A seed of 0 is none: nothing is asked of that output, and no slope behind
  /// it matters. A slope of 0 is a number: with one of ±∞ it makes NaN.
  ///
  /// - Parameters:
  ///   - outputs: the m outputs of the recording; constants among them have
  ///     no part in it.
  ///   - seeds: output by output, one column of the four rows of S.
  /// - Precondition: the outputs are of this recording.
  /// - Complexity: O(steps up to the last output with a seed).
  func sweep(
    from outputs: [Traced], seeds: (Int) -> SIMD4<Double>
  ) {
    if !sweepQuickly(from: outputs, seeds) {
      sweepCarefully(from: outputs, zeros: .absent, seeds)
    }
  }

  /// What the last sweep found for input `index`, counted from 0.
  func adjoint(ofInput index: Int) -> SIMD4<Double> {
    precondition(
      index >= 0 && index < inputCount && index + 1 < adjointCapacity,
      "no such input, or no sweep yet")
    return adjoints[index + 1]
  }

  /// The sweep over slopes that are finite, so that no 0 makes NaN; false, and
  /// nothing of worth, where one isn't.
  func sweepQuickly(
    from outputs: [Traced], _ seeds: (Int) -> SIMD4<Double>
  ) -> Bool {
    reserveAdjoints()
    let before = range_flags_begin()
    var last = inputCount
    (adjoints + 1).update(repeating: .zero, count: last)
    for (index, output) in outputs.enumerated() where output.step != 0 {
      precondition(output.step <= count, "an output of another recording")
      let seed = seeds(index)
      // What comes after the last output with a seed need not be looked at:
      // half of the way, on average, when seeds are unit vectors.
      if all(seed .== 0) { continue }
      if output.step > last {
        (adjoints + last + 1).update(
          repeating: .zero, count: output.step - last)
        last = output.step
      }
      adjoints[output.step] += seed
    }
    let isFinite = propagate(from: last)
    let leftRange = range_flags_end(before)
    guard isFinite else { return false }
    if leftRange, needsRange {
      sweepWidely(from: outputs, seeds: seeds)
    }
    return true
  }

  private func propagate(from last: Int) -> Bool {
    let steps = log.pointee.steps
    let adjoints = adjoints
    let inputCount = inputCount
    // 0 · x is 0 for every finite x, and NaN for all others.
    var (left, right) = (0.0, 0.0)
    var index = last
    while index > inputCount {
      let step = steps[index]
      let adjoint = adjoints[index]
      // Nothing flows into constants.
      if step.left != 0 {
        adjoints[Int(step.left)] += adjoint * step.leftSlope
      }
      if step.right != 0 {
        adjoints[Int(step.right)] += adjoint * step.rightSlope
      }
      left += step.leftSlope * 0
      right += step.rightSlope * 0
      index -= 1
    }
    return left + right == 0
  }

  func reserveAdjoints() {
    guard adjointCapacity < log.pointee.count else { return }
    adjoints.deallocate()
    adjointCapacity = log.pointee.capacity
    adjoints = .allocate(capacity: adjointCapacity)
  }
}
