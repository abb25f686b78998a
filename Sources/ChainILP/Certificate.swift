import ChainSolvers
import JacobianChain

/// A proof by linear programming duality that no plan of a chain costs less
/// than `dualBound`.
///
/// The relaxation of the positional program of a single chain has integral
/// vertices: it is the interval dynamic program. Its dual asks for a potential
/// u per span with
///
///     u(v) ≤ price(o) + Σ u(operands of o)    for every operation o of v
///
/// and maximises u(target). GLPK proposes potentials; they are rounded to
/// integers, lowered where an inequality is missed, and then every inequality
/// is verified in integers. Adding up those of the operations of any plan
/// gives u(target) ≤ its price: that is the proof, whatever GLPK did.
public struct Certificate: Hashable, Sendable {
  /// The verified potential of the target, fma.
  public let dualBound: UInt128
  /// The verified inequalities: operations of the chain.
  package let constraints: Int
  /// The potentials: spans that aren't free.
  package let potentials: Int
  /// How many potentials had to be lowered after rounding; 0 means that GLPK's
  /// own, rounded, are the proof.
  package let lowered: Int
  /// Why GLPK was stopped before its optimum, or large patterns before there
  /// was a relaxation; the bound holds all the same, and is 0 without one.
  package let stopReason: StopReason?
}

extension Certificate {
  /// Solves the linear relaxation of a single chain and verifies its dual.
  ///
  /// - Throws: `ChainError` (`unsupported`) for several targets, repeated
  ///   factors, a total tape, or beyond the limits of the solver
  ///   `integer-program`; and after a fault inside GLPK.
  public init(
    of problem: Problem, control: SearchControl = SearchControl()
  ) throws(ChainError) {
    guard problem.chain != nil, problem.limits.tapeTotal == nil else {
      throw ChainError(
        .unsupported, at: "integer-program",
        expected: "one target with distinct factors and no total tape",
        found: problem.graph != nil
          ? "a graph"
          : problem.chain == nil
            ? "shared products" : "a budget over the whole plan",
        advice: "the relaxation of such a problem needn't be integral; solve "
          + "it with integer-program")
    }
    try IntegerProgram.check(problem)
    guard
      let graph = try ProductGraph(problem, control, finishesSmall: true)
    else {
      self.init(
        dualBound: 0, constraints: 0, potentials: 0, lowered: 0,
        stopReason: control.shouldStop())
      return
    }
    let parts = Formulating(
      graph: graph, reduction: Reduction(all: graph), tapeTotal: nil,
      labels: nil)
    let program = parts.program(.positional)!.program
    var duals = [Double](repeating: 0, count: program.rows.count)
    var reason: StopReason?
    if !program.columns.isEmpty {
      var relaxation = try Relaxation(program)
      var isFinished = false
      while !isFinished {
        reason = control.shouldStop()
        if reason != nil { break }
        let state = try relaxation.run(iterations: 200)
        (duals, isFinished) = (state.duals, state.isFinished)
      }
    }
    var potentials = Potentials(program, duals)
    potentials.lower()
    guard let bound = potentials.verifiedBound else {
      throw ChainError(
        .unsupported, at: "GLPK", expected: "potentials that can be verified",
        found: "multipliers that violate their inequalities",
        advice: "report this problem")
    }
    self.init(
      dualBound: UInt128(max(0, bound)), constraints: program.columns.count,
      potentials: program.rows.count, lowered: potentials.lowered,
      stopReason: reason)
  }
}

/// Integers u per row of the program of a chain: equalities whose right side
/// is 1 for the root and 0 for all others. A column has coefficient 1 in the
/// row of the span that it makes, and −1 in those of its operands.
private struct Potentials {
  private let program: LinearProgram
  private var values: [Int]
  private(set) var lowered = 0
  /// For each row, the columns that make its span.
  private let makers: [[Int]]
  /// For each column, the row of its span and those of its operands.
  private var own: [Int]
  private var operands: [[Int]]

  init(_ program: LinearProgram, _ duals: [Double]) {
    self.program = program
    let limit = Double(SharedProducts.sumLimit)
    values = duals.map {
      $0.isFinite ? Int(max(-limit, min($0, limit)).rounded()) : 0
    }
    var own = [Int](repeating: -1, count: program.columns.count)
    var operands = [[Int]](repeating: [], count: program.columns.count)
    makers = program.rows.enumerated().map { i, row in
      var makers: [Int] = []
      for term in row.terms {
        if term.coefficient > 0 {
          own[term.column] = i
          makers.append(term.column)
        } else {
          operands[term.column].append(i)
        }
      }
      return makers
    }
    (self.own, self.operands) = (own, operands)
  }

  /// price(o) + Σ u(operands).
  private func most(_ column: Int) -> Int {
    operands[column].reduce(program.columns[column].objective) {
      $0 + values[$1]
    }
  }

  /// Lowers what is too high, operands before those that use them.
  mutating func lower() {
    for row in operandsFirst() {
      let most = makers[row].map(most).min() ?? 0
      guard values[row] > most else { continue }
      values[row] = most
      lowered += 1
    }
  }

  /// The rows, each after all that its columns use.
  private func operandsFirst() -> [Int] {
    var waiting = makers.map { $0.reduce(0) { $0 + operands[$1].count } }
    var users = [[Int]](repeating: [], count: program.rows.count)
    for (column, rows) in operands.enumerated() {
      for row in rows { users[row].append(own[column]) }
    }
    var order = waiting.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < order.count {
      for user in users[order[next]] {
        waiting[user] -= 1
        if waiting[user] == 0 { order.append(user) }
      }
      next += 1
    }
    return order
  }

  /// u(target), after every inequality has been looked at once more; nil when
  /// one doesn't hold.
  var verifiedBound: Int? {
    for column in program.columns.indices {
      guard values[own[column]] <= most(column) else { return nil }
    }
    return program.rows.indices.reduce(program.offset) {
      $0 + values[$1] * (program.rows[$1].lower ?? 0)
    }
  }
}
