import ChainRandom
import JacobianChain
import Synchronization
import Testing

@testable import ChainExecutor

/// Values beyond the range of doubles, in the result or on the way to it.
struct RangeTests {
  /// diag(1e18, 1e299), which overflows in either order: b·a at the first entry,
  /// c·b at the second.
  private func overflowing() throws -> NumericChain {
    var b = [[Double]](repeating: [0, 0], count: 8)
    b[0][0] = 1e308
    b[4][1] = 1e200
    var c = [[Double]](repeating: .init(repeating: 0, count: 8), count: 2)
    c[0][0] = 1e-300
    c[1][4] = 1e109
    return try NumericChain([
      ("a", [[1e10, 0], [0, 1e-10]], .diagonal),
      ("b", b, .blockDiagonal(count: 2, rows: 4, columns: 1)),
      ("c", c, .blockDiagonal(count: 2, rows: 1, columns: 4)),
    ])
  }

  @Test func infinityIsNeverRight() throws {
    let chain = try overflowing()
    for (plan, step) in [
      (try chain.forward(), "b·a"), (try chain.reverse(), "c·b"),
    ] {
      let check = try chain.check(plan)
      #expect(check.verdict == .disagrees)
      #expect(check.maxRelativeError == .infinity)
      let error = try chain.refusal(plan)
      #expect(error.location == "/steps/3")
      #expect(error.expected.hasPrefix(step))
      #expect(error.found.contains("overflow"))
      #expect(error.advice.contains("no other order"))
    }
    // The right result passes; so does none with any wrong entry.
    let pattern = try chain.jacobian(chain.forward()).pattern
    func check(_ first: Double, _ second: Double) throws
      -> Verification.Verdict
    {
      let matrix = try Matrix(
        pattern: pattern, denseEntries: [first, 0, 0, second])
      return try chain.check(matrix).verdict
    }
    #expect(try check(1e18, 1e299) == .agrees)
    #expect(try check(1e18, .infinity) == .disagrees)
    #expect(try check(-.infinity, 1e299) == .disagrees)
    #expect(try check(1e18, .nan) == .disagrees)
    #expect(try check(1e18, 0) == .disagrees)
    #expect(try check(1e18, 1.000001e299) == .disagrees)
    #expect(try check(1.000001e18, 1e299) == .disagrees)
  }

  /// The order that works is offered, whichever fails.
  @Test(arguments: [1e200, 1e-200])
  func anotherOrderIsOffered(_ size: Double) throws {
    let what = size > 1 ? "overflow" : "underflow"
    let inner = try NumericChain([[size]], [[8 * size]], [[1 / size]])
    #expect(try inner.check(inner.reverse()).verdict == .agrees)
    let late = try inner.refusal(inner.forward())
    #expect(late.location == "/steps/3")
    #expect(late.expected == "b·a in the range of doubles")
    #expect(late.found.contains(what))
    #expect(late.advice.contains("(c·b)·a, reverse mode,"))
    let outer = try NumericChain([[1 / size]], [[8 * size]], [[size]])
    #expect(try outer.check(outer.forward()).verdict == .agrees)
    let early = try outer.refusal(outer.reverse())
    #expect(early.found.contains(what))
    #expect(early.advice.contains("c·(b·a), forward mode,"))
  }

  /// b·a overflows and so does g·f: neither forward nor reverse mode will do.
  @Test func anyBracketingMayBeOffered() throws {
    let chain = try NumericChain(
      [[1e200]], [[1e200]], [[1e-200]], [[1e-100]], [[1e-200]], [[1e200]],
      [[1e200]])
    for plan in [try chain.forward(), try chain.reverse()] {
      #expect(try chain.check(plan).verdict == .disagrees)
      let error = try chain.refusal(plan)
      #expect(error.advice.contains("the order "), "\(error)")
      #expect(error.advice.contains("stays in the range"), "\(error)")
    }
  }

