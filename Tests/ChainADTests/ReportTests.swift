import ChainAD
import ChainADReports
import ChainExecutor
import ChainReports
import ChainWorkloads
import JacobianChain
import Testing

/// Reports on prepared functions: the plan's numbers, and measured ones.
@Suite struct PreparedReportTests {
  @Test func workloads() throws {
    for workload in try Workload.reduced() {
      let prepared = try workload.function.prepare(
        measuringAt: workload.point)
      let report = try prepared.report(at: workload.point)
      #expect(report.solved.plan == prepared.plan)
      #expect(report.solved.problem == prepared.problem)
      let run = try #require(report.run)
      #expect(run.plan.countedFMA == prepared.plan.fma)
      #expect(run.plan.seconds > 0)
      #expect(
        run.baselines[.forward]?.countedFMA
          == report.solved.baselines?[.forward]?.fma)
      #expect(
        run.baselines[.reverse]?.countedFMA
          == report.solved.baselines?[.reverse]?.fma)
      #expect(
        run.baselines[.bestSplit]?.countedFMA
          == report.solved.baselines?[.bestSplit]?.fma)
      #expect(run.verification.maxRelativeError < 1e-10)
      #expect(run.verification.method.contains("one-hot"))
      for format in ReportFormat.allCases {
        #expect(!report.rendered(as: format).isEmpty)
      }
      // The function is as it was.
      let again = try prepared.jacobian(at: workload.point)
      #expect(
        try again.denseEntries()
          == prepared.jacobian(at: workload.point).denseEntries())
    }
  }

  /// Whoever reads the text finds what `jchain plan` prints, and the seconds.
  @Test func text() throws {
    let workload = try Workload.autoencoder([60, 12, 8, 3, 8, 12, 60])
    let prepared = try workload.function.prepare()
    let text = try prepared.report(at: workload.point).rendered(as: .text)
    #expect(text.contains("dynamic-programming"))
    #expect(text.contains("16 one-hot tangents"))
    #expect(text.contains("forward"))
  }

  /// Parameters that were given later count for the check as well.
  @Test func otherParameters() throws {
    let workload = try Workload.autoencoder([20, 5, 20])
    let prepared = try workload.function.prepare()
    let count = (20 + 1) * 5
    try prepared.setParameters(
      (0..<count).map { 1 / Double($0 + 3) }, ofFunction: 0)
    let run = try #require(try prepared.report(at: workload.point).run)
    #expect(run.verification.maxRelativeError < 1e-12)
  }

  /// Machines have their say, as in the command.
  @Test func machines() throws {
    let workload = try Workload.autoencoder([20, 5, 8, 5, 20])
    let prepared = try workload.function.prepare(
      objective: .makespan, limits: Limits(machines: 2))
    let report = try prepared.report(at: workload.point)
    #expect(report.solved.machines != nil)
    #expect(report.solved.objective == .makespan)
    #expect(try #require(report.run).verification.agrees)
  }

  /// Functions that give entries alone can't be swept through: a baseline's
  /// Jacobian stands in.
  @Test func entriesAlone() throws {
    func function(
      _ name: String, _ entries: [Double]
    ) -> some CurvedFunction {
      Elemental.closures(
        name: name, inputCount: 2, outputCount: 2, value: { $0 },
        entries: { _ in entries })
    }
    let prepared = try ComposedFunction([
      function("A", [1, 2, 3, 4]), function("B", [5, 6, 7, 8]),
    ]).prepare()
    let run = try #require(try prepared.report(at: [0, 0]).run)
    #expect(run.verification.method == "forward mode")
    #expect(run.verification.agrees)
  }

  /// What plans are held against doesn't lose what they keep.
  @Test(arguments: [[1e-200, 1e-200, 1e300], [1e200, 1e300, 1e-250]])
  func numbersThatFadeOrGrow(slopes: [Double]) throws {
    for slopes in [slopes, slopes.reversed()] {
      let functions = try slopes.map {
        try Layer.affine(
          inputs: 2, outputs: 2, weights: [$0, $0 / 2, $0 / 4, $0])
      }
      let run = try #require(
        try ComposedFunction(functions).prepare().report(at: [0, 0]).run)
      #expect(run.verification.method == "2 one-hot tangents")
      #expect(run.verification.agrees)
      var graph = FunctionGraph()
      let x = try graph.input("x", count: 2)
      var y = x
      for function in functions {
        let own = try graph.apply(function, y)
        y = try graph.subtract(own, graph.apply(functions[1], y))
      }
      let other = try #require(
        try graph.prepare().report(of: y, by: x, at: [0, 0]).run)
      #expect(other.verification.agrees)
    }
  }

  /// Forward mode makes a matrix of more than a terabyte here.
  @Test func aBaselineThatDoesNotFitEndsNothing() throws {
    let n = 400_000
    func function(
      _ name: String, _ inputs: Int, _ outputs: Int
    ) -> some CurvedFunction {
      Elemental.closures(
        name: name, inputCount: inputs, outputCount: outputs,
        value: { _ in [Double](repeating: 1, count: outputs) },
        entries: { _ in [Double](repeating: 1, count: n) })
    }
    let prepared = try ComposedFunction([
      function("A", n, 1), function("B", 1, n), function("C", n, 1),
    ]).prepare()
    let report = try prepared.report(at: [Double](repeating: 0, count: n))
    let run = try #require(report.run)
    #expect(run.baselines[.forward] == nil && run.baselines[.reverse] != nil)
    #expect(Array(run.omissions.keys) == [.forward])
    #expect(run.verification.agrees)
    #expect(report.rendered(as: .text).contains("not run   forward"))
  }

  @Test func wrongPoint() throws {
    let workload = try Workload.autoencoder([20, 5, 20])
    let prepared = try workload.function.prepare()
    #expect(throws: ChainError.self) { try prepared.report(at: [1]) }
  }

  /// Of a graph: its vertices by name, and baselines of graphs.
  @Test func graphs() throws {
    var graph = FunctionGraph()
    let (x, w) = (
      try graph.input("x", count: 5), try graph.input("weights", count: 2)
    )
    let h = try graph.apply(
      Layer.affine(
        name: "encoder", inputs: 5, outputs: 3, weights: scattered(15)), x)
    let joint = try graph.apply(
      Layer.tanh(count: 5), graph.concatenate([h, w]))
    let k = try graph.apply(
      Layer.affine(
        name: "decoder", inputs: 5, outputs: 3, weights: scattered(15)),
      joint)
    let y = try graph.subtract(k, h)
    let prepared = try graph.prepare()
    let point = scattered(7)
    let all = graph.concatenate([x, w])
    for (input, count) in [(x, 5), (all, 7)] {
      let report = try prepared.report(of: y, by: input, at: point)
      let solved = try #require(try prepared.solved(of: y, by: input))
      let run = try #require(report.run)
      #expect(run.plan.countedFMA == solved.plan.fma)
      #expect(run.verification.maxRelativeError < 1e-12)
      #expect(run.verification.method == "\(count) one-hot tangents")
      #expect(Set(run.baselines.keys) == [.forward, .reverse, .markowitz])
      for (baseline, measured) in run.baselines {
        #expect(
          measured.countedFMA == report.solved.baselines?[baseline]?.fma)
      }
      let text = report.rendered(as: .text)
      #expect(text.contains("encoder") && text.contains("tanh"))
      for format in ReportFormat.allCases {
        #expect(!report.rendered(as: format).isEmpty)
      }
    }
    let none = #expect(throws: ChainError.self) {
      try prepared.report(of: h, by: w, at: point)
    }
    #expect(none?.location == "/values")
    // As a path the composition says the same.
    let function = try ComposedFunction([
      Layer.affine(name: "a", inputs: 5, outputs: 2, weights: scattered(10)),
      Layer.tanh(count: 2),
    ])
    let (path, input, output) = FunctionGraph.path(function)
    let run = try #require(
      try path.prepare().report(of: output, by: input, at: scattered(5)).run)
    #expect(run.verification.agrees && run.baselines[.bestSplit] != nil)
  }

  /// Functions with adjoints alone are checked by those.
  @Test func graphsWithAdjointsAlone() throws {
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 4)
    let h = try graph.apply(
      NeighbourClosures.function(4, curvature: .unknown, tangents: false), x)
    let y = try graph.apply(
      Layer.affine(inputs: 8, outputs: 2, weights: scattered(16)),
      graph.concatenate([h, x]))
    let run = try #require(
      try graph.prepare().report(of: y, by: x, at: scattered(4)).run)
    #expect(run.verification.method == "2 one-hot adjoints")
    #expect(run.verification.agrees)
  }
}
