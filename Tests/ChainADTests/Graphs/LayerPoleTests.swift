import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain
import Testing

/// Graphs of layers, some of whose slopes are infinite at 0: every way to get
/// at the layers has the same derivatives or the same error.
@Suite("Poles of layers in graphs") struct LayerPoleTests {
  private enum Step: CaseIterable {
    case softmax, cell, coupling, roots, relu, kinks, residual, dense

    /// ℝ² → ℝ².
    func function(
      _ random: inout SplitMix64
    ) throws -> any ElementalFunction {
      func numbers(_ count: Int) -> [Double] {
        (0..<count).map { _ in
          [0, 1, -1, 0.5, 2][random.integer(in: 0...4)]
        }
      }
      let roots = try Layer.pointwise(
        name: "roots", count: 2, value: { $0.magnitude.squareRoot() },
        derivative: { 0.5 / $0.magnitude.squareRoot() * ($0 < 0 ? -1 : 1) },
        secondDerivative: {
          -0.25 / ($0.magnitude * $0.magnitude.squareRoot())
        })
      switch self {
      case .softmax: return try Layer.softmax(count: 2)
      case .cell:
        return try Layer.recurrentCell(
          count: 2, weights: numbers(4), bias: numbers(2))
      case .coupling:
        return try Layer.coupling(
          scale: Elemental.generic(name: "s", Root()),
          shift: Elemental.generic(name: "t", Root()))
      case .roots: return roots
      case .relu: return try Layer.relu(count: 2)
      case .kinks: return Elemental.generic(name: "kinks", Kinks())
      case .residual: return try Layer.residual(roots)
      case .dense:
        return try Layer.affine(inputs: 2, outputs: 2, weights: numbers(4))
      }
    }
  }

  private struct Root: ScalarFunction {
    let inputCount = 1
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [.sqrt(abs(x[0]))] }
  }

  private struct Kinks: ScalarFunction {
    let inputCount = 2
    let outputCount = 2
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      [max(x[0], x[1]) * abs(x[1]), min(x[0], 0) + abs(x[0] - x[1])]
    }
  }

  /// Everything that can be asked for, in one way.
  private func outcomes(
    _ seed: UInt64, at point: [Double], _ abilities: () -> Abilities
  ) throws -> [GraphPoleTests.Outcome] {
    var random = SplitMix64(seed: seed)
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 2)
    var values = [x]
    for _ in 0..<3 {
      func any() -> FunctionGraph.Value {
        values[random.integer(in: 0...values.count - 1)]
      }
      if values.count > 1, random.oneIn(4) {
        values.append(try graph.add(any(), any()))
        continue
      }
      let step = Step.allCases[
        random.integer(in: 0...Step.allCases.count - 1)]
      let layer = try step.function(&random)
      // Products alone don't tell which entry isn't finite.
      let own = abilities().union(.entries)
      values.append(
        try graph.apply(
          PoleTests.Only(inner: layer, abilities: own), any()))
    }
    let y = values.last!
    let sum = try graph.apply(
      Layer.affine(inputs: 2, outputs: 1, weights: [1, -2]), y)
    let prepared = try graph.prepare()
    return [
      try .init { try prepared.jacobian(of: y, by: x, at: point) },
      try .init { try prepared.jacobian(of: sum, by: x, at: point) },
      try .init { try prepared.hessian(of: sum, at: point) },
    ]
  }

  @Test("the same answer in every way", arguments: 0..<6 as Range<UInt64>)
  func drawn(batch: UInt64) throws {
    var (finite, errors) = (0, 0)
    for seed in batch * 20..<(batch + 1) * 20 {
      for point in [[0, 4], [0, 0], [1, 1], [-1, 0.5]] {
        let first = try outcomes(seed, at: point) { .tangent }
        if case .error = first[0] { errors += 1 } else { finite += 1 }
        var random = SplitMix64(seed: seed + 1)
        let others: [() -> Abilities] = [
          { .adjoint }, { .entries },
          { GraphPoleTests.ways[random.integer(in: 0...3)] },
        ]
        for abilities in others {
          let other = try outcomes(seed, at: point, abilities)
          for (a, b) in zip(first, other) {
            #expect(a.agrees(with: b), "seed \(seed), \(point): \(a), \(b)")
          }
        }
      }
    }
    #expect(finite > 5 && errors > 5)
  }
}
