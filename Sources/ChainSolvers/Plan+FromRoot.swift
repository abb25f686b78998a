import JacobianChain

extension Plan {
  /// Turns the joins of one target's tree, from the root down with the outer
  /// subtree before the inner one, into SSA order. Operand ids of `joins` are
  /// ignored: the order of the joins determines them.
  ///
  /// - Complexity: O(joins); iterative.
  init(fromRoot joins: [Step]) {
    var steps: [Step] = []
    steps.reserveCapacity(joins.count)
    var values: [Int] = []
    values.reserveCapacity(joins.count / 2 + 1)
    for join in joins.reversed() {
      let step: Step
      switch join {
      case .given, .accumulate:
        step = join
      case .multiply:
        let outer = values.removeLast()
        step = .multiply(outer: outer, inner: values.removeLast())
      case .eliminate(let factor, let mode, _):
        step = .eliminate(
          factor: factor, mode: mode, operand: values.removeLast())
      case .add:
        preconditionFailure("a tree of products has no sums")
      }
      values.append(steps.count)
      steps.append(step)
    }
    self.init(steps: steps, targets: [steps.count - 1])
  }

  /// The operand id of a join whose operands `init(fromRoot:)` will fill in.
  static var pending: Int { -1 }
}
