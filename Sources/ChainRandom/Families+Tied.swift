import JacobianChain

/// Families with repeated factors: one step of a loop stands for all of them.
extension Family {
  /// A^count, one square step.
  static func powers(
    _ count: Int, _ generator: inout SplitMix64
  ) -> Draw {
    let size = generator.integer(in: 1...100)
    return Draw(
      [Factor(name: "A", rows: size, columns: size)],
      targets: [[Int](repeating: 0, count: count)])
  }

  /// A loop of three different steps, taken one by one up to `count`.
  static func periodic(
    _ count: Int, _ generator: inout SplitMix64
  ) -> Draw {
    let period = 3
    let sizes = (0..<period).map { _ in generator.integer(in: 1...100) }
    let steps = (0..<period).map {
      Factor(
        name: "f\($0 + 1)", rows: sizes[($0 + 1) % period],
        columns: sizes[$0])
    }
    return Draw(steps, targets: [(0..<count).map { $0 % period }])
  }

  /// Back-propagation through time: the output of a linear recurrence by its
  /// inputs t = 0 … count − 1 steps ago, out · A^t · W.
  static func recurrence(
    _ count: Int, _ generator: inout SplitMix64
  ) -> Draw {
    let inputs = generator.integer(in: 1...100)
    let state = generator.integer(in: 1...100)
    let outputs = generator.integer(in: 1...100)
    return Draw(
      [
        Factor(name: "W", rows: state, columns: inputs),
        Factor(name: "A", rows: state, columns: state),
        Factor(name: "out", rows: outputs, columns: state),
      ],
      targets: (0..<count).map { steps in
        [0] + [Int](repeating: 1, count: steps) + [2]
      })
  }
}
