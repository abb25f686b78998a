import ChainRandom
import JacobianChain

/// What the set search reads of a graph, flat: the open operations that can
/// be completed, the least price of each value, and what each can use.
///
/// A *row* is a set of values that is bounded as a whole: row v < `count` is
/// value v alone, row `count + k` the family of the k + 1 shortest targets.
struct SetTables {
  /// One way to make a value; operands that aren't free, the greater first,
  /// −1 for none.
  struct Operation {
    let price: Int
    let tape: Int
    let first: Int
    let second: Int
    /// The operation's id in the graph.
    let id: Int
  }

  /// The number of values.
  let count: Int
  /// The targets that cost something, each once, ascending.
  let goals: [Int]
  /// All operations, grouped by the value they make.
  private(set) var operations: [Operation] = []
  /// The operations that make value v are `starts[v]..<starts[v + 1]`.
  private(set) var starts: [Int] = [0]
  /// The least price and tape of an operation that makes each value.
  private(set) var least: [Int] = []
  private(set) var leastTape: [Int] = []
  /// A random key per value: a set's hash is the exclusive or of its keys.
  private(set) var keys: [UInt64] = []
  /// What a plan for each row may use, itself included.
  let uses: SetRows

  /// The number of rows.
  var rows: Int { count + goals.count }
  /// Whether every goal can be made by open operations.
  var isFeasible: Bool { goals.allSatisfy { !operations(of: $0).isEmpty } }

  /// Bytes of the tables of a graph, which grow with its values squared.
  static func bytes(of graph: ProductGraph) -> Int {
    let rows = graph.count + graph.targets.count
    let perOperation = MemoryLayout<Operation>.stride
    return rows * ((graph.count + 63) / 64) * 8
      + graph.operations.count * perOperation
  }

  /// Takes over the operations that are open; nil when `control` stopped it.
  ///
  /// - Complexity: O(operations · values / 64).
  init?(_ graph: ProductGraph, isOpen: [Bool], _ control: SearchControl) {
    count = graph.count
    goals = Set(graph.targets).filter { !graph.isFree[$0] }.sorted()
    uses = SetRows(rows: count + goals.count, values: count)
    var generator = SplitMix64(seed: 0)
    for v in 0..<count {
      if v & 15 == 0, control.shouldStop() != nil { return nil }
      keys.append(generator.next())
      uses.insert(v, into: v)
      if !graph.isFree[v] { take(v, of: graph, isOpen) }
      let own = operations[starts[v]...]
      least.append(own.lazy.map(\.price).min() ?? 0)
      leastTape.append(own.lazy.map(\.tape).min() ?? 0)
      starts.append(operations.count)
    }
    for (k, goal) in goals.enumerated() {
      uses.join(count + k, goal)
      if k > 0 { uses.join(count + k, count + k - 1) }
    }
  }

  /// The ids of the operations that make value `v`.
  func operations(of v: Int) -> Range<Int> { starts[v]..<starts[v + 1] }

  private mutating func take(
    _ v: Int, of graph: ProductGraph, _ isOpen: [Bool]
  ) {
    for id in graph.operations(of: v) where isOpen[id] {
      let operation = graph.operations[id]
      let (first, second) = (operation.first, operation.second)
      guard first < 0 || !operations(of: first).isEmpty,
        second < 0 || !operations(of: second).isEmpty
      else { continue }
      operations.append(
        Operation(
          price: operation.price, tape: operation.tape, first: first,
          second: second, id: id))
      if first >= 0 { uses.join(v, first) }
      if second >= 0 { uses.join(v, second) }
    }
  }
}
