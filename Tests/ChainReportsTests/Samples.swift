import ChainReports
import JacobianChain

/// Reports made by hand, so that these tests need no solver.
enum Samples {
  /// Dense given factors between these dimensions, input first.
  static func chain(
    _ dimensions: [Int], names: [String] = [], name: String = "chain"
  ) throws -> Problem {
    try Problem(
      name: name,
      factors: (1..<dimensions.count).map { index in
        Factor(
          name: names.isEmpty ? "J\(index)" : names[index - 1],
          rows: dimensions[index], columns: dimensions[index - 1])
      })
  }

  /// 600 → 10 → 600, whose optimum is known: 4 368 000 fma.
  static func autoencoder() throws -> Problem {
    try chain(
      [600, 60, 40, 10, 40, 60, 600],
      names: ["enc1", "enc2", "enc3", "dec1", "dec2", "dec3"],
      name: "autoencoder-600")
  }

  /// The optimum of the autoencoder, written down.
  static func autoencoderReport(
    run: RunRecord? = nil, stopReason: StopReason? = nil
  ) throws -> Report {
    let problem = try autoencoder()
    let steps: [Step] =
      (0..<6).map { .given(factor: $0) } + [
        .multiply(outer: 2, inner: 1), .multiply(outer: 6, inner: 0),
        .multiply(outer: 4, inner: 3), .multiply(outer: 5, inner: 8),
        .multiply(outer: 9, inner: 7),
      ]
    return try report(
      problem, Plan(steps: steps, targets: [10]), run: run,
      stopReason: stopReason, bound: 3_900_000)
  }

  /// Layers 60-20-4-20 and the Jacobians of their weights, all by the inputs
  /// and the weights; the optimum crosses the bottleneck from both sides.
  static func bottleneckReport() throws -> Report {
    let widths = [60, 20, 4, 20]
    let layers = try chain(widths).factors
    let weights = (1...3).map { layer in
      let (m, n) = (widths[layer], widths[layer - 1])
      return Factor(
        name: "W\(layer)", rows: m, columns: m * n,
        structure: .blockDiagonal(count: m, rows: 1, columns: n))
    }
    let problem = try Problem(
      name: "bottleneck-60-20-4-20", factors: layers + weights,
      targets: [[3, 1, 2], [4, 2], [5], [0, 1, 2]])
    let steps: [Step] =
      (0..<6).map { .given(factor: $0) } + [
        .multiply(outer: 2, inner: 1), .multiply(outer: 6, inner: 3),
        .multiply(outer: 2, inner: 4), .multiply(outer: 1, inner: 0),
        .multiply(outer: 2, inner: 9),
      ]
    return try report(problem, Plan(steps: steps, targets: [7, 8, 5, 10]))
  }

  /// A diagonal, a band that is only applied, and a dense factor that is, too.
  static func structuredReport() throws -> Report {
    let problem = try Problem(
      name: "structured",
      factors: [
        Factor(name: "activation", rows: 8, columns: 8, structure: .diagonal),
        Factor(
          name: "step", rows: 8, columns: 8,
          structure: .banded(lower: 1, upper: 1), tangentCost: 24),
        Factor(name: "mix", rows: 5, columns: 8, adjointCost: 40),
        Factor(
          name: "sensors", rows: 2, columns: 5, structure: .selection([4, 0])),
      ],
      targets: [[0, 1, 2, 3], [0, 1]])
    return try report(
      problem,
      Plan(
        steps: [
          .given(factor: 0), .given(factor: 3),
          .eliminate(factor: 1, mode: .tangent, operand: 0),
          .eliminate(factor: 2, mode: .adjoint, operand: 1),
          .multiply(outer: 3, inner: 2),
        ], targets: [4, 2]))
  }

  /// A residual step between two dense factors, beside a function that goes past
  /// all of them.
  static func graphReport() throws -> Report {
    let problem = try Problem(
      name: "residual",
      factors: [
        Factor(name: "lift", rows: 4, columns: 3),
        Factor(name: "slope", rows: 4, columns: 4, structure: .diagonal),
        Factor(name: "skip", rows: 4, columns: 4, structure: .negatedIdentity),
        Factor(name: "read", rows: 2, columns: 4),
        Factor(name: "past", rows: 2, columns: 3, tangentCost: 10),
      ],
      graph: Graph(
        vertices: [("x", 3), ("u", 4), ("v", 4), ("y", 2)].map {
          Graph.Vertex(name: $0.0, size: $0.1)
        },
        arcs: [(0, 1), (1, 2), (1, 2), (2, 3), (0, 3)].enumerated().map {
          Graph.Arc(factor: $0, from: $1.0, to: $1.1)
        }))
    return try report(
      problem,
      Plan(
        steps: [
          .given(factor: 0), .given(factor: 1), .given(factor: 2), .add(1, 2),
          .given(factor: 3), .multiply(outer: 4, inner: 3),
          .multiply(outer: 5, inner: 0),
          .accumulate(factor: 4, mode: .tangent), .add(6, 7),
        ], targets: [8]))
  }

  /// A report on a plan; without one, on the best single split.
  static func report(
    _ problem: Problem, _ plan: Plan? = nil, objective: Objective = .fma,
    run: RunRecord? = nil, stopReason: StopReason? = nil, bound: UInt128? = nil
  ) throws -> Report {
    let baselines = try Baselines(of: problem)
    let chosen = plan ?? baselines[.bestSplit]!.plan
    let optimum = try chosen.priced(for: problem)
    return Report(
      Solved(
        problem, objective: objective,
        choice: .init(solver: "by-hand", reason: "the only one in this test"),
        plan: optimum,
        lowerBound: stopReason == nil ? optimum.fma : bound ?? 0,
        status: stopReason.map(Status.stopped) ?? .optimal,
        baselines: baselines, seconds: 3e-6),
      run: run)
  }

  /// What a faithful execution of the autoencoder's plans measures.
  static func run(
    error: Double = 1.1e-15, counted: UInt128 = 4_368_000,
    verification: RunRecord.Verification? = nil
  ) -> RunRecord {
    let homogeneous = RunRecord.Measured(
      seconds: 0.0101, countedFMA: 24_960_000, peakBytes: 5_900_000)
    return RunRecord(
      plan: .init(seconds: 0.00123, countedFMA: counted, peakBytes: 2_900_000),
      baselines: [.forward: homogeneous, .reverse: homogeneous],
      verification: verification
        ?? .init(maxRelativeError: error, method: "600 one-hot tangents"),
      peakBytes: 5_900_000, threads: 2, seed: 42)
  }

  /// A tree over the chain with splits drawn at random.
  static func randomPlan(
    _ count: Int, _ random: inout Seeded
  ) -> Plan {
    enum Item {
      case span(Range<Int>)
      case join
    }
    var steps: [Step] = []
    var values: [Int] = []
    var stack: [Item] = [.span(0..<count)]
    while let item = stack.popLast() {
      switch item {
      case .span(let span) where span.count == 1:
        steps.append(.given(factor: span.lowerBound))
      case .span(let span):
        let split = Int.random(
          in: span.lowerBound + 1..<span.upperBound, using: &random)
        stack += [
          .join, .span(split..<span.upperBound), .span(span.lowerBound..<split),
        ]
        continue
      case .join:
        let outer = values.removeLast()
        steps.append(.multiply(outer: outer, inner: values.removeLast()))
      }
      values.append(steps.count - 1)
    }
    return Plan(steps: steps, targets: [values[0]])
  }
}

/// A generator whose sequence is the same everywhere.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
