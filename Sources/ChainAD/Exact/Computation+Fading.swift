import ChainExecutor
import JacobianChain

/// Numbers that fade on the way, below the doubles.
extension Computation {
  /// A target of a run in which something left the range of doubles: computed
  /// anew where that may matter.
  ///
  /// Numbers that fade away are common, as behind a saturated softmax, and
  /// almost always nothing. So first functions are asked for their largest
  /// entries: what was lost counts only where what comes before and what comes
  /// behind it, multiplied, exceed `Lift.limit`.
  ///
  /// Law: a path, an entry of each function's Jacobian, has its part in the
  /// target with all its digits, in every order, if its product is 2^−990 or
  /// more and `ExactPaths.areWorth` it. (Else it is what the order has made.)
  ///
  /// - Parameter made: what the run has made.
  /// - Throws: `ChainError`; as `exactTarget`.
  /// - Complexity: O(entries of the functions' Jacobians); as `exactTarget`
  ///   where it is computed anew.
  func mended(
    _ made: Matrix, _ target: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> Matrix {
    let route = try Route(target: target, of: solved.problem)
    let entries = route.hops.reduce(0) {
      $0 + Double(solved.problem.patterns[$1.factor].nonzeros)
    }
    let sweeps = min(made.pattern.rows, made.pattern.columns)
    guard ExactPaths.areWorth(entries: entries, sweeps: sweeps),
      try lift(on: route, trajectory) > Lift.limit
    else { return made }
    do {
      return try exactly(target, trajectory)
    } catch  where error.kind == .tooLarge {
      return made
    }
  }

  /// log₂ of how much that is multiplied by which the last run has lost on the
  /// way to its targets; at least 0.
  func lostLift(_ trajectory: Trajectory) throws(ChainError) -> Double {
    guard leftRange else { return 0 }
    var most = 0.0
    for target in solved.plan.plan.targets.indices {
      let route = try Route(target: target, of: solved.problem)
      most = max(most, try lift(on: route, trajectory))
    }
    return most
  }

  private func lift(
    on route: Route, _ trajectory: Trajectory
  ) throws(ChainError) -> Double {
    let operands = try wholeOperands(trajectory)
    return try route.lift { factor throws(ChainError) in
      try operands.gain(ofFactor: factor)
    }
  }
}