  /// Stopped at any question, it says so or is what it is without a stop.
  @Test(arguments: [StopReason.timeLimit, .interrupted])
  func aDiagnosisMayBeCutShort(_ reason: StopReason) throws {
    let chain = try NumericChain(
      [[1e200]], [[1e200]], [[1e-200]], [[1e-100]], [[1e-200]], [[1e200]],
      [[1e200]])
    let plan = try chain.forward()
    let whole = try chain.refusal(plan)
    let words = reason == .interrupted ? "an interruption" : "the time limit"
    func refusal(stoppingAt limit: Int) throws -> (ChainError, asked: Int) {
      let asked = Mutex(0)
      let error = try chain.refusal(
        plan,
        control: SearchControl(shouldStop: {
          asked.withLock {
            $0 += 1
            return $0 >= limit ? reason : nil
          }
        }))
      return (error, asked.withLock { $0 })
    }
    let questions = try refusal(stoppingAt: .max).asked
    #expect(questions > 20)
    var (withoutStep, withoutOrder) = (0, 0)
    for limit in 1...questions {
      let (error, asked) = try refusal(stoppingAt: limit)
      #expect(asked <= limit + 8, "it goes on after a stop")
      #expect(error.kind == .disagreement)
      if error.location == "/targets/0" {
        withoutStep += 1
        #expect(error.found.contains("inf at (0, 0)"))
        #expect(error.advice.contains("the step that spoilt it was cut short"))
      } else {
        withoutOrder += 1
        #expect(error.found == whole.found)
        #expect(error.advice.contains("doubles was cut short by"))
      }
      #expect(error.advice.contains("cut short by \(words)"))
    }
    #expect(withoutStep > 1 && withoutOrder > 5)
    #expect(try refusal(stoppingAt: questions + 1).0 == whole)
  }

  /// Of several targets each has its own step, which is looked for among those
  /// that it is made of.
  @Test func severalTargets() throws {
    let problem = try Problem(
      factors: ["a", "b", "c", "d"].map {
        Factor(name: $0, rows: 1, columns: 1)
      }, targets: [[0, 1, 2], [3, 1, 2]])
    let operands: [Operand] = try [1e-200, 1e-200, 1e300, 1e200].map {
      Operand(
        try Matrix(
          pattern: Pattern(denseRows: 1, columns: 1), denseEntries: [$0]))
    }
    let plan = try Plan(
      steps: (0..<4).map { .given(factor: $0) } + [
        .multiply(outer: 1, inner: 0), .multiply(outer: 2, inner: 4),
        .multiply(outer: 2, inner: 1), .multiply(outer: 6, inner: 3),
      ], targets: [5, 7]
    ).priced(for: problem)
    let run = try Executor().run(plan, of: problem, operands: operands)
    let checks = try (0..<2).map {
      try Verification(
        of: run.targets[$0], target: $0, in: problem, operands: operands)
    }
    #expect(checks[1].verdict == .agrees)
    #expect(checks[0].verdict == .disagrees)
    let error = checks[0].refusal(
      of: plan, target: 0, in: problem, operands: operands)
    #expect(error.location == "/steps/4")
    #expect(error.advice.contains("(c·b)·a"))
    // 1e-100 · 1e200 is right; what a finite product came to isn't.
    let wrong = try run.targets[1].changing(0) { $0 * 2 }
    let check = try Verification(
      of: wrong, target: 1, in: problem, operands: operands)
    let refusal = check.refusal(
      of: plan, target: 1, in: problem, operands: operands)
    #expect(refusal.location == "/targets/1")
    #expect(refusal.found.contains("at (0, 0)"))
  }

