import JacobianChain

/// The ways that have been good for something, as a graph: small enough for
/// the exact methods' search for plans, whatever the size of the problem.
struct ThinnedGraph {
  /// The ways to make each cell, an original; the first found first.
  private var ways: [Int: [ShareTable.Way]] = [:]

  /// Takes in what a choice is made of.
  mutating func insert(_ choice: ShareTable.Choice) {
    for (cell, way, _) in choice.cells { insert(way, cell) }
  }

  private mutating func insert(_ way: ShareTable.Way, _ cell: Int) {
    if !ways[cell, default: []].contains(where: { $0.isSame(as: way) }) {
      ways[cell, default: []].append(way)
    }
  }

  /// Copies of operations in all targets, at most.
  private static let copyLimit = 1 << 21
  /// Steps of the relaxation, times copies.
  private static let workLimit = 1 << 24

  /// Looks for a plan that is cheaper than `guide`.
  ///
  /// - Returns: nil when there is none, or when it is too much work.
  func improve(
    on guide: ShareTable.Choice, _ table: borrowing ShareTable,
    _ targets: [Int], of problem: Problem, _ control: SearchControl
  ) -> ShareTable.Choice? {
    let unit = table.prices.unit
    guard problem.worstPrice / unit < UInt128(SharedProducts.sumLimit) else {
      return nil
    }
    var cells = Array(ways.keys)
    cells.sort { (table.length($0), $0) < (table.length($1), $1) }
    for isFull in [true, false] {
      let part = Part(
        isFull ? withEverySplit(cells, table) : ways, cells, table, targets,
        problem)
      let copies = part.copies
      guard copies > 0, copies <= Self.copyLimit else { continue }
      return part.improve(
        on: guide, table, problem, control,
        iterations: max(20, min(1000, Self.workLimit / copies)))
    }
    return nil
  }

  /// All splits into parts that are here: what stands near to the good ones.
  private func withEverySplit(
    _ cells: [Int], _ table: borrowing ShareTable
  ) -> [Int: [ShareTable.Way]] {
    var isKnown = [Bool](repeating: false, count: table.rows.cellCount)
    for cell in cells { isKnown[cell] = true }
    var all: [Int: [ShareTable.Way]] = [:]
    for cell in cells { all[cell] = [] }
    for cell in cells {
      table.forEachWay(cell) { way, outer, inner in
        if outer.map({ isKnown[$0] }) ?? true,
          inner.map({ isKnown[$0] }) ?? true
        {
          all[cell]!.append(way)
        }
      }
    }
    return all
  }
}

/// Some ways of a table as a graph of values.
private struct Part {
  private let graph: ProductGraph
  /// The cell of each value, and the way of each of its operations.
  private let cells: [Int]
  private var ways: [[ShareTable.Way]] = []

  /// States of the search over sets.
  private static let stateLimit = 200_000

  init(
    _ known: [Int: [ShareTable.Way]], _ cells: [Int],
    _ table: borrowing ShareTable, _ targets: [Int], _ problem: Problem
  ) {
    var ids: [Int: Int] = [:]
    var made: [[ProductGraph.Operation]] = []
    var isFree: [Bool] = []
    for cell in cells {
      var own = known[cell]!
      var operations = own.map { way in
        table.operation(way, cell, ids, isFree)
      }
      let free = operations.firstIndex { $0.isFree }
      if let free { (own, operations) = ([own[free]], [operations[free]]) }
      ids[cell] = made.count
      isFree.append(free != nil)
      ways.append(own)
      made.append(operations)
    }
    graph = ProductGraph(
      words: problem.targets, lengths: cells.map { table.length($0) },
      made: made, targets: targets.map { ids[Int(table.rows.originals[$0])]! })
    self.cells = cells
  }

  /// The copies of a positional program.
  var copies: Int {
    graph.targets.indices.reduce(0) { sum, target in
      graph.values(ofTarget: target).reduce(sum) {
        $0 + (graph.isFree[$1] ? 0 : graph.operations(of: $1).count)
      }
    }
  }

  /// The Lagrangian relaxation of the part; its bound is none for the whole,
  /// so nobody is told.
  func improve(
    on guide: ShareTable.Choice, _ table: borrowing ShareTable,
    _ problem: Problem, _ control: SearchControl, iterations: Int
  ) -> ShareTable.Choice? {
    var ids: [Int: Int] = [:]
    for (id, cell) in cells.enumerated() { ids[cell] = id }
    var chosen = (0..<graph.count).map { graph.starts[$0] }
    for (cell, way, _) in guide.cells {
      let id = ids[cell]!
      if graph.isFree[id] { continue }
      chosen[id] += ways[id].firstIndex { $0.isSame(as: way) }!
    }
    var outcome = SharedOutcome(of: graph, chosen: chosen)
    let before = outcome.upper
    let setting = DualAscent.Setting(
      graph, tapeTotal: problem.limits.tapeTotal)
    var ascent = DualAscent(
      LagrangianDual(
        PositionalProgram(graph), graph, setting.scale,
        tapeTotal: setting.tapeTotal), setting)
    let quiet = SearchControl(shouldStop: control.shouldStop)
    ascent.start(&outcome, quiet)
    _ = ascent.run(&outcome, iterations: iterations, isWhole: true, quiet)
    if table.rows.order == nil {
      // Repeated factors: here a value has one node for all its places, which
      // is no bound; and the search over sets is better at them.
      outcome.lower = 0
      outcome = SetSearch(
        graph, tapeTotal: problem.limits.tapeTotal, memoryBudget: 1 << 26
      ).run(
        from: outcome,
        control: SearchControl(
          nodeLimit: Self.stateLimit, shouldStop: control.shouldStop))
    }
    guard outcome.upper < before else { return nil }
    var choice = ShareTable.Choice()
    for id in graph.values(outcome.chosen).reversed() {
      let position =
        graph.isFree[id] ? 0 : outcome.chosen[id] - graph.starts[id]
      choice.append(ways[id][position], cells[id], table)
    }
    return choice
  }
}

extension ShareTable.Way {
  func isSame(as other: ShareTable.Way) -> Bool {
    switch (self, other) {
    case (.leaf(let a), .leaf(let b)): a.step == b.step
    case (.split(let a), .split(let b)): a == b
    case (.eliminate(let a), .eliminate(let b)): a == b
    case (.leaf, _), (.split, _), (.eliminate, _): false
    }
  }
}

extension ShareTable {
  /// A way to make a cell as an operation on values that are numbered.
  fileprivate func operation(
    _ way: Way, _ cell: Int, _ ids: [Int: Int], _ isFree: [Bool]
  ) -> ProductGraph.Operation {
    let row = Int(rows.rowsOfCells[cell])
    let (outer, inner) = operands(cell, row, way)
    func id(_ cell: Int) -> Int { ids[Int(rows.originals[cell])]! }
    func used(_ cell: Int?) -> Int {
      cell.map(id).flatMap { isFree[$0] ? nil : $0 } ?? -1
    }
    let (a, b) = (used(outer), used(inner))
    return ProductGraph.Operation(
      step: step(way, cell, outer.map(id), inner.map(id)),
      price: Int(
        (price(cell, way, outer, inner) / Double(prices.unit)).rounded()),
      tape: Int(tape(way, row)), first: max(a, b),
      second: a == b ? -1 : min(a, b))
  }
}
