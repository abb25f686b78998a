import ChainRandom
import ChainSolvers
import JacobianChain
import Testing

@testable import ChainExecutor

/// Every order of a chain makes the same Jacobian at exactly its price.
struct ExecutorTests {
  /// A short chain of mixed structures, given or matrix-free or both.
  static func chain(_ random: inout SplitMix64) throws -> Problem {
    let length = random.integer(in: 2...4)
    var factors: [Factor] = []
    var columns = random.integer(in: 1...6)
    for index in 0..<length {
      let rows = random.oneIn(2) ? columns : random.integer(in: 1...6)
      let kind = [0, 1, 2, 3, 4, 5, 7][random.integer(in: 0...6)]
      let pattern = try Samples.pattern(kind, rows, columns, &random)
      let modes = random.integer(in: 0...5)
      let hasTangent = modes == 1 || modes >= 4
      let hasAdjoint = modes == 2 || modes >= 4
      factors.append(
        Factor(
          name: "J\(index)", rows: rows, columns: columns,
          structure: pattern.structure,
          isGiven: !(hasTangent || hasAdjoint) || modes == 5,
          tangentCost: hasTangent ? random.integer(in: 0...50) : nil,
          adjointCost: hasAdjoint ? random.integer(in: 0...50) : nil))
      columns = rows
    }
    return try Problem(factors: factors)
  }

  /// The chain by the definition, from the operands' own vectors.
  static func reference(
    _ problem: Problem, _ operands: [Operand]
  ) throws -> [Double] {
    let (rows, columns) = problem.shape(ofTarget: 0)
    var dense = [Double](repeating: 0, count: rows * columns)
    for column in 0..<columns {
      var vector = [Double](repeating: 0, count: columns)
      vector[column] = 1
      for operand in operands {
        vector = try #require(try operand.product(.tangent, with: vector))
      }
      for row in 0..<rows { dense[row * columns + column] = vector[row] }
    }
    return dense
  }

