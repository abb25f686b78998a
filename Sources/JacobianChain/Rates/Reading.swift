/// What it takes on top that a step reads entries of a given factor.
///
/// Kernels are measured on operands that the last run has left near the
/// processor. The factors of a problem are read in turn: when all of them don't
/// fit into the nearer caches, each has left again before its turn comes. A
/// product or elimination pays this for each operand that is a given factor,
/// and nothing for operands that a step has just made. Factors that may also be
/// accumulated pay nothing: so entries at hand are never dearer than entries
/// made anew, and no search has to ask.
///
/// Of e doubles among W that are given it is e · (c(W) − c(e)), where c(x) are
/// the nanoseconds of a double when x of them are read in turn: the profile's
/// table `reload`, which also says c(e) for a factor that is too large for a
/// cache on its own and was measured so.
package struct Reading: Sendable {
  private let table: TimeTable?
  /// Nanoseconds of a double when all that is given is read in turn.
  private let far: Double

  /// - Complexity: O(factors).
  package init(of problem: Problem, at rate: Rate) {
    table = rate.profile?[.reload]
    var entries: UInt128 = 0
    if table != nil {
      for (factor, pattern) in zip(problem.factors, problem.patterns)
      where factor.isGiven {
        entries += pattern.storedEntries
      }
    }
    far = table?.nanosecondsEach(of: entries.nearest) ?? 0
  }

  /// Whole nanoseconds of reading so many doubles; nothing under fma.
  ///
  /// - Complexity: O(sizes of a table's axis).
  package func time(_ entries: UInt128) -> Double {
    guard let table, entries > 0 else { return 0 }
    let count = entries.nearest
    return Profile.whole(
      max(0, count * (far - table.nanosecondsEach(of: count))))
  }

  /// The same as a price.
  package func price(_ entries: UInt128) -> UInt128 {
    UInt128(min(time(entries), Rate.most))
  }

  /// The price of the operands of a step that are given factors.
  ///
  /// - Parameters:
  ///   - problem: the one that the steps are for.
  ///   - isMade: whether a factor of it is a value that has just been made, as
  ///     in the pieces of plans in chunks.
  func price(
    ofStep id: Int, _ steps: PricedSteps, of problem: Problem,
    isMade: (Int) -> Bool = { _ in false }
  ) -> UInt128 {
    let step = steps[id].step
    guard table != nil else { return 0 }
    if case .add = step { return 0 }
    let (first, second) = step.operands
    return [first, second].compactMap(\.self).reduce(0) { sum, operand in
      guard case .given(let factor) = steps[operand].step,
        problem.factors[factor].isOnlyGiven, !isMade(factor)
      else { return sum }
      return sum + price(steps[operand].pattern.storedEntries)
    }
  }
}

extension Factor {
  /// Whether its entries are at hand, and nothing else.
  package var isOnlyGiven: Bool {
    isGiven && tangentCost == nil && adjointCost == nil
  }
}

extension TimeTable {
  /// Nanoseconds of one double when `count` are read in turn; what is fewer
  /// than measured stays as near as the fewest.
  fileprivate func nanosecondsEach(of count: Double) -> Double {
    let count = max(count, columns[0])
    return time(Work.Sizes(1, 1, count)) / count
  }
}
