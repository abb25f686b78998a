extension Tape {
  /// The seeds that one reverse sweep carries.
  public static let lanes = 4

  /// Before a sweep: all adjoints zero.
  ///
  /// - Complexity: O(`count`).
  public func clearAdjoints() {
    let count = log.pointee.count
    if adjointCapacity < count {
      adjoints.deallocate()
      adjointCapacity = log.pointee.capacity
      adjoints = .allocate(capacity: adjointCapacity)
    }
    adjoints.update(repeating: .zero, count: count)
  }

  /// Adds four seeds of one output; a constant takes none.
  public func addSeeds(_ seeds: SIMD4<Double>, to output: Traced) {
    if output.step != 0 { adjoints[output.step] += seeds }
  }

  /// From the outputs back to the inputs: afterwards `adjoint(ofInput:)` are
  /// four rows of S · J.
  ///
  /// - Complexity: O(`count`) for any seeds.
  public func sweep() {
    let steps = log.pointee.steps
    let adjoints = adjoints
    var index = log.pointee.count - 1
    while index > 0 {
      let step = steps[index]
      let adjoint = adjoints[index]
      // Nothing flows into constants, and inputs have no operands.
      if step.left != 0 {
        adjoints[Int(step.left)] += adjoint.scaled(by: step.leftSlope)
      }
      if step.right != 0 {
        adjoints[Int(step.right)] += adjoint.scaled(by: step.rightSlope)
      }
      index -= 1
    }
  }

  /// What the last sweep found for input `index`, counted from 0.
  public func adjoint(ofInput index: Int) -> SIMD4<Double> { adjoints[index + 1] }
}
