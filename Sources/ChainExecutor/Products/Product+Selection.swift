import JacobianChain

/// Products with a selection: data moves, nothing is multiplied.
extension Product {
  /// selection · (dense | submatrix): row i is the chosen row.
  func pickRows(_ chosen: [Int]) -> Kernel {
    let core = Core(inner)
    let width = core.stride
    // A row of the result is one whose choice the core has.
    let sources = Core(result).rows.indices.map {
      core.rows.rank(of: chosen[$0])!
    }
    return Kernel { at in
      for (rank, source) in sources.enumerated() {
        (at.result + rank * width).update(
          from: at.inner + source * width, count: width)
      }
      return 0
    }
  }

  /// (dense | submatrix) · selection: column p goes to column `chosen[p]`,
  /// and columns that go to the same place are added.
  func addColumns(_ chosen: [Int]) -> Kernel {
    let (core, target) = (Core(outer), Core(result))
    let (rows, width, stride) = (core.rows.count, core.stride, target.stride)
    let places = core.columns.indices.map {
      target.columns.rank(of: chosen[$0])!
    }
    return Kernel { at in
      at.result.update(repeating: 0, count: rows * stride)
      places.withUnsafeBufferPointer { places in
        for row in 0..<rows {
          let source = at.outer + row * width
          let out = at.result + row * stride
          for t in 0..<places.count { out[places[t]] += source[t] }
        }
      }
      return 0
    }
  }
}
