import JacobianChain

/// The cheapest joint plan for all targets of a graph, by a search over the
/// sets of values still needed. Made for tied words, whose sub-words repeat:
/// powers, periodic chains, recurrences.
///
/// **States.** A state is the set of values still needed; the first is the set
/// of targets. The largest value u of a state is made by one of its operations
/// and gives way to the operands. Operands are smaller (ids are in order of
/// length), so nothing is made twice, every need of u is known when u is made,
/// and the price along a path is the price of the plan: the empty set is
/// reached exactly by the plans. Two paths to one set need the same from there
/// on, so the cheaper one is enough. With a total tape a state also has the
/// tape used, and is beaten only by one that has no more of both.
///
/// **Dominance.** A state is beaten by one that needs one value less at no
/// more fma, and an operation by one that needs nothing new, or a part of what
/// it needs, at no more fma: what completes the worse one completes the better
/// one. With a total tape the better one must take no tape.
///
/// **Bound.** See `SetBound`, which rests on what is known of *rows*: of each
/// value alone, and of each family of the k shortest targets together. Rows
/// are bounded by the same search in ascending order, so each rests on the
/// ones before it (the Russian doll search of Verfaillie, Lemaître & Schiex
/// 1996). The families are what closes back-propagation through time: of
/// out · A^t · W for t < 20 the last target alone is much cheaper than all,
/// while 19 of them cost almost as much as 20.
///
/// **Sweeps.** Largest values fall along a path, so states are visited bucket
/// by bucket. A sweep keeps the K best of each by f, the price so far plus the
/// bound. Every plan that a sweep misses goes through a dropped state, so
/// min(best plan, least f dropped) bounds the optimum at any time, and proves
/// it when no f was dropped below the best plan. Otherwise K grows sixfold. A
/// row that no better plan can use isn't looked at. All sums are exact.
///
/// **Complexity.** Exponential at worst: several powers of one matrix are the
/// addition-sequence problem, NP-complete (Downey, Leong & Sethi 1981,
/// doi:10.1137/0210047); for one power of a square matrix the optimum is a
/// shortest addition chain (Knuth, TAOCP 2, §4.6.3). In milliseconds on one
/// core: A^128 2, period 3 of length 128 10 to 100, period 6 of length 64 10
/// to 200, 20 steps back through time up to 700, 32 about a minute. When the
/// states outgrow the memory budget, the search ends with what it has.
///
/// Not for long chains of distinct factors, whose states hardly ever meet.
package struct SetSearch: Sendable {
  private let graph: ProductGraph
  private let tapeTotal: Int?
  private let memoryBudget: Int
  private let effortLimit: Int

  /// The bytes that the tables of a graph may take: 128 MiB.
  package static let tableBudget = 128 << 20

  /// Prepares the search for the cheapest plan for all targets of `graph`.
  ///
  /// - Parameters:
  ///   - tapeTotal: the tape that the plan may take; nil for any.
  ///   - memoryBudget: the bytes that states may take, 512 MiB by default.
  ///   - effortLimit: when to give up: the values of states that may be looked
  ///     at, once for each operation. The same search ends at the same place on
  ///     any machine; 10^8 take a fraction of a second.
  package init(
    _ graph: ProductGraph, tapeTotal: Int? = nil,
    memoryBudget: Int = 512 << 20, effortLimit: Int = .max
  ) {
    self.effortLimit = effortLimit
    self.graph = graph
    self.tapeTotal = tapeTotal
    self.memoryBudget = memoryBudget
  }

  /// Improves what is known, until it is proven, `control` stops it or memory
  /// is short.
  package func run(
    from outcome: SharedOutcome, control: SearchControl
  ) -> SharedOutcome {
    var outcome = outcome
    guard !outcome.isProven, SetTables.bytes(of: graph) <= Self.tableBudget,
      let tables = SetTables(graph, isOpen: outcome.isOpen, control)
    else { return outcome }
    guard tables.isFeasible else {
      // Operations are closed only when no cheaper plan contains them.
      outcome.lower = outcome.upper
      return outcome
    }
    var rounds = SetRounds(
      tables, tapeTotal: tapeTotal, memoryBudget: memoryBudget,
      effortLimit: effortLimit, upper: outcome.upper, lower: outcome.lower,
      explored: outcome.explored)
    rounds.run(control)
    outcome.explored = rounds.explored
    outcome.lower = rounds.lower
    if let found = rounds.found {
      outcome.upper = rounds.upper
      outcome.chosen = choice(found)
    }
    return outcome
  }

  /// The operations of a plan by the value they make; other values keep their
  /// first operation.
  private func choice(_ operations: [Int]) -> [Int] {
    var isFound = [Bool](repeating: false, count: graph.operations.count)
    for id in operations { isFound[id] = true }
    return (0..<graph.count).map { v in
      graph.operations(of: v).first { isFound[$0] }
        ?? graph.operations(of: v).lowerBound
    }
  }
}
