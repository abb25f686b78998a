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

  /// Two trials were twice and eight times as slow in a usual round as in the
  /// best: four times, on the average of what cancels.
  @Test func leastTimesAreScaledToUsualOnes() {
    let near = [
      Times(rounds: [2, 1, 3]), Times(rounds: [80, 10, 80]),
    ]
    let far = Times(rounds: [5, 90, 7], isFar: true)
    #expect(Times.usualSlowness(near + [far]) == 4)
    #expect(near.map { $0.typical(4) } == [4, 40])
    #expect(far.typical(4) == 7)
    #expect(Times.usualSlowness([far]) == 1)
    #expect(Times(rounds: [0]).typical(4) == 0.01)
  }

  @Test func whatWasHeldUpTakesNoLongerThanLargerSizes() {
    #expect(
      Calibration.withoutDelays([5, 2, 3, 9, 4, 8], by: [2, 1, 3])
        == [2, 2, 3, 4, 4, 8])
    #expect(Calibration.withoutDelays([1, 9, 2, 7], by: [4]) == [1, 2, 2, 7])
    #expect(Calibration.withoutDelays([7], by: [1, 1, 1]) == [7])
  }
}
