import JacobianChain

/// Every plan of a short chain, one after the other: the oracle behind the
/// exhaustive solver and the tests that execute every bracketing.
///
/// A plan is a binary tree over the chain whose leaves are given or
/// accumulated in one of the modes they have, and whose joins are products or
/// eliminations. The number of trees grows like 3, 12, 57, 300, 1 686, 9 912,
/// 60 213 for q = 2…8 matrix-free factors with one mode of accumulation each.
package struct PlanEnumeration: Sendable {
  private let problem: Problem
  private let chain: [Int]

  /// Prepares the enumeration of a single target with distinct factors; nil
  /// for any other problem.
  package init?(_ problem: Problem) {
    guard let chain = problem.chain else { return nil }
    self.problem = problem
    self.chain = chain
  }

  /// What is known of a span while the tree is being grown.
  private enum Item {
    case span(Range<Int>)
    case factor(Int)
  }

  /// Calls `body` with each plan that `matrixFree` and `tapePerStep` allow,
  /// always in the same order; stops when it returns false.
  ///
  /// - Complexity: O(number of plans · q). Recursive: depth O(q), for short
  ///   chains only.
  package func forEach(_ body: (Plan) -> Bool) {
    var steps: [Step] = []
    _ = grow([chain.indices], &steps) { steps in body(Plan(fromRoot: steps)) }
  }

  /// Grows the tree in reverse: `steps` holds the joins from the root down, in
  /// the order in which spans are taken off `pending`.
  private func grow(
    _ pending: [Range<Int>], _ steps: inout [Step], _ body: ([Step]) -> Bool
  ) -> Bool {
    guard let span = pending.last else { return body(steps) }
    let rest = Array(pending.dropLast())
    func take(
      _ step: Step, _ spans: [Range<Int>], _ steps: inout [Step]
    ) -> Bool {
      steps.append(step)
      defer { steps.removeLast() }
      return grow(rest + spans, &steps, body)
    }
    let (i, j) = (span.lowerBound, span.upperBound)
    if j - i == 1 {
      let factor = problem.factors[chain[i]]
      if factor.isGiven, !take(.given(factor: chain[i]), [], &steps) {
        return false
      }
      for mode in Mode.allCases where problem.cost(of: factor, mode) != nil {
        let step = Step.accumulate(factor: chain[i], mode: mode)
        guard take(step, [], &steps) else { return false }
      }
      return true
    }
    for k in i + 1..<j {
      let step = Step.multiply(outer: Plan.pending, inner: Plan.pending)
      guard take(step, [i..<k, k..<j], &steps) else { return false }
    }
    if eliminates(chain[j - 1], .tangent) {
      let step = Step.eliminate(
        factor: chain[j - 1], mode: .tangent, operand: Plan.pending)
      guard take(step, [i..<j - 1], &steps) else { return false }
    }
    if eliminates(chain[i], .adjoint) {
      let step = Step.eliminate(
        factor: chain[i], mode: .adjoint, operand: Plan.pending)
      guard take(step, [i + 1..<j], &steps) else { return false }
    }
    return true
  }

  private func eliminates(_ factor: Int, _ mode: Mode) -> Bool {
    problem.eliminationCost(of: problem.factors[factor], mode) != nil
  }
}
