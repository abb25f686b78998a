import ChainAD
import ChainExecutor
import JacobianChain

/// Networks, module by module, and gradient descent with their Jacobians.
enum Training {
  static let examples = [
    Example(
      name: "modules",
      title: "600-60-40-10 with ReLU: both Jacobians of every module"
    ) {
      let f = try Accumulation.network([600, 60, 40, 10]) {
        try Layer.relu(count: $0)
      }
      let prepared = try f.prepare()
      let x = numbers(600, seed: 3)
      var lines: [String] = []
      for k in 1...f.functions.count {
        let own = try prepared.partialJacobian(from: k - 1, to: k, at: x)
        let name = f.functions[k - 1].name
        lines.append(
          "∂z\(k)/∂z\(k - 1) \(own.rows) × \(own.columns) "
            + "\(own.pattern.structure.name) (\(name))")
      }
      for (k, jacobian) in try prepared.parameterJacobians(at: x) {
        lines.append(
          "∂z\(f.functions.count)/∂w\(k + 1) \(jacobian.rows) × "
            + "\(jacobian.columns) \(jacobian.pattern.structure.name)")
      }
      return lines
    },
    Example(
      name: "gradient-descent",
      title: "a network of two nodes and seven parameters learns x²"
    ) {
      let losses = try twoNodes()
      guard losses[losses.count - 1] < 0.2 * losses[0] else {
        throw Broken(description: "the loss doesn't fall")
      }
      return stride(from: 0, to: losses.count, by: 50).map {
        "step \($0): loss \(words([losses[$0]]))"
      }
    },
    Example(
      name: "cascade",
      title: "linear and pointwise modules learn with both Jacobians"
    ) {
      let f = try Accumulation.network([8, 6, 4, 2]) {
        try Layer.relu(count: $0)
      }
      let (x, wanted) = (numbers(8, seed: 7), [0.5, -0.25])
      let losses = try descend(f, [(x, wanted)], steps: 100, rate: 0.02)
      guard losses[99] < 0.1 * losses[0] else {
        throw Broken(description: "the loss doesn't fall")
      }
      return ["loss \(words([losses[0]])) → \(words([losses[99]]))"]
    },
  ]

  private static func twoNodes() throws -> [Double] {
    let f = try ComposedFunction([
      try Layer.affine(
        name: "hidden", inputs: 1, outputs: 2, weights: [0.9, -0.8],
        bias: [0.4, 0.6]),
      try Layer.tanh(count: 2),
      try Layer.affine(
        name: "output", inputs: 2, outputs: 1, weights: [0.3, 0.2], bias: [0]),
    ])
    let samples = (-4...4).map { ([Double($0) / 4], [Double($0 * $0) / 16]) }
    return try descend(f, samples, steps: 201, rate: 0.05)
  }

  /// The sums of squared errors on the way, by gradient descent on all
  /// parameters.
  private static func descend(
    _ f: ComposedFunction, _ samples: [(x: [Double], wanted: [Double])],
    steps: Int, rate: Double
  ) throws -> [Double] {
    let prepared = try f.prepare()
    var parameters: [Int: [Double]] = [:]
    for (k, function) in f.functions.enumerated() {
      if let function = function as? any ParametricFunction {
        parameters[k] = function.parameters
      }
    }
    return try (0..<steps).map { _ in
      var loss = 0.0
      var gradient = parameters.mapValues { $0.map { _ in 0.0 } }
      for (x, wanted) in samples {
        let errors = zip(try prepared.value(at: x), wanted).map { $0 - $1 }
        loss += errors.reduce(0) { $0 + $1 * $1 }
        for (k, jacobian) in try prepared.parameterJacobians(at: x) {
          for j in 0..<jacobian.columns {
            for (i, error) in errors.enumerated() {
              gradient[k]![j] += 2 * error * jacobian[i, j]
            }
          }
        }
      }
      for (k, slopes) in gradient {
        for j in slopes.indices { parameters[k]![j] -= rate * slopes[j] }
        try prepared.setParameters(parameters[k]!, ofFunction: k)
      }
      return loss
    }
  }
}
