import ChainRandom
import JacobianChain

/// Trajectories z_{t+1} = f(z_t, p) with one tied step S = [A B; 0 I], the
/// Jacobian of (z, p) ↦ (f(z, p), p): n states, then the parameters.
package enum TiedSteps {
  /// A sparse step with the rows of A and of B.
  package static func step(
    states: [[Int]], parameters: [[Int]], parameterCount: Int,
    tangent: Int? = nil, adjoint: Int? = nil
  ) throws -> Factor {
    let n = states.count
    var entries: [(row: Int, column: Int)] = []
    for (row, columns) in states.enumerated() {
      entries += columns.map { (row, $0) }
      entries += parameters[row].map { (row, n + $0) }
    }
    entries += (n..<n + parameterCount).map { ($0, $0) }
    return Factor(
      name: "S", rows: n + parameterCount, columns: n + parameterCount,
      structure: .sparse(
        try SparsePattern(
          rows: n + parameterCount, columns: n + parameterCount,
          rowIndices: entries.map(\.row), columnIndices: entries.map(\.column)
        )), tangentCost: tangent, adjointCost: adjoint)
  }

  /// A tridiagonal A, a full B.
  package static func tridiagonal(
    states n: Int, parameters p: Int, tangent: Int? = nil, adjoint: Int? = nil
  ) throws -> Factor {
    try step(
      states: (0..<n).map { row in
        (max(0, row - 1)...min(n - 1, row + 1)).map { $0 }
      }, parameters: [[Int]](repeating: Array(0..<p), count: n),
      parameterCount: p, tangent: tangent, adjoint: adjoint)
  }

  /// Up to five states and three parameters, about a third full.
  package static func random(
    _ generator: inout SplitMix64
  ) throws -> Factor {
    let n = generator.integer(in: 1...5)
    let p = generator.integer(in: 0...3)
    func rows(_ columns: Int) -> [[Int]] {
      (0..<n).map { _ in (0..<columns).filter { _ in generator.oneIn(3) } }
    }
    let isMatrixFree = generator.oneIn(3)
    return try step(
      states: rows(n), parameters: rows(p), parameterCount: p,
      tangent: isMatrixFree ? generator.integer(in: 1...20) : nil,
      adjoint: isMatrixFree ? generator.integer(in: 1...20) : nil)
  }

  /// The targets C · Sᵗ · D for t from 1 on, with `outputs` rows of C and
  /// `inputs` columns of D; nil for none of the two.
  package static func problem(
    _ step: Factor, steps: Int, outputs: Int? = nil, inputs: Int? = nil
  ) throws -> Problem {
    var factors = [step]
    var (head, tail): ([Int], [Int]) = ([], [])
    if let outputs {
      head = [factors.count]
      factors.append(
        Factor(name: "C", rows: outputs, columns: step.rows))
    }
    if let inputs {
      tail = [factors.count]
      factors.append(Factor(name: "D", rows: step.columns, columns: inputs))
    }
    return try Problem(
      factors: factors,
      targets: (1...steps).map {
        tail + [Int](repeating: 0, count: $0) + head
      })
  }
}
