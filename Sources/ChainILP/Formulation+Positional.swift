import ChainSolvers
import JacobianChain

extension Formulating {
  /// A flow from every forced value (the targets at least) down through the
  /// spans of its word. A span whose value is forced itself needs nothing
  /// below it: it has a flow of its own.
  ///
  ///     root   Σ f = 1
  ///     node   Σ f of the span = Σ f of the copies that use the span
  ///     link   x_o ≥ f_c for every copy c of o
  ///
  /// An operation with a single copy, or without a price, needs no link.
  ///
  /// Returns false, the work half done, above `limit` columns.
  func addPositional(
    to result: inout FormulatedProgram, _ limit: Int
  ) -> Bool {
    var copies = [[Int]](repeating: [], count: graph.operations.count)
    let spans = forcedSpans()
    var flows: [SpanFlow] = []
    for (r, root) in spans.enumerated() {
      var flow = SpanFlow(root)
      flow.fill(self) { o, b, v in
        let label = labels.map {
          "f\(r + 1)_\($0.operation(o, of: v))_at\(b.lowerBound)"
        }
        let column = result.program.add(
          label ?? "", objective: 0, isInteger: false)
        copies[o].append(column)
        return column
      }
      guard result.program.columns.count <= limit else { return false }
      flows.append(flow)
    }
    for v in 0..<graph.count where !graph.isFree[v] {
      for o in undecided(v) { link(o, of: v, copies[o], &result) }
    }
    for (r, flow) in flows.enumerated() {
      flow.addRows(to: &result.program) { b, e in
        labels == nil ? "" : "node\(r + 1)_\(b)_\(e)"
      }
    }
    return true
  }

  private func link(
    _ o: Int, of v: Int, _ copies: [Int], _ result: inout FormulatedProgram
  ) {
    let operation = graph.operations[o]
    guard !copies.isEmpty else { return }
    if copies.count == 1 {
      result.columns[o] = copies[0]
      result.program.columns[copies[0]].objective = operation.price
      result.program.columns[copies[0]].isInteger = true
      if labels != nil {
        result.program.columns[copies[0]].name =
          name("x", operation: o, of: v)
      }
      return
    }
    result.copies += copies.map { (column: $0, operation: o) }
    guard operation.price > 0 || operation.tape > 0 else { return }
    let paid = result.program.add(
      name("x", operation: o, of: v), objective: operation.price)
    result.columns[o] = paid
    for (index, copy) in copies.enumerated() {
      result.program.require(
        name("link", operation: o, of: v)
          + (labels == nil ? "" : "_\(index + 1)"),
        [paid], minus: [copy], atLeast: 0)
    }
  }

  /// A span of each forced value that is still to be decided upon, longest
  /// values first.
  private func forcedSpans() -> [Span] {
    var spans: [Span] = []
    var seen: Set<Int> = []
    for (t, word) in graph.words.enumerated() {
      let values = graph.spans(of: t)
      for b in word.indices {
        for e in b + 1...word.count {
          let v = values[b, e]
          guard reduction.isForced[v], !undecided(v).isEmpty,
            seen.insert(v).inserted
          else { continue }
          spans.append(Span(target: t, range: b..<e, value: v))
        }
      }
    }
    return spans.sorted { $0.value > $1.value }
  }
}

/// A span of a target and its value.
private struct Span {
  let target: Int
  let range: Range<Int>
  let value: Int
}

/// The copies of operations below one forced value.
private struct SpanFlow {
  private let root: Span
  /// For each span `b..<e` below the root, the columns that make it and those
  /// that use it; by `slot`.
  private var makers: [[Int]]
  private var users: [[Int]]

  init(_ root: Span) {
    self.root = root
    let n = root.range.count
    makers = [[Int]](repeating: [], count: n * (n + 1))
    users = makers
  }

  private func slot(_ b: Int, _ e: Int) -> Int {
    (b - root.range.lowerBound) * (root.range.count + 1)
      + e - root.range.lowerBound - 1
  }

  /// Adds a copy of every open operation of every span that is in use.
  mutating func fill(
    _ parts: Formulating, _ copy: (Int, Range<Int>, Int) -> Int
  ) {
    let graph = parts.graph
    let values = graph.spans(of: root.target)
    for length in stride(from: root.range.count, through: 1, by: -1) {
      for b in root.range.lowerBound...root.range.upperBound - length {
        let e = b + length
        let isRoot = length == root.range.count
        guard isRoot || !users[slot(b, e)].isEmpty else { continue }
        for o in parts.undecided(values[b, e]) {
          let column = copy(o, b..<e, values[b, e])
          makers[slot(b, e)].append(column)
          for (from, to) in Self.operands(o, b, e, graph) {
            let u = values[from, to]
            guard !graph.isFree[u], !parts.reduction.isForced[u] else {
              continue
            }
            users[slot(from, to)].append(column)
          }
        }
      }
    }
  }

  private static func operands(
    _ o: Int, _ b: Int, _ e: Int, _ graph: ProductGraph
  ) -> [(Int, Int)] {
    switch graph.operations[o].step {
    case .given, .accumulate: []
    case .multiply(_, let inner):
      [(b, b + graph.lengths[inner]), (b + graph.lengths[inner], e)]
    case .eliminate(_, .tangent, _): [(b, e - 1)]
    case .eliminate(_, .adjoint, _): [(b + 1, e)]
    case .add: preconditionFailure("words have no sums")
    }
  }

  func addRows(
    to program: inout LinearProgram, _ name: (Int, Int) -> String
  ) {
    let range = root.range
    program.require(
      name(range.lowerBound, range.upperBound),
      makers[slot(range.lowerBound, range.upperBound)], atLeast: 1, atMost: 1)
    for b in range {
      for e in b + 1...range.upperBound where !users[slot(b, e)].isEmpty {
        program.require(
          name(b, e), makers[slot(b, e)], minus: users[slot(b, e)],
          atLeast: 0, atMost: 0)
      }
    }
  }
}
