import JacobianChain

extension Family {
  /// Time steps of a discretised field: parameters → field, tridiagonal steps,
  /// field → outputs. One factor is dense, two are both ends.
  static func banded(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [Factor] {
    let inputs = generator.integer(in: 1...100)
    let size = generator.integer(in: 50...500)
    let outputs = generator.integer(in: 1...100)
    return (0..<count).map { index in
      let isLast = index == count - 1
      let isStep = index > 0 && !isLast
      return Factor(
        name: "f\(index + 1)", rows: isLast ? outputs : size,
        columns: index == 0 ? inputs : size,
        structure: isStep ? .banded(lower: 1, upper: 1) : .dense)
    }
  }
}
