import JacobianChain

extension ShareTable {
  /// A plan that the table's trees make, what they share made once.
  struct Choice {
    /// The cells that are made, each word once, the longest first.
    var cells: [(cell: Int, way: Way, price: Double)] = []
    /// fma and tape, as doubles.
    var price = 0.0
    var tape = 0.0

    /// Makes one more cell, which all before it may need.
    mutating func append(
      _ way: Way, _ cell: Int, _ table: borrowing ShareTable
    ) {
      let row = Int(table.rows.rowsOfCells[cell])
      let (outer, inner) = table.operands(cell, row, way)
      let own = table.price(cell, way, outer, inner)
      cells.append((cell, way, own))
      price += own
      tape += table.tape(way, row)
    }
  }

  /// The number of factors of a cell's word.
  func length(_ cell: Int) -> Int {
    cell - rows.starts[Int(rows.rowsOfCells[cell])] + 1
  }

  /// Calls `body` with each way to make a cell, and the originals of the cells
  /// that it uses.
  func forEachWay(_ cell: Int, _ body: (Way, Int?, Int?) -> Void) {
    let row = Int(rows.rowsOfCells[cell])
    let (start, length) = (rows.starts[row], length(cell))
    guard length > 1 else {
      for leaf in prices.leaves[Int(rows.factors[cell])] {
        body(.leaf(leaf), nil, nil)
      }
      return
    }
    var tail = row
    for k in 1..<length {
      tail = rows.tails[tail]
      let outer = Int(rows.originals[rows.starts[tail] + length - k - 1])
      let inner = Int(rows.originals[start + k - 1])
      body(.split(k), outer, inner)
      guard prices.tangents.count > 0 else { continue }
      if k == 1, prices.adjoints[cell] < .infinity {
        body(.eliminate(.adjoint), outer, nil)
      }
      if k == length - 1, prices.tangents[cell] < .infinity {
        body(.eliminate(.tangent), nil, inner)
      }
    }
  }

  /// The trees of the targets.
  ///
  /// - Parameters:
  ///   - targets: their cells.
  /// - Complexity: O(values made · length).
  func choice(
    _ targets: [Int], _ shares: borrowing PriceShares, tapePrice: Double
  ) -> Choice {
    var choice = Choice()
    // What is still to be made, by length.
    var pending = [[Int]](repeating: [], count: 1)
    var isNeeded: Set<Int> = []
    func need(_ cell: Int) {
      let cell = Int(rows.originals[cell])
      guard isNeeded.insert(cell).inserted else { return }
      let length = cell - rows.starts[Int(rows.rowsOfCells[cell])]
      while pending.count <= length { pending.append([]) }
      pending[length].append(cell)
    }
    for target in targets { need(target) }
    for position in pending.indices.reversed() {
      for cell in pending[position] {
        let row = Int(rows.rowsOfCells[cell])
        let way = best(row, position + 1, shares, tapePrice).way
        let (outer, inner) = operands(cell, row, way)
        if let outer { need(outer) }
        if let inner { need(inner) }
        choice.append(way, cell, self)
      }
    }
    return choice
  }

  /// The cells that a way uses, which aren't originals in general.
  func operands(
    _ cell: Int, _ row: Int, _ way: Way
  ) -> (outer: Int?, inner: Int?) {
    let position = cell - rows.starts[row]
    switch way {
    case .leaf: return (nil, nil)
    case .eliminate(.tangent): return (nil, cell - 1)
    case .eliminate(.adjoint):
      return (rows.starts[rows.tails[row]] + position - 1, nil)
    case .split(let k):
      var tail = row
      for _ in 0..<k { tail = rows.tails[tail] }
      return (rows.starts[tail] + position - k, rows.starts[row] + k - 1)
    }
  }

  /// The tape of a way to make a beginning of a row.
  func tape(_ way: Way, _ row: Int) -> Double {
    switch way {
    case .leaf(let leaf): leaf.tape
    case .eliminate(.adjoint):
      prices.tapes[Int(rows.factors[rows.starts[row]])]
    case .split, .eliminate(.tangent): 0
    }
  }

  /// fma of a way to make a cell.
  func price(
    _ cell: Int, _ way: Way, _ outer: Int?, _ inner: Int?
  ) -> Double {
    switch way {
    case .leaf(let leaf): leaf.price
    case .split: prices.product(outer!, inner!)
    case .eliminate(.tangent): prices.tangents[cell]
    case .eliminate(.adjoint): prices.adjoints[cell]
    }
  }

  /// The plan of a choice, operands first.
  ///
  /// - Complexity: O(values made · length).
  func plan(
    _ choice: Choice, _ targets: [Int]
  ) -> Plan {
    var plan = Plan(steps: [], targets: [])
    var ids: [Int: Int] = [:]
    func id(_ cell: Int) -> Int { ids[Int(rows.originals[cell])]! }
    for (cell, way, _) in choice.cells.reversed() {
      let row = Int(rows.rowsOfCells[cell])
      let (outer, inner) = operands(cell, row, way)
      ids[cell] = plan.steps.count
      plan.steps.append(step(way, cell, outer.map(id), inner.map(id)))
    }
    plan.targets = targets.map(id)
    return plan
  }

  /// The step of a way to make a cell from values with these ids.
  func step(_ way: Way, _ cell: Int, _ outer: Int?, _ inner: Int?) -> Step {
    let first = rows.starts[Int(rows.rowsOfCells[cell])]
    return switch way {
    case .leaf(let leaf): leaf.step
    case .split: .multiply(outer: outer!, inner: inner!)
    case .eliminate(.tangent):
      .eliminate(
        factor: Int(rows.factors[cell]), mode: .tangent, operand: inner!)
    case .eliminate(.adjoint):
      .eliminate(
        factor: Int(rows.factors[first]), mode: .adjoint, operand: outer!)
    }
  }
}
