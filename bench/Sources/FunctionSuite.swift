import ChainAD
import ChainExecutor
import ChainWorkloads
import JacobianChain

/// Jacobians of composed functions: in the order that is chosen, and by the
/// forward and the reverse mode that one would write by hand on the same
/// layers.
struct FunctionSuite {
  let isSmoke: Bool
  /// How the names of the workloads to run begin.
  let prefix: String

  func run(_ emit: (Row) -> Void) throws {
    let workloads = try isSmoke ? Workload.reduced() : Workload.atFullSize()
    for workload in workloads where workload.name.hasPrefix(prefix) {
      try rows(workload).forEach(emit)
    }
  }

  private func rows(_ workload: Workload) throws -> [Row] {
    let (function, point) = (workload.function, workload.point)
    let prepared = try function.prepare(measuringAt: point)
    let sweeps = HandSweeps(function)
    try compare(
      workload.name, prepared.jacobian(at: point).denseEntries(),
      sweeps.forward(at: point), sweeps.reverse(at: point))
    // In turns, so that a drifting machine is fair to all.
    let bodies: [() throws -> Void] = [
      { _ = try prepared.jacobian(at: point) },
      { _ = try sweeps.forward(at: point) },
      { _ = try sweeps.reverse(at: point) },
    ]
    var samples: [[Double]] = [[], [], []]
    for _ in 0..<(isSmoke ? 1 : 3) {
      for (place, body) in bodies.enumerated() {
        samples[place].append(try median(of: body))
      }
    }
    let timings = samples.map(Timing.init(samples:))
    return zip(["planned", "forward", "reverse"], timings).enumerated().map {
      index, row in
      Row(
        suite: "functions", name: workload.name, variant: row.0,
        timing: row.1,
        ratio: index == 0 ? nil : row.1.median / timings[0].median)
    }
  }

  /// Of as many calls as fit into a short time, but at least one.
  private func median(of body: () throws -> Void) rethrows -> Double {
    let seconds = isSmoke ? 1e-3 : 0.4
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    let once = (clock.now - start) / .seconds(1)
    return try once > seconds ? once : Timing(seconds: seconds, body).median
  }

  private func compare(
    _ name: String, _ planned: [Double], _ others: [Double]...
  ) {
    let scale = planned.reduce(0) { max($0, $1.magnitude) }
    for other in others {
      precondition(
        other.count == planned.count
          && zip(planned, other).allSatisfy {
            abs($0 - $1) <= 1e-10 * scale
          }, name)
    }
  }
}