  @Test(arguments: 0..<8)
  func everyPlanAgrees(batch: Int) throws {
    let executor = Executor()
    for seed in UInt64(10 * batch)..<UInt64(10 * batch + 10) {
      var random = SplitMix64(seed: seed)
      let problem = try Self.chain(&random)
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let expected = try Self.reference(problem, operands)
      let plans = try #require(PlanEnumeration(problem))
      var (failure, count): ((any Error)?, Int) = (nil, 0)
      plans.forEach { plan in
        do {
          let priced = try plan.priced(for: problem)
          let run = try executor.run(priced, of: problem, operands: operands)
          let found = try run.targets[0].denseEntries()
          #expect(
            Samples.error(found, expected) <= 1e-12, "seed \(seed) \(plan)")
          #expect(run.countedFMA == priced.fma, "seed \(seed) \(plan)")
          #expect(
            run.peakBytes == Int(priced.peakBytes), "seed \(seed) \(plan)")
          #expect(run.stepFMA == priced.steps.map(\.fma))
          #expect(run.stepFMA.reduce(0, +) == run.countedFMA)
          #expect(
            run.evaluations == priced.steps.reduce(0) { $0 + $1.evaluations })
          #expect(run.targets[0].pattern == priced.steps.last?.pattern)
        } catch { failure = error }
        count += 1
        return failure == nil && count < 400
      }
      #expect(failure == nil, "seed \(seed)")
      #expect(count > 0)
    }
  }

  private func dense(_ sizes: [Int]) throws -> Problem {
    try Problem(
      factors: zip(sizes, sizes.dropFirst()).enumerated().map {
        Factor(name: "J\($0)", rows: $1.1, columns: $1.0)
      })
  }

  /// ((J2 · J1) · J0), from the outside in.
  private func fold(_ problem: Problem) throws -> PricedPlan {
    let count = problem.factors.count
    var steps = (0..<count).map { Step.given(factor: $0) }
    var value = count - 1
    for factor in (0..<count - 1).reversed() {
      steps.append(.multiply(outer: value, inner: factor))
      value = steps.count - 1
    }
    return try Plan(steps: steps, targets: [value]).priced(for: problem)
  }

  @Test func valuesAreFreedAtTheirLastUse() throws {
    let problem = try dense([40, 30, 20, 10, 5, 40])
    let plan = try fold(problem)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let executor = Executor()
    let run = try executor.run(plan, of: problem, operands: operands)
    #expect(run.peakBytes == 8 * Int(plan.peakEntries))
    let all = plan.steps.dropFirst(5).reduce(0) { $0 + $1.pattern.nonzeros }
    #expect(plan.peakEntries < all)
  }

  @Test func repeatedRunsAllocateNothing() throws {
    let problem = try dense([64, 32, 48, 16, 64])
    let plan = try fold(problem)
    let operands = try RandomOperands.operands(for: problem, seed: 2)
    let executor = Executor()
    _ = try executor.run(plan, of: problem, operands: operands)
    _ = try executor.run(plan, of: problem, operands: operands)
    let before = executor.workspace.allocations
    #expect(before > 0)
    for _ in 0..<20 {
      _ = try executor.run(plan, of: problem, operands: operands)
    }
    #expect(executor.workspace.allocations == before)
  }

  @Test func heldResultsSurviveLaterRuns() throws {
    let problem = try dense([8, 8, 8])
    let plan = try fold(problem)
    let executor = Executor()
    let first = try executor.run(
      plan, of: problem,
      operands: try RandomOperands.operands(for: problem, seed: 3))
    let kept = try first.targets[0].denseEntries()
    for seed in UInt64(4)..<12 {
      let next = try executor.run(
        plan, of: problem,
        operands: try RandomOperands.operands(for: problem, seed: seed))
      #expect(try next.targets[0].denseEntries() != kept)
      #expect(next.peakBytes == 8 * 64)
    }
    #expect(try first.targets[0].denseEntries() == kept)
  }

  /// The block of the largest plan does for all; each result has its own size.
  @Test func aWorkspaceDoesNotPileUp() throws {
    let executor = Executor()
    var runs = 0
    for size in stride(from: 300, to: 20, by: -20) {
      let problem = try dense([size, size, size, size])
      _ = try executor.run(
        try fold(problem), of: problem,
        operands: try RandomOperands.operands(for: problem, seed: 1))
      runs += 1
    }
    #expect(executor.workspace.allocations == 1 + runs)
  }

  @Test func tiedFactorsAndSharedValues() throws {
    let problem = try Problem(
      factors: [Factor(name: "A", rows: 6, columns: 6)],
      targets: [[0, 0, 0, 0], [0, 0]])
    let plan = try Plan(
      steps: [
        .given(factor: 0), .multiply(outer: 0, inner: 0),
        .multiply(outer: 1, inner: 1),
      ], targets: [2, 1]
    ).priced(for: problem)
    let operands = try RandomOperands.operands(for: problem, seed: 9)
    let run = try Executor().run(
      plan, of: problem, operands: operands, timingSteps: true)
    #expect(run.countedFMA == 432)
    #expect(run.stepSeconds?.count == 3)
    for target in 0..<2 {
      let check = try Verification(
        of: run.targets[target], target: target, in: problem,
        operands: operands)
      #expect(check.maxRelativeError <= 1e-12)
      #expect(check.method == .oneHot(columns: 6))
    }
  }

  @Test func aMillionWideDiagonalStaysInMegabytes() throws {
    let count = 1_000_000
    let problem = try Problem(
      factors: [
        Factor(
          name: "sigmoid", rows: count, columns: count, structure: .diagonal,
          isGiven: false, tangentCost: count)
      ])
    let plan = try Plan(
      steps: [.accumulate(factor: 0, mode: .tangent)], targets: [0]
    ).priced(for: problem)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let run = try Executor().run(plan, of: problem, operands: operands)
    #expect(run.evaluations == 1)
    #expect(run.countedFMA == UInt128(count))
    #expect(run.peakBytes < 100_000_000)
    #expect(
      run.targets[0].entry(77, 77)
        == operands[0].product77(count))
  }

  @Test func concurrentExecutorsAgree() async throws {
    let problem = try dense([60, 50, 40, 30, 60])
    let plan = try fold(problem)
    let expected = try Executor().run(
      plan, of: problem,
      operands: try RandomOperands.operands(for: problem, seed: 5)
    ).targets[0].denseEntries()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let executor = Executor()
          let operands = try RandomOperands.operands(for: problem, seed: 5)
          for _ in 0..<50 {
            let run = try executor.run(plan, of: problem, operands: operands)
            guard try run.targets[0].denseEntries() == expected else {
              return false
            }
          }
          return true
        }
      }
      for try await agrees in group { #expect(agrees) }
    }
  }
}

extension Operand {
  /// Entry (77, 77), by one product with a unit vector.
  fileprivate func product77(_ count: Int) -> Double? {
    var unit = [Double](repeating: 0, count: count)
    unit[77] = 1
    return try? product(.tangent, with: unit)?[77]
  }
}
