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
  /// - Parameters:
  ///   - expected: our Jacobian, row by row.
  ///   - limit: after some seconds more than these the peer is stopped.
  func row(
    _ key: Measurement.Key, _ workload: Workload, expected: [Double],
    _ sampling: Sampling, limit: Double, _ peers: Peers
  ) throws -> Measurement {
    if let reason = peers.absence(of: module) {
      return .skipped(key, reason)
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
      "repetitions": .number(sampling.repetitions),
      "seconds": .real(sampling.seconds),
    ])
    do {
      let answer = try peers.ask(
        "\(module)_functions.py", request,
        seconds: 60 + 10 * (limit + sampling.seconds))
      let difference = relativeDifference(
        try folder.read("answer"), expected)
      guard difference <= 1e-8 else {
        return Measurement(
          key, outcome: .wrong, samples: [],
          note: "differs from ours by \(difference)")
      }
      return Measurement(key, samples: try answer.samples())
    } catch let failure as PeerFailure {
      return .skipped(key, failure.reason)
    }
  }
}
