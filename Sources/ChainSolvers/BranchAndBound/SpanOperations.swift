import ChainRandom
import JacobianChain

/// The spans of a chain and the operations that make them in plans within a
/// horizon, in flat memory for the search. Ids of spans are those of the
/// `ProductGraph`.
struct SpanOperations: ~Copyable, Sendable {
  /// One way to make a span.
  struct Operation {
    /// How long it takes.
    var price: Int
    /// Its id in the `ProductGraph`.
    var id: Int32
    /// The tape that it needs; 0 without a bound on the total tape.
    var tape: Int
    /// The shortest path through it, and the least work of its operands.
    var path: Int
    var work: Int
    /// The operands that aren't free; −1 for none.
    var first: Int32
    var second: Int32
  }

  /// What a span may take.
  struct Limits {
    var path: Int
    var work: Int
  }

  private let starts: FlatArray<Int32>
  private let all: FlatArray<Operation>
  /// 2 · length − 1 for each span: an operation leaves less than it takes.
  private let ranks: FlatArray<Int32>
  /// One key per span; a set of spans has the exclusive or of its keys.
  private let keys: FlatArray<UInt64>
  /// The span of the whole chain.
  let root: Int
  /// The number of spans.
  let count: Int

  /// The longest path and the most work that a span may take.
  private let limits: FlatArray<Limits>
  private let tapes: FlatArray<Int>

  /// - Precondition: the graph has one target, of distinct factors, that
  ///   isn't free.
  init(
    _ graph: ProductGraph, _ reach: SpanReach, horizon: Int, machines: Int
  ) {
    count = graph.count
    root = graph.targets[0]
    let starts = FlatArray<Int32>(repeating: 0, count: count + 1)
    let all = FlatArray<Operation>(unfilled: reach.operations.count)
    let limits = FlatArray<Limits>(unfilled: count)
    // Of what is left of the operations, as `isLeaf` looks at those.
    let tapes = FlatArray(repeating: 0, count: count)
    var kept = 0
    for v in 0..<count {
      let own = reach.limits(of: v, horizon: horizon, machines: machines)
      limits.base[v] = Limits(path: own.path, work: own.work)
      var least = SpanFronts.impossible
      for o in graph.starts[v]..<graph.starts[v + 1] {
        let operation = reach.operations[o]
        if operation.path > own.path { break }
        guard operation.price + operation.work <= own.work else { continue }
        all.base[kept] = operation
        kept += 1
        least = min(
          least,
          operation.tape
            + (operation.first < 0 ? 0 : tapes[Int(operation.first)])
            + (operation.second < 0 ? 0 : tapes[Int(operation.second)]))
      }
      tapes.base[v] = least
      starts.base[v + 1] = Int32(kept)
    }
    self.starts = starts
    self.all = all
    self.limits = limits
    self.tapes = tapes
    ranks = FlatArray(graph.lengths.map { Int32(2 * $0 - 1) })
    var generator = SplitMix64(seed: 0)
    keys = FlatArray((0..<graph.count).map { _ in generator.next() })
  }

  /// The operations that make span `v`, those with the shortest path first.
  @inline(__always)
  func operations(of v: Int) -> Range<Int> {
    Int(starts[v])..<Int(starts[v + 1])
  }

  /// How many operations make one of these spans.
  func operationCount(of spans: Range<Int>) -> Int {
    Int(starts[spans.upperBound] - starts[spans.lowerBound])
  }

  /// The operation with the least product of path and work: likely to beat
  /// most of the others, if it comes first.
  func mostPromising(_ operations: Range<Int>) -> Int? {
    operations.min { a, b in
      Double(all[a].path) * Double(all[a].price + all[a].work)
        < Double(all[b].path) * Double(all[b].price + all[b].work)
    }
  }

  /// The span that operation `o` makes.
  ///
  /// - Complexity: O(log spans).
  func span(madeBy o: Int) -> Int {
    (1..<count).firstIndex(bisecting: { Int(starts[$0]) > o }) - 1
  }

  @inline(__always)
  subscript(o: Int) -> Operation { all[o] }

  /// How long operation `o` takes.
  @inline(__always)
  func price(_ o: Int) -> Int { all[o].price }

  @inline(__always)
  func first(_ o: Int) -> Int { Int(all[o].first) }

  @inline(__always)
  func second(_ o: Int) -> Int { Int(all[o].second) }

  /// What span `v` may take.
  func limits(_ v: Int) -> Limits { limits[v] }

  /// The least tape of span `v`.
  @inline(__always)
  func tape(_ v: Int) -> Int { tapes[v] }

  @inline(__always)
  func rank(_ v: Int) -> Int { Int(ranks[v]) }

  @inline(__always)
  func key(_ v: Int) -> UInt64 { keys[v] }

  /// The span after those as long as span `v`.
  func endOfLength(_ v: Int) -> Int {
    var end = v + 1
    while end < count, ranks[end] == ranks[v] { end += 1 }
    return end
  }

  /// Whether a single step without operands makes the span.
  @inline(__always)
  func isLeaf(_ v: Int) -> Bool {
    let o = Int(starts[v])
    return Int(starts[v + 1]) == o + 1 && all[o].first < 0
  }
}
