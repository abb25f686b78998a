import ChainSolvers

/// What is left to decide about a graph once some operations are closed and
/// some values are known to be computed.
///
/// Free values (given factors and what is made of them at no price) are never
/// decided upon.
struct Reduction {
  /// For each operation, whether a plan may still contain it.
  private(set) var isOpen: [Bool]
  /// For each value, whether every plan that is left computes it; targets at
  /// least. Never true of free values.
  private(set) var isForced: [Bool]
  /// For each operation, whether every plan that is left contains it.
  private(set) var isFixed: [Bool]
  /// fma and tape of the fixed operations.
  private(set) var price = 0
  private(set) var tape = 0
  /// Whether a plan is left, total tape aside.
  private(set) var isFeasible = true

  /// The graph as it is: all operations open, the targets forced.
  init(all graph: ProductGraph) {
    isOpen = [Bool](repeating: true, count: graph.operations.count)
    isFixed = [Bool](repeating: false, count: graph.operations.count)
    isForced = [Bool](repeating: false, count: graph.count)
    for target in graph.targets where !graph.isFree[target] {
      isForced[target] = true
    }
  }

  /// Closes what can't be part of a plan, or of the cheapest one, and fixes
  /// what all of them contain.
  ///
  /// - Parameters:
  ///   - isOpen: the operations that may still be used.
  ///   - forced: for each value, whether it has to be computed; the targets
  ///     are added.
  /// - Complexity: O(operations).
  init(_ graph: ProductGraph, isOpen: [Bool], forced: [Bool]) {
    self.init(all: graph)
    self.isOpen = isOpen
    for v in 0..<graph.count where forced[v] && !graph.isFree[v] {
      isForced[v] = true
    }
    closeUnmakeable(graph)
    // Operands have smaller ids: one sweep downwards sees every user of a
    // value before the value.
    var isReached = isForced
    for v in stride(from: graph.count - 1, through: 0, by: -1)
    where !graph.isFree[v] {
      guard isReached[v] else {
        for o in graph.operations(of: v) { self.isOpen[o] = false }
        continue
      }
      closeDominated(v, graph)
      var common: (first: Int, second: Int)?
      var open = 0
      for o in graph.operations(of: v) where self.isOpen[o] {
        open += 1
        let (a, b) = (graph.operations[o].first, graph.operations[o].second)
        if a >= 0 { isReached[a] = true }
        if b >= 0 { isReached[b] = true }
        common =
          common.map {
            (
              $0.first == a || $0.first == b ? $0.first : -1,
              $0.second == a || $0.second == b ? $0.second : -1
            )
          } ?? (a, b)
      }
      guard isForced[v] else { continue }
      guard let common else {
        isFeasible = false
        return
      }
      if common.first >= 0 { isForced[common.first] = true }
      if common.second >= 0 { isForced[common.second] = true }
      if open == 1 { fix(v, graph) }
    }
  }

  private mutating func fix(_ v: Int, _ graph: ProductGraph) {
    let o = graph.operations(of: v).first { isOpen[$0] }!
    isFixed[o] = true
    price += graph.operations[o].price
    tape += graph.operations[o].tape
  }

  private mutating func closeUnmakeable(_ graph: ProductGraph) {
    var isMakeable = graph.isFree
    for v in 0..<graph.count where !graph.isFree[v] {
      for o in graph.operations(of: v) where isOpen[o] {
        let (a, b) = (graph.operations[o].first, graph.operations[o].second)
        isOpen[o] = (a < 0 || isMakeable[a]) && (b < 0 || isMakeable[b])
        if isOpen[o] { isMakeable[v] = true }
      }
    }
  }

  /// An operation whose operands are there anyway beats all of the same value
  /// that cost no less.
  private mutating func closeDominated(_ v: Int, _ graph: ProductGraph) {
    let ready = graph.operations(of: v).filter { o in
      let operation = graph.operations[o]
      return isOpen[o]
        && (operation.first < 0 || isForced[operation.first])
        && (operation.second < 0 || isForced[operation.second])
    }
    guard
      let best = ready.min(by: {
        graph.operations[$0].price < graph.operations[$1].price
      })
    else { return }
    let (price, tape) = (
      graph.operations[best].price, graph.operations[best].tape
    )
    for o in graph.operations(of: v)
    where o != best && graph.operations[o].price >= price
      && graph.operations[o].tape >= tape
    {
      isOpen[o] = false
    }
  }
}
