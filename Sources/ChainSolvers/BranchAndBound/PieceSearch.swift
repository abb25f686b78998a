import JacobianChain

/// A long chain on several machines, taken in pieces: cut at narrow
/// interfaces, where little work is lost by starting in the middle, every
/// piece is like one matrix-free factor, and the chain of pieces is short
/// enough for the search over brackets and schedules (`MakespanSearch`).
///
/// Pieces on the critical path are cut again (`PieceRefinement`), which wins
/// more than to cut all of them. What the pieces cost there only guides: their
/// plan is written out in steps of the chain, priced and scheduled anew.
struct PieceSearch {
  private let problem: Problem
  private let word: [Int]
  private let control: SearchControl
  /// For each position, fma of one product of its factor with a vector.
  private let weights: [UInt128]

  /// The numbers of pieces that are tried, as long as there is time; for nil
  /// the best pieces so far are cut anew.
  private static let sizes: [Int?] = [
    32, 64, nil, nil, nil, nil, nil, PieceRefinement.most, nil, nil, nil,
  ]
  /// The states that each of them may look at.
  private static let nodeLimit = 20_000

  /// Nil for problems that aren't one chain, and under a total tape, which
  /// pieces don't know.
  init?(_ problem: Problem, _ control: SearchControl) {
    guard let word = problem.chain, problem.limits.tapeTotal == nil
    else { return nil }
    (self.problem, self.word, self.control) = (problem, word, control)
    weights = word.map { index in
      let factor = problem.factors[index]
      let applied = Mode.allCases.compactMap { factor.cost($0) }.min()
      let fma =
        factor.isGiven || !problem.matrixFree || applied == nil
        ? CostModel.multiply(
          problem.patterns[index],
          Pattern(denseRows: factor.columns, columns: 1))
        : UInt128(applied!)
      return max(1, fma)
    }
  }

  /// A plan for each number of pieces that the chain has, as many as there is
  /// time for.
  ///
  /// - Throws: `ChainError` when a pattern can't be held.
  /// - Complexity: O(q log q) and a search over the pieces for each.
  func plans() throws(ChainError) -> [PricedPlan] {
    guard problem.limits.machines != 1 else { return [] }
    let widths = (0..<word.count).map { UInt128(width($0)) } + [0]
    var refinement = PieceRefinement(weights: weights, widths: widths)
    var plans: [PricedPlan] = []
    do {
      for count in Self.sizes where control.shouldStop() == nil {
        let cuts =
          if let count {
            narrowCuts(weights, widths, pieces: count, lightest: 8 * count)
          } else { refinement.next() }
        guard let cuts else { continue }
        guard cuts.count > 2, let coarse = coarse(cuts) else { break }
        var search = try MakespanSearch(
          coarse, at: .fma, ProductGraph(coarse),
          machines: min(problem.limits.machines ?? .max, cuts.count), limited)
        let solution = try search.run()
        guard let plan = try written(solution.plan, cuts) else { break }
        plans.append(try plan.priced(for: problem, control: control))
        // So many pieces leave no room for others.
        if count != PieceRefinement.most,
          let makespan = solution.schedule?.tasks.map(\.finish).max()
        {
          refinement.learn(
            try solution.plan.priced(for: coarse), makespan: makespan, cuts)
        }
      }
    } catch  where error.isStop {}
    return plans
  }

  private var limited: SearchControl {
    var limited = control
    limited.nodeLimit = min(control.nodeLimit ?? .max, Self.nodeLimit)
    limited.progress = { _ in }
    return limited
  }

  /// The numbers that cross interface k.
  private func width(_ k: Int) -> Int { problem.factors[word[k]].columns }

  /// The chain of pieces; nil when a sum of prices is too great.
  private func coarse(_ cuts: [Int]) -> Problem? {
    var pieces: [Factor] = []
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      guard let cost = Int(exactly: weights[start..<end].reduce(0, +)) else {
        return nil
      }
      pieces.append(
        Factor(
          name: "\(start)", rows: problem.factors[word[end - 1]].rows,
          columns: width(start), tangentCost: cost, adjointCost: cost))
    }
    let coarse = try? Problem(
      factors: pieces, limits: Limits(machines: problem.limits.machines))
    return coarse.flatMap { coarse in
      SharedProducts().excess(of: coarse) == nil ? coarse : nil
    }
  }

  /// A plan of pieces in the steps of the chain; nil when a piece forbids it.
  private func written(
    _ coarse: Plan, _ cuts: [Int]
  ) throws(ChainError) -> Plan? {
    var plan = Plan(steps: [], targets: [])
    var values: [Int] = []
    for step in coarse.steps {
      switch step {
      case .given, .add: preconditionFailure("pieces are applied")
      case .accumulate(let piece, _):
        let span = cuts[piece]..<cuts[piece + 1]
        var fan = Fan(word: Array(word[span]), of: problem, control)
        guard let split = try fan.cheapestSplit(),
          try fan.append(split: split, to: &plan) != nil
        else { return nil }
        plan.targets.removeLast()
      case .multiply(let outer, let inner):
        plan.steps.append(.multiply(outer: values[outer], inner: values[inner]))
      case .eliminate(let piece, let mode, let operand):
        let span = cuts[piece]..<cuts[piece + 1]
        guard
          try push(values[operand], through: span, mode, &plan)
        else { return nil }
      }
      values.append(plan.steps.count - 1)
    }
    plan.targets = coarse.targets.map { values[$0] }
    return plan
  }

  /// Pushes a value, taken as dense, through the factors of a piece one by
  /// one; false when one of them has no way.
  private func push(
    _ value: Int, through span: Range<Int>, _ mode: Mode, _ plan: inout Plan
  ) throws(ChainError) -> Bool {
    var value = value
    let fan = Fan(word: Array(word[span]), of: problem, control)
    for position in mode == .tangent ? Array(span) : span.reversed() {
      let factor = word[position]
      // One column or row stands for all: each costs the same.
      guard
        let choice = try fan.cheapestJoin(
          factor, mode, product: { weights[position] }, evaluations: { 1 })
      else { return false }
      plan.append(choice.join, of: factor, mode, to: value)
      value = plan.steps.count - 1
    }
    return true
  }
}
