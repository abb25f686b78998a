import ChainAD
import ChainExecutor
import ChainSolvers
import JacobianChain

/// F = D ∘ C ∘ B ∘ A: forward and reverse accumulation, and the best order.
enum Accumulation {
  static let examples = [
    Example(
      name: "accumulation",
      title: "D ∘ C ∘ B ∘ A with 40-6-3-6-40: three orders, one Jacobian"
    ) {
      let f = try network([40, 6, 3, 6, 40])
      let prepared = try f.prepare()
      let x = numbers(40, seed: 5)
      let best = try prepared.jacobian(at: x).denseEntries()
      let solved = try prepared.solved.compared()
      var lines = ["best order  \(solved.price) fma"]
      for (name, baseline) in [
        ("forward D·(C·(B·A))", Baseline.forward),
        ("reverse ((D·C)·B)·A", .reverse), ("best split", .bestSplit),
      ] {
        guard let price = solved.price(of: baseline) else { continue }
        lines.append("\(name)  \(price) fma")
      }
      // Column by column from one-hot tangents, row by row from one-hot
      // cotangents.
      var columns = [Double](repeating: 0, count: 40 * 40)
      var rows: [Double] = []
      for k in 0..<40 {
        var unit = [Double](repeating: 0, count: 40)
        unit[k] = 1
        let column = try prepared.jvp(at: x, tangents: unit)
        for i in 0..<40 { columns[i * 40 + k] = column[i] }
        rows += try prepared.vjp(at: x, cotangents: unit)
      }
      let worst = max(
        try difference(columns, best), try difference(rows, best))
      lines.append("40 JVPs, 40 VJPs and the best order differ by \(worst)")
      return lines
    }
  ]

  /// Affine layers, each with a bias.
  static func network(
    _ sizes: [Int],
    _ activation: ((Int) throws -> any ElementalFunction)? = nil
  ) throws -> ComposedFunction {
    var functions: [any ElementalFunction] = []
    for (n, m) in zip(sizes, sizes.dropFirst()) {
      if let activation, !functions.isEmpty {
        functions.append(try activation(n))
      }
      let scale = 1 / Double(n).squareRoot()
      functions.append(
        try Layer.affine(
          inputs: n, outputs: m,
          weights: numbers(n * m, seed: n + m).map { $0 * scale },
          bias: numbers(m, seed: m)))
    }
    return try ComposedFunction(functions)
  }
}
