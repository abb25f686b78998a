import ChainAD
import ChainBenchResults
import ChainFormats
import ChainWorkloads
import JacobianChain

/// Jacobians of scalar functions in Python: `bench/peers/casadi_scalars.py`,
/// `jax_scalars.py`.
enum ScalarPeer: String, CaseIterable {
  case casadi = "casadi sx"
  case forward = "jax jacfwd"
  case reverse = "jax jacrev"

  private var module: String { self == .casadi ? "casadi" : "jax" }

  /// Compares the Jacobian with ours before its time counts.
  ///
  /// - Parameter expected: our Jacobian, row by row.
  func row(
    _ key: Measurement.Key, _ task: ScalarTask, expected: [Double],
    _ stage: Stage
  ) throws -> Measurement {
    let size = task.function.inputCount
    if let reason = stage.peers.absence(of: module) {
      return .skipped(key, reason, size: size)
    }
    let folder = try DoublesFolder()
    let request: JSONValue = .object([
      "method": .string(rawValue), "workload": .string(task.name),
      "point": .string(try folder.write(task.point, as: "point")),
      "answer": .string(folder.path("answer")),
      "repetitions": .number(stage.suite.repetitions),
      "seconds": .real(stage.suite.seconds),
    ])
    do {
      let answer = try stage.peers.ask(
        "\(module)_scalars.py", request,
        seconds: 60 + 10 * (stage.suite.secondsPerCall + stage.suite.seconds))
      let difference = relativeDifference(
        try folder.read("answer"), expected)
      guard difference <= 1e-12 else {
        return Measurement(
          key, size: size, outcome: .wrong, samples: [],
          note: "differs from ours by \(difference)")
      }
      return Measurement(key, size: size, samples: try answer.samples())
    } catch let failure as PeerFailure {
      return .skipped(key, failure.reason, size: size)
    }
  }
}
