import JacobianChain
import Testing

/// A problem whose prices were worked out by hand.
package struct HandChecked: Sendable, CustomTestStringConvertible {
  /// The problem.
  package let problem: Problem
  /// fma of homogeneous tangent and adjoint; nil where not worked out.
  package let forward, reverse: UInt128?
  /// fma of the cheapest fan; nil where not worked out.
  package let bestSplit: UInt128?
  /// fma of the cheapest plan.
  package let optimum: UInt128
  /// Makespan of the best schedule on two machines; nil where not known.
  package let makespanOnTwo: UInt128?

  /// The problem's name, for test reports.
  package var testDescription: String { problem.name }

  /// One target, distinct factors.
  package static let chains: [HandChecked] = [
    dense([1000, 100, 10, 1], 1_010_000, 101_000, 101_000, 101_000),
    dense(
      [1000, 1, 1000, 1, 1000], 3_000_000, 3_000_000, nil, 1_002_000),
    dense([30, 35, 15, 5, 10, 20, 25], 40_500, 47_500, nil, 15_125),
    dense(
      [600, 60, 40, 10, 40, 60, 600], 24_960_000, 24_960_000, 4_368_000,
      4_368_000),
    dense(
      [3072, 1024, 256, 32, 256, 1024, 3072], 11_324_620_800, 11_324_620_800,
      nil, 520_093_696),
    dense([784, 512, 256, 10], 104_767_488, 5_324_800, 5_324_800, 5_324_800),
    autoencoder, tridiagonal, matrixFree,
    HandChecked(
      chain("sigmoid", [sigmoid]), nil, nil, nil, 1),
  ]

  /// Several targets or repeated factors.
  package static let joint: [HandChecked] = [backpropagation, tiedSteps]

  private init(
    _ problem: Problem, _ forward: UInt128?, _ reverse: UInt128?,
    _ bestSplit: UInt128?, _ optimum: UInt128, makespanOnTwo: UInt128? = nil
  ) {
    self.problem = problem
    self.forward = forward
    self.reverse = reverse
    self.bestSplit = bestSplit
    self.optimum = optimum
    self.makespanOnTwo = makespanOnTwo
  }

  private static func dense(
    _ dimensions: [Int], _ forward: UInt128, _ reverse: UInt128,
    _ bestSplit: UInt128?, _ optimum: UInt128
  ) -> HandChecked {
    HandChecked(denseChain(dimensions), forward, reverse, bestSplit, optimum)
  }

  /// 600…10…600 with a diagonal activation after every layer but the last.
  private static var autoencoder: HandChecked {
    let widths = [600, 60, 40, 10, 40, 60, 600]
    var factors: [Factor] = []
    for (layer, width) in widths.dropFirst().enumerated() {
      factors.append(
        Factor(name: "w\(layer)", rows: width, columns: widths[layer]))
      guard layer < widths.count - 2 else { continue }
      factors.append(
        Factor(
          name: "a\(layer)", rows: width, columns: width, structure: .diagonal))
    }
    return HandChecked(
      chain("autoencoder with activations", factors), 25_086_000, 25_086_000,
      nil, 4_370_400)
  }

  private static var tridiagonal: HandChecked {
    let factors = (1...6).map {
      Factor(
        name: "t\($0)", rows: 200, columns: 200,
        structure: .banded(lower: 1, upper: 1))
    }
    return HandChecked(
      chain("six tridiagonal steps", factors), 20_750, 20_750, 19_192, 19_188)
  }

  private static var matrixFree: HandChecked {
    let table = [(117, 45, 39041), (45, 29, 85994), (29, 213, 33574)]
    let factors = table.enumerated().map { index, entry in
      Factor(
        name: "f\(index + 1)", rows: entry.1, columns: entry.0,
        tangentCost: entry.2, adjointCost: entry.2, tape: entry.2)
    }
    return HandChecked(
      chain("three matrix-free factors", factors), 18_557_253, 33_783_717, nil,
      5_322_370, makespanOnTwo: 3_453_200)
  }

  private static var sigmoid: Factor {
    Factor(
      name: "sigmoid", rows: 1_000_000, columns: 1_000_000,
      structure: .diagonal, tangentCost: 1, adjointCost: 1)
  }

  /// Layers 600-60-40-10-1 and the Jacobians of their weights.
  private static var backpropagation: HandChecked {
    let widths = [600, 60, 40, 10, 1]
    let layers = 1..<widths.count
    let jacobians = layers.map {
      Factor(name: "J\($0)", rows: widths[$0], columns: widths[$0 - 1])
    }
    let weights = layers.map { layer in
      let (m, n) = (widths[layer], widths[layer - 1])
      return Factor(
        name: "W\(layer)", rows: m, columns: m * n,
        structure: .blockDiagonal(count: m, rows: 1, columns: n))
    }
    let count = jacobians.count
    let targets = (0..<count).map { [count + $0] + Array($0 + 1..<count) }
    return HandChecked(
      valid(
        "backpropagation", jacobians + weights, targets + [[0, 1, 2, 3]]),
      nil, nil, nil, 77_600)
  }

  private static var tiedSteps: HandChecked {
    let step = Factor(name: "A", rows: 50, columns: 50)
    let word = [Int](repeating: 0, count: 16)
    return HandChecked(
      valid("sixteen tied steps", [step], [word]), 1_875_000, 1_875_000, nil,
      500_000)
  }

  private static func chain(_ name: String, _ factors: [Factor]) -> Problem {
    valid(name, factors, nil)
  }
}

/// A dense, given chain with these interface dimensions, input first.
package func denseChain(_ dimensions: [Int]) -> Problem {
  let shapes = zip(dimensions, dimensions.dropFirst())
  return valid(
    dimensions.map(String.init).joined(separator: "-"),
    shapes.enumerated().map { index, shape in
      Factor(name: "f\(index + 1)", rows: shape.1, columns: shape.0)
    }, nil)
}

private func valid(
  _ name: String, _ factors: [Factor], _ targets: [[Int]]?
) -> Problem {
  do {
    return try Problem(
      name: name, source: "worked out by hand", factors: factors,
      targets: targets)
  } catch {
    preconditionFailure("\(name): \(error)")
  }
}
