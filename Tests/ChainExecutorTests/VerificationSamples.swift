import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

/// A chain with its numbers, carried out in any order.
struct NumericChain {
  let problem: Problem
  let operands: [Operand]

  /// Factors of these entries, first applied first.
  init(_ factors: [(name: String, rows: [[Double]], structure: Structure)])
    throws
  {
    let problem = try Problem(
      factors: factors.map {
        Factor(
          name: $0.name, rows: $0.rows.count, columns: $0.rows[0].count,
          structure: $0.structure)
      })
    self.problem = problem
    operands = try factors.indices.map { index in
      Operand(
        try Matrix(
          pattern: problem.patterns[index],
          denseEntries: factors[index].rows.flatMap(\.self)))
    }
  }

  /// Dense factors of these entries, called a, b, c, …, first applied first.
  init(_ factors: [[Double]]...) throws {
    try self.init(
      zip("abcdefghijkl", factors).map { (String($0), $1, .dense) })
  }

  /// Seeded random factors.
  init(_ patterns: [Pattern], seed: UInt64) throws {
    problem = try Problem(
      factors: patterns.enumerated().map {
        Factor(
          name: "f\($0)", rows: $1.rows, columns: $1.columns,
          structure: $1.structure)
      })
    operands = try RandomOperands.operands(for: problem, seed: seed)
  }

  /// Innermost first, outermost first.
  func forward() throws -> PricedPlan { try plan { _ in 0 } }
  func reverse() throws -> PricedPlan { try plan { $0 - 2 } }

  /// An order drawn at random.
  func order(_ random: inout SplitMix64) throws -> PricedPlan {
    try plan { random.integer(in: 0...$0 - 2) }
  }

  /// Joins value number `choice(count)` with the one outside it until one is
  /// left.
  private func plan(_ choice: (Int) -> Int) throws -> PricedPlan {
    var values = Array(problem.factors.indices)
    var steps: [Step] = values.map { .given(factor: $0) }
    while values.count > 1 {
      let place = choice(values.count)
      steps.append(
        .multiply(outer: values[place + 1], inner: values[place]))
      values.replaceSubrange(place...place + 1, with: [steps.count - 1])
    }
    return try Plan(steps: steps, targets: values).priced(for: problem)
  }

  func jacobian(_ plan: PricedPlan) throws -> Matrix {
    try Executor().run(plan, of: problem, operands: operands).targets[0]
  }

  func check(_ jacobian: Matrix) throws -> Verification {
    try Verification(of: jacobian, in: problem, operands: operands)
  }

  func check(_ plan: PricedPlan) throws -> Verification {
    try check(jacobian(plan))
  }

  /// What is said of a plan whose Jacobian is wrong.
  func refusal(
    _ plan: PricedPlan, control: SearchControl = .unlimited
  ) throws -> ChainError {
    try check(plan).refusal(
      of: plan, target: 0, in: problem, operands: operands, control: control)
  }
}

extension Matrix {
  /// The same with one entry, of those that are stored, changed.
  func changing(
    _ place: Int, _ change: (Double) -> Double
  ) throws -> Matrix {
    let copy = try Matrix(unfilled: pattern)
    copy.base.update(from: base, count: storedCount)
    copy.base[place] = change(copy.base[place])
    return copy
  }
}
