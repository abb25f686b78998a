import ChainAD
import ChainBenchResults
import ChainFormats
import ChainWorkloads
import JacobianChain

/// Jacobians of composed functions in Python, with the same weights at the
/// same point: `bench/peers/jax_functions.py`, `casadi_functions.py`.
enum FunctionPeer: String, CaseIterable {
  case forward = "jax jacfwd"
  case reverse = "jax jacrev"
  case byHand = "jax by hand"
  case casadi

  private var module: String { self == .casadi ? "casadi" : "jax" }

  /// Compares the Jacobian with ours before its time counts.
  ///
  /// - Parameter expected: our Jacobian, row by row.
  func row(
    _ key: Measurement.Key, _ workload: Workload, expected: [Double],
    _ stage: Stage
  ) throws -> Measurement {
    let (family, size) = ("functions", workload.function.functions.count)
    if let reason = stage.peers.absence(of: module) {
      return .skipped(key, reason, family: family, size: size)
    }
    let folder = try DoublesFolder()
    // Each function once, in the order of their first use, as in Python.
    var seen: Set<[Double]> = []
    let parameters = workload.function.functions
      .compactMap { ($0 as? any ParametricFunction)?.parameters }
      .filter { seen.insert($0).inserted }
    let request: JSONValue = .object([
      "method": .string(rawValue), "workload": .string(workload.name),
      "point": .string(try folder.write(workload.point, as: "point")),
      "parameters": .string(
        try folder.write(parameters.flatMap { $0 }, as: "parameters")),
      "answer": .string(folder.path("answer")),
      "repetitions": .number(stage.suite.repetitions),
      "seconds": .real(stage.suite.seconds),
    ])
    do {
      let answer = try stage.peers.ask(
        "\(module)_functions.py", request,
        seconds: 60 + 10 * (stage.suite.secondsPerCall + stage.suite.seconds))
      let difference = relativeDifference(
        try folder.read("answer"), expected)
      guard difference <= 1e-8 else {
        return Measurement(
          key, family: family, size: size, outcome: .wrong, samples: [],
          note: "differs from ours by \(difference)")
      }
      return Measurement(
        key, family: family, size: size, samples: try answer.samples())
    } catch let failure as PeerFailure {
      return .skipped(key, failure.reason, family: family, size: size)
    }
  }
}
