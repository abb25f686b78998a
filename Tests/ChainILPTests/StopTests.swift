import ChainILP
import ChainTestSupport
import JacobianChain
import Synchronization
import Testing

/// A search that is stopped has a plan and a bound that holds.
@Suite(.enabled(if: IntegerProgram.isAvailable)) struct StopTests {
  @Test func theBoundHoldsWheneverItStops() throws {
    for turns in [0, 1, 2, 3, 5, 8, 13] {
      try withSeeds(0..<60) { seed in
        let problem = randomJointProblem(seed: seed)
        guard let optimum = try cheapestJointly(problem) else { return }
        let left = Counter(turns)
        let solution = try IntegerProgram().solve(
          problem, objective: .fma,
          control: SearchControl(shouldStop: {
            left.next() ? nil : .interrupted
          }))
        let price = try solution.plan.priced(for: problem).fma
        try #require(solution.lowerBound <= optimum && optimum <= price)
        try #require(
          solution.status == .stopped(.interrupted)
            || solution.lowerBound == price)
      }
    }
  }

  @Test func noNodesMeansNoProof() throws {
    let problem = HandChecked.joint[0].problem
    let solution = try IntegerProgram().solve(
      problem, objective: .fma, control: SearchControl(nodeLimit: 0))
    #expect(solution.status == .stopped(.nodeLimit))
    #expect(solution.lowerBound < 77_600)
  }

  @Test func aGapIsEnoughWhenItIsAskedFor() throws {
    let problem = HandChecked.joint[1].problem
    let solution = try IntegerProgram().solve(
      problem, objective: .fma, control: SearchControl(gapLimit: 1))
    #expect(solution.status == .stopped(.gapLimit) && solution.explored == 0)
  }

  @Test func tooLittleTapeIsAnErrorWithTheLimit() throws {
    let factors = (0..<2).map {
      Factor(name: "f\($0)", rows: 2, columns: 2, adjointCost: 1, tape: 10)
    }
    let problem = try Problem(
      factors: factors, targets: [[0], [1], [0, 1]],
      limits: Limits(tapeTotal: 19))
    #expect {
      try IntegerProgram().solve(problem)
    } throws: { error in
      (error as? ChainError)?.kind == .infeasible
    }
    let enough = try problem.with(limits: Limits(tapeTotal: 20))
    #expect(try IntegerProgram().solve(enough).status == .optimal)
  }
}

/// Counts down over the calls of a closure.
private final class Counter: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  /// Whether there was one left.
  func next() -> Bool {
    left.withLock {
      $0 -= 1
      return $0 >= 0
    }
  }
}
