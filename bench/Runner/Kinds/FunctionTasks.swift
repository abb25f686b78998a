import ChainAD
import ChainBenchResults
import ChainExecutor
import ChainWorkloads
import JacobianChain

/// Jacobians of composed functions: in the order that is chosen, and by the
/// forward and the reverse mode that one would write by hand on the same
/// layers; and by `libjchain_run`, to which the same layers are C functions.
struct FunctionTasks {
  let stage: Stage

  static let contestants = ["planned", "forward", "reverse", callbacks]

  /// What C calls came with Swift 6.3; before that nobody takes its part.
  private static let callbacks = "C callbacks"
  #if canImport(CJacobianChainRun)
    private static let absent: Set<String> = []
  #else
    private static let absent: Set = [callbacks]
  #endif

  func tasks() -> [BenchTask] {
    stage.suite.functions.map { function in
      BenchTask(
        function.label, "jacobian seconds",
        (function.contestants ?? stage.suite.contestants)
          .filter { !Self.absent.contains($0) }
      ) { keys, _ in
        try rows(Self.workload(function, stage.suite), keys)
      }
    }
  }

  /// The function that a suite means; the small one of its kind in a smoke
  /// run.
  static func workload(
    _ function: FunctionCase, _ suite: Suite
  ) throws -> Workload {
    let all = try suite.isSmoke ? Workload.reduced() : Workload.atFullSize()
    guard
      let workload = all.first(where: { $0.name == function.workload })
    else {
      throw ChainError(
        .malformed, at: "bench/suites/\(suite.name).json: /functions",
        expected: "one of " + all.map(\.name).joined(separator: ", "),
        found: "\"\(function.workload)\"", advice: "choose one of them")
    }
    return workload
  }

  private func rows(
    _ workload: Workload, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let (function, point) = (workload.function, workload.point)
    let prepared = try function.prepare(measuringAt: point, threads: 1)
    let sweeps = HandSweeps(function)
    let expected = try prepared.jacobian(at: point).denseEntries()
    for jacobian in [
      try sweeps.forward(at: point), try sweeps.reverse(at: point),
    ] {
      let difference = relativeDifference(jacobian, expected)
      try check(difference <= 1e-10, "orders differ by \(difference)")
    }
    #if canImport(CJacobianChainRun)
      let engine =
        try keys.contains { $0.contestant == Self.callbacks }
        ? CallbackEngine(function, as: prepared) : nil
      if let engine {
        let jacobian = try engine.jacobian(at: point)
        let difference = relativeDifference(
          Array(UnsafeBufferPointer(start: jacobian, count: engine.count)),
          expected)
        try check(difference <= 1e-10, "C differs by \(difference)")
      }
    #endif
    let samples = try stage.sampling.inTurns(
      keys.map { key in
        {
          switch key.contestant {
          case "forward": _ = try sweeps.forward(at: point)
          case "reverse": _ = try sweeps.reverse(at: point)
          #if canImport(CJacobianChainRun)
            case Self.callbacks: _ = try engine!.jacobian(at: point)
          #endif
          default: _ = try prepared.jacobian(at: point)
          }
        }
      })
    return zip(keys, samples).map {
      Measurement($0, size: function.functions.count, samples: $1)
    }
  }
}
