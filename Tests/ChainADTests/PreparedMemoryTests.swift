import ChainTestSupport
import ChainWorkloads
import JacobianChain
import Testing

@testable import ChainAD

#if canImport(Glibc)
  /// What calls of a prepared function ask for when they are repeated.
  @Suite struct PreparedMemoryTests {
    /// All but making the result: the way to the point, entries, products.
    @Test(.enabled(if: AllocationProbe.judgesIterators))
    func nothingButTheResultIsAllocated() throws {
      for workload in try Workload.reduced() {
        let point = workload.point
        let prepared = try workload.function.prepare(
          measuringAt: point, threads: 1)
        let isSilent = AllocationProbe.isSilent {
          try? prepared.whole.run(prepared.trajectory, at: point)
        }
        #expect(isSilent, "\(workload.name)")
      }
    }
  }
#endif
