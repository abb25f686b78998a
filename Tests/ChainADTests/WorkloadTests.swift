import ChainAD
import ChainExecutor
import ChainWorkloads
import JacobianChain
import Testing

/// Jacobians of realistic compositions: the chosen order gives what forward
/// and reverse mode give.
@Suite struct WorkloadTests {
  private static let workloads = Result { try Workload.reduced() }

  private func agree(_ a: [Double], _ b: [Double]) -> Bool {
    let scale = a.reduce(0) { max($0, $1.magnitude) }
    return a.count == b.count && scale > 0 && scale.isFinite
      && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-10 * scale }
  }

  private func unit(_ count: Int) -> [Double] {
    var block = [Double](repeating: 0, count: count * count)
    for i in 0..<count { block[i * count + i] = 1 }
    return block
  }

  @Test(arguments: try workloads.get().indices)
  func everyOrderGivesTheSameJacobian(_ index: Int) throws {
    let workload = try Self.workloads.get()[index]
    let (function, point) = (workload.function, workload.point)
    let prepared = try function.prepare(measuringAt: point)
    let jacobian = try prepared.jacobian(at: point).denseEntries()

    // Without any plan.
    let sweeps = HandSweeps(function)
    #expect(agree(jacobian, try sweeps.forward(at: point)), "\(workload.name)")
    #expect(agree(jacobian, try sweeps.reverse(at: point)), "\(workload.name)")

    // By one block of tangents, and of adjoints.
    let (n, m) = (function.inputCount, function.outputCount)
    let columns = try prepared.jvp(at: point, tangents: unit(n), width: n)
    #expect(agree(jacobian, columns), "\(workload.name)")
    let rows = try prepared.vjp(at: point, cotangents: unit(m), width: m)
    #expect(agree(jacobian, rows), "\(workload.name)")
  }

  /// At another point, with everything that was kept from the first one.
  @Test(arguments: try workloads.get().indices)
  func preparedFunctionsMove(_ index: Int) throws {
    let workload = try Self.workloads.get()[index]
    let (function, point) = (workload.function, workload.point)
    let prepared = try function.prepare(measuringAt: point)
    _ = try prepared.jacobian(at: point)
    let other = point.map { 0.5 * $0 - 0.125 }
    let moved = try prepared.jacobian(at: other).denseEntries()
    let sweeps = HandSweeps(function)
    #expect(agree(moved, try sweeps.forward(at: other)), "\(workload.name)")
    // And back: as a new start.
    let back = try prepared.jacobian(at: point).denseEntries()
    let fresh = try function.prepare(measuringAt: point).jacobian(at: point)
    #expect(agree(back, try fresh.denseEntries()), "\(workload.name)")
  }
}
