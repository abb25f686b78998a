import ChainAD
import ChainExecutor
import JacobianChain
import Testing

/// Prepared functions under a limit on bytes.
@Suite struct MemoryLimitTests {
  /// Waist, wide ends: results alone are most of it, and what lies between is
  /// made in chunks.
  @Test(
    "A limit on bytes is kept, at another point and by other threads, too",
    arguments: [0.75, 0.5])
  func limits(share: Double) throws {
    let f = try PreparedJacobianTests.network([20, 16, 3, 16, 20])
    let free = try f.prepare()
    let results = 8 * UInt128(f.inputCount * f.outputCount)
    let peak = free.plan.peakBytes
    let limit = Int(results) + Int(share * Double(peak - results))
    let limited = try f.prepare(limits: Limits(memory: limit))
    #expect(limited.plan.peakBytes <= UInt128(limit))
    #expect(limited.plan.plan.chunks != nil || share == 0.75)
    let other = limited.shared.evaluator()
    for seed in 1...3 as ClosedRange<UInt64> {
      let x = PreparedJacobianTests.point(20, seed: seed)
      let (expected, found) = (
        try free.jacobian(at: x).denseEntries(),
        try limited.jacobian(at: x).denseEntries()
      )
      #expect(zip(expected, found).allSatisfy { abs($0 - $1) <= 1e-13 })
      #expect(try other.jacobian(at: x).denseEntries() == found)
    }
  }

  @Test("A Jacobian that would only fit into a file is refused")
  func refusal() throws {
    let f = try PreparedJacobianTests.network([20, 16, 3, 16, 20])
    let error = #expect(throws: ChainError.self) {
      try f.prepare(limits: Limits(memory: 8 * 20 * 20))
    }
    #expect(error?.kind == .infeasible)
    #expect(error?.location == "/limits/memory")
  }
}
