import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

@Suite struct CalibrationTests {
  /// Every trial has the kernel that its table is for, and sizes that its scale
  /// makes up for.
  @Test(arguments: Work.Kernel.allCases)
  func trialsRunTheirKernel(_ kernel: Work.Kernel) throws {
    for (m, k, n) in [(16, 3, 16), (64, 9, 9), (300, 27, 8)] {
      let trial = try KernelTrial(kernel, m, k, n)
      try trial.run()
      #expect(trial.scale > 0 && trial.scale.isFinite)
      guard let work = trial.work else { continue }
      #expect(work.kernel == kernel)
      let done = work.sizes.rows * work.sizes.shared * work.sizes.columns
      let wanted = Double(m * k * n) / Double(work.count)
      #expect(abs(trial.scale * done - wanted) < 1e-9 * wanted)
    }
  }

  @Test func aStopIsThrown() {
    #expect {
      try Calibration.profile(
        processor: "test", build: "test", grid: .coarse,
        control: SearchControl(shouldStop: { .interrupted }))
    } throws: { ($0 as? ChainError)?.isStop == true }
  }

  @Test func whatWasHeldUpTakesNoLongerThanLargerSizes() {
    #expect(
      Calibration.withoutDelays([5, 2, 3, 9, 4, 8], by: [2, 1, 3])
        == [2, 2, 3, 4, 4, 8])
    #expect(Calibration.withoutDelays([1, 9, 2, 7], by: [4]) == [1, 2, 2, 7])
    #expect(Calibration.withoutDelays([7], by: [1, 1, 1]) == [7])
  }
}
