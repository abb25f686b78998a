import ChainAD
import ChainExecutor
import JacobianChain
import Testing

/// One preparation for several threads: each has an evaluator, all the same
/// answers, bit for bit.
@Suite("Shared preparations") struct SharedTests {
  private static let cost = ElementalCosts(
    tangent: .declared(40), adjoint: .declared(60), tape: 9)

  /// Layers, a function written once, and one output, so that there is a
  /// Hessian.
  private static func function() throws -> ComposedFunction {
    try ComposedFunction([
      Layer.affine(name: "a", inputs: 5, outputs: 4, weights: scattered(20)),
      Layer.tanh(count: 4),
      Elemental.generic(
        name: "mixture", costs: cost, Mixture(inputCount: 4, outputCount: 3)),
      Layer.affine(name: "b", inputs: 3, outputs: 1, weights: scattered(3)),
    ])
  }

  private static let points = (0..<6).map { scattered(5, from: 10 * $0) }

  /// All that can be asked for, beginning with question `first`.
  private static func answers(
    _ prepared: PreparedJacobian, from first: Int
  ) throws -> [Int: [Double]] {
    let questions: [([Double]) throws -> [Double]] = [
      { try prepared.jacobian(at: $0).denseEntries() },
      { try prepared.jvp(at: $0, tangents: scattered(10), width: 2) },
      { try prepared.vjp(at: $0, cotangents: [2]) },
      { try prepared.partialJacobian(from: 1, to: 3, at: $0).denseEntries() },
      {
        try prepared.parameterJacobians(at: $0).flatMap {
          try $0.jacobian.denseEntries()
        }
      },
      { try prepared.hessian(at: $0).denseEntries() },
      {
        try prepared.hessianVectorProduct(at: $0, vector: [1, 0, 2, 0, 3])
      },
      { try prepared.value(at: $0) },
    ]
    var answers: [Int: [Double]] = [:]
    for index in questions.indices {
      let question = (first + index) % questions.count
      answers[question] = try points.flatMap(questions[question])
    }
    return answers
  }

  @Test("eight threads plan and evaluate at once")
  func threads() async throws {
    let expected = try Self.answers(Self.function().prepare(), from: 0)
    // A limit that no other test has: nothing is planned before.
    let shared = try Self.function().prepare(
      limits: Limits(tapePerStep: 12_345), threads: 1
    ).shared
    try await withThrowingTaskGroup(of: [Int: [Double]].self) { group in
      for task in 0..<8 {
        group.addTask { try Self.answers(shared.evaluator(), from: task) }
      }
      for try await found in group { #expect(found == expected) }
    }
  }

  @Test("plans are shared, parameters are not")
  func parameters() throws {
    let prepared = try Self.function().prepare()
    let point = Self.points[1]
    func jacobian(_ prepared: PreparedJacobian) throws -> [Double] {
      try prepared.jacobian(at: point).denseEntries()
    }
    let before = try jacobian(prepared)
    let other = prepared.shared.evaluator()
    #expect(other.plan == prepared.plan)
    try other.setParameters(scattered(3, from: 50), ofFunction: 3)
    #expect(try jacobian(other) != before)
    #expect(try jacobian(prepared) == before)
    #expect(try jacobian(other.shared.evaluator()) == before)
  }

  @Test("eight threads on a graph")
  func graphs() async throws {
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 4)
    let h = try graph.apply(
      Elemental.generic(
        name: "mixture", costs: Self.cost,
        Mixture(inputCount: 8, outputCount: 6)),
      graph.concatenate([x, x]), outputs: [4, 2])
    let y = try graph.add(graph.apply(Layer.tanh(count: 4), h.parts[0]), x)
    let points = (0..<20).map { scattered(4, from: $0) }
    let prepared = try graph.prepare()
    let expected = try points.map {
      try prepared.jacobian(of: y, by: x, at: $0).denseEntries()
    }
    let shared = try graph.prepare(threads: 1).shared
    try await withThrowingTaskGroup(of: [[Double]].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let own = shared.evaluator()
          return try points.map {
            try own.jacobian(of: y, by: x, at: $0).denseEntries()
          }
        }
      }
      for try await found in group { #expect(found == expected) }
    }
  }
}