  /// A matrix-free factor takes part, accumulated or eliminated.
  @Test(arguments: [Mode.tangent, .adjoint])
  func matrixFreeSteps(_ mode: Mode) throws {
    let problem = try Problem(
      factors: [
        Factor(name: "a", rows: 1, columns: 1),
        Factor(
          name: "f", rows: 1, columns: 1, isGiven: false, tangentCost: 3,
          adjointCost: 3),
        Factor(name: "c", rows: 1, columns: 1),
      ])
    func entry(_ value: Double) throws -> Matrix {
      try Matrix(
        pattern: Pattern(denseRows: 1, columns: 1), denseEntries: [value])
    }
    let isTangent = mode == .tangent
    let operands: [Operand] = [
      Operand(try entry(isTangent ? 1e200 : 1e-200)),
      Operand(hiding: try entry(1e200)),
      Operand(try entry(isTangent ? 1e-200 : 1e200)),
    ]
    let plan = try Plan(
      steps: [
        .given(factor: 0), .given(factor: 2),
        .eliminate(factor: 1, mode: mode, operand: isTangent ? 0 : 1),
        isTangent
          ? .multiply(outer: 1, inner: 2) : .multiply(outer: 2, inner: 0),
      ], targets: [3]
    ).priced(for: problem)
    let run = try Executor().run(plan, of: problem, operands: operands)
    let check = try Verification(
      of: run.targets[0], in: problem, operands: operands)
    #expect(check.verdict == .disagrees)
    let error = check.refusal(
      of: plan, target: 0, in: problem, operands: operands)
    #expect(error.location == "/steps/2")
    #expect(error.found.contains("overflow"))
    #expect(
      error.advice.contains(isTangent ? "reverse mode" : "forward mode"))
  }

  /// Operators of doubles that go as far as these do.
  @Test(arguments: [1e-300, 1e-160, 1e160, 1e300])
  func farOperators(_ size: Double) throws {
    let chain = try NumericChain(
      [[1, 2], [3, 4]], [[size, 0], [size, size]])
    let right = try chain.jacobian(chain.forward())
    let outer = chain.operands[1]
    let check = try Verification(
      of: right, in: chain.problem,
      operands: [
        chain.operands[0],
        Operand(
          rows: 2, columns: 2,
          tangent: { try outer.apply(.tangent, to: $0, width: $1, into: &$2) }),
      ])
    #expect(check.verdict == .agrees)
  }

  /// 1e-200 · 1e-200 · 1e300 = 8e-100, and every digit of it.
  @Test func theReferenceDoesNotUnderflow() throws {
    let chain = try NumericChain([[1e300]], [[1e-200]], [[8e-200]])
    #expect(try chain.check(chain.forward()).verdict == .agrees)
    let reversed = try NumericChain([[8e-200]], [[1e-200]], [[1e300]])
    #expect(try reversed.check(reversed.reverse()).verdict == .agrees)
    let off = try chain.jacobian(chain.forward()).changing(0) {
      $0 * (1 + 1e-12)
    }
    #expect(try chain.check(off).verdict == .disagrees)
  }

  /// Digits that were lost below the normal doubles on the way are missed.
  @Test func lostDigitsAreFound() throws {
    let chain = try NumericChain([[1.234e-160]], [[1.234e-160]], [[1e200]])
    #expect(try chain.check(chain.reverse()).verdict == .agrees)
    let plan = try chain.forward()
    #expect(try chain.check(plan).verdict == .disagrees)
    let error = try chain.refusal(plan)
    #expect(error.location == "/steps/3")
    #expect(error.found.contains("underflow"))
    #expect(error.advice.contains("reverse mode"))
  }

  @Test func whatNoDoubleCanHold() throws {
    let chain = try NumericChain([[1e200, 1]], [[1e200]], [[1], [1e200]])
    for plan in [try chain.forward(), try chain.reverse()] {
      let check = try chain.check(plan)
      #expect(check.verdict == .unrepresentable)
      #expect(check.maxRelativeError == .infinity)
      let error = try chain.refusal(plan)
      #expect(error.location == "/targets/0")
      #expect(error.found.contains("1.7976931348623157e+308"))
    }
    // Nor is a finite number right there.
    let wrong = try Matrix(
      pattern: Pattern(denseRows: 2, columns: 2), denseEntries: [1, 1, 1, 1])
    #expect(try chain.check(wrong).verdict == .unrepresentable)
  }

  /// Results below the normal doubles are right as far as these go.
  @Test func smallResults() throws {
    let least = Double.leastNonzeroMagnitude
    for (a, b) in [
      (1e-160, 1.23e-160), (1e-200, 1e-200), (-1e-200, 1e-200), (0, 1e300),
      (-0.0, 3), (least, 0.5), (least, 1), (3e-308, 0.25),
    ] {
      let chain = try NumericChain([[a, a]], [[b], [b]])
      let plan = try chain.forward()
      #expect(try chain.check(plan).verdict == .agrees, "\(a) · \(b)")
    }
    let chain = try NumericChain([[1e-160]], [[1.23e-160]])
    let wrong = try chain.jacobian(chain.forward()).changing(0) { $0 * 1.01 }
    #expect(try chain.check(wrong).verdict == .disagrees)
  }

  /// Long chains whose values drift far beyond doubles and back, in one order.
  @Test(arguments: [1e30, 1e-30])
  func longDrifts(_ size: Double) throws {
    var random = SplitMix64(seed: 3)
    func block(_ scale: Double) -> [[Double]] {
      (0..<3).map { _ in (0..<3).map { _ in random.uniform() * scale } }
    }
    let chain = try NumericChain(
      (0..<40).map { index in
        (
          "f\(index)", block(index < 20 ? size : 1 / size), .dense
        )
      })
    let forward = try chain.forward()
    #expect(try chain.check(forward).verdict == .disagrees)
    let error = try chain.refusal(forward)
    #expect(error.found.contains(size > 1 ? "overflow" : "underflow"))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func dataThatAreNoNumbers(_ value: Double) throws {
    let chain = try NumericChain([[1, 2], [3, value]], [[0, 0]])
    let error = #expect(throws: ChainError.self) {
      try chain.check(chain.forward())
    }
    #expect(error?.location == "/factors/0")
    #expect(error?.expected == "a finite number at (1, 1) of \"a\"")
  }
}
