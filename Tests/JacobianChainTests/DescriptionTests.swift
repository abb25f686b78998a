import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

/// What `print` shows of a plan.
@Suite struct DescriptionTests {
  private static func problem() throws -> Problem {
    try Problem(factors: [
      Factor(name: "encode", rows: 2, columns: 30),
      Factor(name: "tanh", rows: 2, columns: 2, structure: .diagonal),
      Factor(name: "decode", rows: 30, columns: 2),
    ])
  }

  private static let plan = Plan(
    steps: [
      .given(factor: 0), .given(factor: 1), .given(factor: 2),
      .multiply(outer: 1, inner: 0), .multiply(outer: 2, inner: 3),
    ], targets: [4])

  @Test func aPlanNumbersItsFactors() throws {
    let priced = try Self.plan.priced(for: Self.problem())
    #expect("\(priced)" == "J3·(J2·J1)\n1860 fma")
  }

  @Test func whatWasSolvedHasNamesAndAProof() throws {
    let problem = try Self.problem()
    let priced = try Self.plan.priced(for: problem)
    func solved(_ status: Status) -> Solved {
      Solved(problem, plan: priced, lowerBound: 0, status: status)
    }
    #expect(
      "\(solved(.optimal))" == "decode·(tanh·encode)\n1860 fma, optimal")
    #expect(
      "\(solved(.stopped(.timeLimit)))".hasSuffix("fma, not proven optimal"))
  }

  @Test func longOrdersAndManyTargetsAreCut() throws {
    let factors = (1...300).map {
      Factor(name: "J\($0)", rows: 1, columns: 1)
    }
    let problem = try Problem(
      factors: factors, targets: (0..<20).map { Array($0..<300) })
    let forward = try #require(try Baselines(of: problem)[.forward])
    let lines = "\(forward)".split(separator: "\n")
    #expect(lines.count == 10 && lines[8] == "… and 12 more targets")
    #expect(lines.allSatisfy { $0.count <= 401 } && lines[0].hasSuffix("…"))
  }

  @Test(arguments: [
    (0, "input", "0 inputs"), (1, "output", "1 output"),
    (2, "inequality", "2 inequalities"),
  ])
  func counts(count: Int, noun: String, phrase: String) {
    #expect(counted(count, noun) == phrase)
  }
}

/// A search in a task ends with it.
@Suite struct CancellationTests {
  @Test func everyControlLooksAtItsTask() async {
    let controls = [
      SearchControl.unlimited, SearchControl(shouldStop: { .timeLimit }),
    ]
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return controls.map { $0.shouldStop() }
    }
    task.cancel()
    #expect(await task.value == [.interrupted, .interrupted])
    #expect(controls.map { $0.shouldStop() } == [nil, .timeLimit])
  }
}
