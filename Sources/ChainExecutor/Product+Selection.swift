import JacobianChain

/// Products with a selection: data moves, nothing is multiplied.
extension Product {
  /// selection · (dense | submatrix): row i is the chosen row.
  func pickRows(_ chosen: [Int]) -> Int {
    let core = Core(inner)
    let width = core.stride
    Core(result).rows.forEach { row, rank in
      // A row of the result is one whose choice the core has.
      let source = core.rows.rank(of: chosen[row])!
      (result.base + rank * width).update(
        from: core.base + source * width, count: width)
    }
    return 0
  }

  /// (dense | submatrix) · selection: column p goes to column `chosen[p]`,
  /// and columns that go to the same place are added.
  func addColumns(_ chosen: [Int]) -> Int {
    let (core, target) = (Core(outer), Core(result))
    result.clear()
    var places: [Int] = []
    places.reserveCapacity(core.stride)
    core.columns.forEach { shared, _ in
      places.append(target.columns.rank(of: chosen[shared])!)
    }
    places.withUnsafeBufferPointer { places in
      for row in 0..<core.rows.count {
        let source = core.base + row * core.stride
        let out = result.base + row * target.stride
        for t in 0..<places.count { out[places[t]] += source[t] }
      }
    }
    return 0
  }
}
