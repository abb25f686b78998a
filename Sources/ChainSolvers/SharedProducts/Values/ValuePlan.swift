import JacobianChain

/// A plan that grows and shrinks value by value over the graph itself, where a
/// sub-word is one thing however often it occurs.
///
/// A value is made by the operation whose price, with what its operands cost
/// beyond what is there, is least. The cost of an operand is that of its tree,
/// as if nothing in it were shared.
struct ValuePlan {
  private let graph: ProductGraph
  /// The operation of each value that is made, −1 for none.
  private(set) var chosen: [Int]
  /// fma and tape of what is made.
  private(set) var fma = 0
  private(set) var tape = 0
  /// How many operations and targets use each value.
  private var uses: [Int]
  /// What each value costs on its own where what was made at the last
  /// `measure()` costs nothing.
  private var distances: [Int]

  /// Nothing is made.
  init(_ graph: ProductGraph) {
    self.graph = graph
    chosen = [Int](repeating: -1, count: graph.count)
    uses = [Int](repeating: 0, count: graph.count)
    distances = uses
    for target in graph.targets where !graph.isFree[target] {
      uses[target] += 1
    }
    measure()
  }

  /// Measures anew what values cost beside those that are used.
  ///
  /// - Complexity: O(operations).
  mutating func measure() {
    for value in 0..<graph.count {
      if uses[value] > 0 || graph.isFree[value] {
        distances[value] = 0
        continue
      }
      var least = Int.max
      for id in graph.operations(of: value) {
        let operation = graph.operations[id]
        var price = operation.price
        if operation.first >= 0 { price += distances[operation.first] }
        if operation.second >= 0 { price += distances[operation.second] }
        least = min(least, price)
      }
      distances[value] = least
    }
  }

  /// Makes all that is used and isn't made, longest values first.
  ///
  /// - Parameter preferred: whether an operation comes before all others that
  ///   make its value.
  /// - Complexity: O(operations of what is made).
  mutating func complete(
    preferring preferred: (Int, ProductGraph.Operation) -> Bool = { _, _ in
      false
    }
  ) {
    for value in stride(from: graph.count - 1, through: 0, by: -1)
    where uses[value] > 0 && chosen[value] < 0 {
      make(value, by: cheapest(value, preferred))
    }
  }

  private func cheapest(
    _ value: Int, _ preferred: (Int, ProductGraph.Operation) -> Bool
  ) -> Int {
    var best = (isPreferred: false, price: Int.max, id: -1)
    for id in graph.operations(of: value) {
      let operation = graph.operations[id]
      let price =
        operation.price + missing(operation.first) + missing(operation.second)
      let isPreferred = preferred(value, operation)
      if isPreferred == best.isPreferred
        ? price < best.price : isPreferred
      {
        best = (isPreferred, price, id)
      }
    }
    return best.id
  }

  /// What an operand costs that isn't used by anything yet.
  private func missing(_ value: Int) -> Int {
    value < 0 || uses[value] > 0 ? 0 : distances[value]
  }

  private mutating func make(_ value: Int, by id: Int) {
    let operation = graph.operations[id]
    chosen[value] = id
    fma += operation.price
    tape += operation.tape
    if operation.first >= 0 { uses[operation.first] += 1 }
    if operation.second >= 0 { uses[operation.second] += 1 }
  }

  /// Takes the operation of a value back, and all that only it used.
  ///
  /// - Returns: what was taken back.
  private mutating func unmake(_ value: Int) -> [(value: Int, id: Int)] {
    var removed: [(value: Int, id: Int)] = []
    var pending = [value]
    while let value = pending.popLast() {
      let operation = graph.operations[chosen[value]]
      removed.append((value, chosen[value]))
      chosen[value] = -1
      fma -= operation.price
      tape -= operation.tape
      release(operation.first, &pending)
      release(operation.second, &pending)
    }
    return removed
  }

  private mutating func release(_ operand: Int, _ pending: inout [Int]) {
    guard operand >= 0 else { return }
    uses[operand] -= 1
    if uses[operand] == 0 { pending.append(operand) }
  }

  /// Makes each value anew, longest first, and keeps what is cheaper.
  ///
  /// - Returns: whether anything got cheaper.
  /// - Complexity: O(operations of what is made).
  mutating func improve(_ shouldStop: () -> Bool) -> Bool {
    let before = fma
    measure()
    for value in stride(from: graph.count - 1, through: 0, by: -1)
    where chosen[value] >= 0 {
      if shouldStop() { break }
      let known = fma
      let removed = unmake(value)
      var pending = [value]
      while let value = pending.popLast() {
        if value < 0 || chosen[value] >= 0 { continue }
        let id = cheapest(value) { _, _ in false }
        make(value, by: id)
        pending.append(graph.operations[id].second)
        pending.append(graph.operations[id].first)
      }
      guard fma > known else { continue }
      _ = unmake(value)
      for (value, id) in removed { make(value, by: id) }
    }
    return fma < before
  }
}
