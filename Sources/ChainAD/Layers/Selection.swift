import JacobianChain

extension Layer {
  /// y_i = x_(chosen i), m of n inputs: gathers, permutations, sensors.
  ///
  /// Row i of the m × n Jacobian has one 1: no entries are stored, and a
  /// product only moves data.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - inputs: n.
  ///   - chosen: the 0-based input of each output, m of them; repetitions are
  ///     allowed.
  /// - Throws: `ChainError` when there is no input or no output, or an index
  ///   lies outside 0 ..< n.
  public static func selection(
    name: String = "selection", from inputs: Int, _ chosen: [Int]
  ) throws(ChainError) -> some CurvedFunction {
    try ChainError.guardPositive(inputs, name, "inputs")
    try ChainError.guardPositive(chosen.count, name, "chosen/count")
    for (position, index) in chosen.enumerated()
    where index < 0 || index >= inputs {
      throw .layer(
        name, "chosen/\(position)",
        expected: "an input from 0 to \(inputs - 1)", found: "\(index)",
        advice: "indices count from 0; correct the index or the inputs")
    }
    return Selection(name: name, inputCount: inputs, chosen: chosen)
  }
}

/// What `Layer.selection` makes.
struct Selection: CurvedFunction {
  let name: String
  let inputCount: Int
  /// The 0-based input of each output, m of them; repetitions are allowed.
  let chosen: [Int]

  var outputCount: Int { chosen.count }

  /// A selection.
  var structure: Structure { .selection(chosen) }

  /// Zero.
  var curvature: Curvature { .zero }

  /// Products and entries, of which none are stored.
  var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// Nothing.
  var costs: ElementalCosts {
    ElementalCosts(tangent: .declared(0), adjoint: .declared(0))
  }

  /// A place for the derivative, which is the list of indices.
  func linearization() -> any Linearization {
    SelectionLinearization(
      LayerShape(
        name: name, rows: outputCount, columns: inputCount, entries: 0),
      chosen)
  }
}

private final class SelectionLinearization: LayerLinearization {
  let shape: LayerShape
  private let chosen: [Int]

  init(_ shape: LayerShape, _ chosen: [Int]) {
    self.shape = shape
    self.chosen = chosen
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    pushForward(x, 1, into: y)
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    guard width > 1 else {
      for i in 0..<shape.rows { block[i] = seeds[chosen[i]] }
      return
    }
    for i in 0..<shape.rows {
      (block + i * width).update(from: seeds + chosen[i] * width, count: width)
    }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (m, n) = (shape.rows, shape.columns)
    block.update(repeating: 0, count: width * n)
    for r in 0..<width {
      let (seed, row) = (seeds + r * m, block + r * n)
      for i in 0..<m { row[chosen[i]] += seed[i] }
    }
  }

  func writeEntries(into entries: Output) {}
}
