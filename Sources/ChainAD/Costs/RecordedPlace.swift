/// A function that may be written once for every kind of number.
protocol RecordedFunction: ElementalFunction {
  /// Whether it is; its places are `RecordedPlace`s.
  var isRecorded: Bool { get }
}

extension RecordedFunction {
  var isRecorded: Bool { true }
}

extension GenericFunction: RecordedFunction {}
extension ParametricGenericFunction: RecordedFunction {}
extension PullbackFunction: RecordedFunction {}

/// A place whose function is followed step by step, so that the multiplications
/// of a product with its derivative can be counted.
protocol RecordedPlace: Linearization {
  /// fma of one tangent or adjoint at the point: one for each operand of each
  /// step that depends on what seeds are of, the edges of the elemental DAG
  /// (Griewank & Walther 2008, ch. 4). nil where there is nothing to follow.
  ///
  /// - Complexity: one recording.
  func recordedProduct() throws -> Int?
}

extension GenericLinearization: RecordedPlace {
  func recordedProduct() throws -> Int? {
    try Refusal.checkPoint(hasPoint, name)
    try record(.inputs)
    return tape.edgeCount
  }
}

extension PullbackLinearization: RecordedPlace {
  /// Those of the pullback, by its cotangents.
  func recordedProduct() throws -> Int? {
    try Refusal.checkPoint(hasPoint, name)
    try record()
    return tape.edgeCount
  }
}

extension Tape {
  /// Operands of steps that are no constants.
  var edgeCount: Int {
    let log = log.pointee
    return (1..<log.count).reduce(0) { sum, index in
      let step = log.steps[index]
      return sum + (step.left == 0 ? 0 : 1) + (step.right == 0 ? 0 : 1)
    }
  }
}
