/// The Lagrangian dual of a positional program, at one point.
///
/// The link rows are relaxed with multipliers π_c ≥ 0, Σ_{c of o} π_c = w_o:
/// the price of each operation is split over its copies, and
///
///     L(π) = Σ_t (the cheapest tree of target t at prices π) + constant
///
/// is at most the price of every plan: a plan pays w_o once, and the trees that
/// read it off pay at most Σ π_c = w_o for o together. max L is the LP bound of
/// the program (Geoffrion 1974, doi:10.1007/BFb0120690). With a total tape,
/// w_o = price + μ·tape for adjoint steps, and the constant is −μ·tapeTotal.
struct LagrangianDual: ~Copyable {
  /// The formulation.
  let program: PositionalProgram
  /// The unit of everything below.
  let scale: FixedPoint
  /// fma and tape of each operation of the program; 0 for those whose price is
  /// in `constant`.
  let prices: FlatArray<Int>
  let tapes: FlatArray<Int>
  /// fma and tape that every plan here pays, whatever it chooses.
  let constant: Int
  let constantTape: Int
  /// The bound on the total tape; nil when no plan can exceed it.
  let tapeTotal: Int?

  /// π by copy, in fixed point.
  let multipliers: FlatArray<Int>
  /// μ, in units of 2^−(bits + tapeBits) fma.
  private(set) var tapePrice: UInt64 = 0
  /// The price of the cheapest tree below each node, after `evaluate`.
  let inside: FlatArray<Int>
  /// The copy at each node in that tree.
  let choices: FlatArray<Int32>

  /// A point near the one given, or with equal shares for all copies of an
  /// operation.
  ///
  /// - Parameter paid: operations of the graph that every plan considered pays
  ///   for; their copies are free.
  init(
    _ program: consuming PositionalProgram, _ graph: ProductGraph,
    _ scale: FixedPoint, tapeTotal: Int?, paid: [Int] = [],
    multipliers: [Int]? = nil, tapePrice: UInt64 = 0
  ) {
    let isPaid = Set(paid)
    let open = program.operations.map { isPaid.contains($0) ? nil : $0 }
    prices = FlatArray(open.map { $0.map { graph.operations[$0].price } ?? 0 })
    tapes = FlatArray(
      open.map {
        tapeTotal == nil ? 0 : $0.map { graph.operations[$0].tape } ?? 0
      })
    constant = paid.reduce(0) { $0 + graph.operations[$1].price }
    constantTape = paid.reduce(0) { $0 + graph.operations[$1].tape }
    (self.tapeTotal, self.scale, self.tapePrice) = (tapeTotal, scale, tapePrice)
    self.multipliers = FlatArray(
      multipliers ?? [Int](repeating: 0, count: program.copyCount))
    inside = FlatArray(repeating: 0, count: program.nodeCount)
    choices = FlatArray(repeating: -1, count: program.nodeCount)
    self.program = program
    for operation in 0..<prices.count { share(operation) }
  }

  /// The same point without the copies that no cheaper plan contains: their
  /// multipliers go to the copies that are left, so L doesn't fall.
  init(_ dual: borrowing LagrangianDual, keeping kept: [Int32]) {
    program = PositionalProgram(dual.program, keeping: kept)
    (scale, tapeTotal) = (dual.scale, dual.tapeTotal)
    (constant, constantTape) = (dual.constant, dual.constantTape)
    tapePrice = dual.tapePrice
    prices = FlatArray(repeating: 0, count: program.operations.count)
    tapes = FlatArray(repeating: 0, count: program.operations.count)
    multipliers = FlatArray(repeating: 0, count: kept.count)
    for (copy, old) in kept.enumerated() {
      let owner = Int(dual.program.owners[Int(old)])
      prices[Int(program.owners[copy])] = dual.prices[owner]
      tapes[Int(program.owners[copy])] = dual.tapes[owner]
      multipliers[copy] = dual.multipliers[Int(old)]
    }
    inside = FlatArray(repeating: 0, count: program.nodeCount)
    choices = FlatArray(repeating: -1, count: program.nodeCount)
    for operation in 0..<prices.count { share(operation) }
  }

  /// w_o at the present μ, in fixed point.
  func weight(_ operation: Int) -> Int {
    let price = scale.fixed(prices[operation])
    let tape = tapes[operation]
    return tape == 0 ? price : price + scale.charge(tape, tapePrice)
  }

  /// The copies of an operation.
  func members(_ operation: Int) -> UnsafeBufferPointer<Int32> {
    let start = Int(program.memberStarts[operation])
    let end = Int(program.memberStarts[operation + 1])
    return UnsafeBufferPointer(
      start: program.members.base + start, count: end - start)
  }

  /// Restores Σ π_c = w_o exactly, by adding an equal share of what is missing
  /// (or of what is too much, down to 0) to every copy.
  func share(_ operation: Int) {
    let copies = members(operation)
    var missing = weight(operation)
    for copy in copies { missing -= multipliers[Int(copy)] }
    var left = copies.count
    for copy in copies where missing != 0 {
      let part = max(missing / left, -multipliers[Int(copy)])
      multipliers[Int(copy)] += part
      missing -= part
      left -= 1
    }
    // Zeros may have left some: take it where there is any.
    for copy in copies where missing < 0 {
      let part = max(missing, -multipliers[Int(copy)])
      multipliers[Int(copy)] += part
      missing -= part
    }
    assert(missing == 0)
  }

  /// Moves to another μ: adjoint steps change their prices in proportion.
  mutating func setTapePrice(_ price: UInt64) {
    let price = min(price, scale.tapePriceLimit)
    guard price != tapePrice else { return }
    for operation in 0..<tapes.count where tapes[operation] > 0 {
      let before = Double(weight(operation))
      let tape = scale.charge(tapes[operation], price)
      let after = Double(scale.fixed(prices[operation]) + tape)
      guard before > 0 else { continue }
      for copy in members(operation) {
        let value = Double(multipliers[Int(copy)]) * (after / before)
        multipliers[Int(copy)] = Int(value)
      }
    }
    tapePrice = price
    for operation in 0..<tapes.count where tapes[operation] > 0 {
      share(operation)
    }
  }

  /// L(π), exact, in fixed point; fills `inside` and `choices`. `infinity` or
  /// more when a target has no tree left.
  ///
  /// - Complexity: O(copies).
  func evaluate() -> Int {
    let (starts, lefts) = (program.starts.base, program.lefts.base)
    let (rights, inside) = (program.rights.base, inside.base)
    let (multipliers, choices) = (multipliers.base, choices.base)
    inside[0] = 0
    var copy = 0
    for node in 1..<program.nodeCount {
      let end = Int(starts[node + 1])
      var best = FixedPoint.infinity
      var choice = -1
      while copy < end {
        let price =
          multipliers[copy] &+ inside[Int(lefts[copy])]
          &+ inside[Int(rights[copy])]
        if price < best {
          best = price
          choice = copy
        }
        copy += 1
      }
      inside[node] = best
      choices[node] = Int32(truncatingIfNeeded: choice)
    }
    var total = scale.fixed(constant)
    for root in program.roots {
      if inside[Int(root)] >= FixedPoint.infinity { return FixedPoint.infinity }
      total += inside[Int(root)]
    }
    guard let tapeTotal, tapePrice > 0 else { return total }
    let room = tapeTotal - constantTape
    if room < 0 { return FixedPoint.infinity }
    return total - scale.allowance(room, tapePrice)
  }

  /// The copies in the cheapest trees of all targets, after `evaluate`.
  ///
  /// - Complexity: O(Σ lengths); iterative.
  func trees(into copies: inout [Int32]) {
    copies.removeAll(keepingCapacity: true)
    var next = 0
    func visit(_ node: Int32) {
      if node > 0 { copies.append(choices[Int(node)]) }
    }
    for root in program.roots { visit(root) }
    while next < copies.count {
      let copy = Int(copies[next])
      visit(program.lefts[copy])
      visit(program.rights[copy])
      next += 1
    }
  }

  /// The copies that a plan of at most `limit` (fixed point) may contain:
  /// reduced-cost fixing by the cheapest tree through each copy.
  ///
  /// L plus what the cheapest tree of the target through copy c costs above
  /// the cheapest of all is at most the price of every plan with c, by the
  /// same argument as L itself. To be called after `evaluate`.
  ///
  /// - Complexity: O(copies).
  func copies(within limit: Int, bound: Int) -> [Int32] {
    let outside = FlatArray(
      repeating: FixedPoint.infinity, count: program.nodeCount)
    for root in program.roots { outside[Int(root)] = 0 }
    var alive = FlatArray(repeating: false, count: program.copyCount)
    var first = 1
    for (root, end) in zip(program.roots, program.ends) {
      let slack = limit - bound + inside[Int(root)]
      pass(first..<Int(end), slack, outside, &alive)
      first = Int(end)
    }
    return (0..<program.copyCount).lazy.filter { alive[$0] }
      .map { Int32($0) }
  }

  /// One target, from the whole word down.
  private func pass(
    _ nodes: Range<Int>, _ slack: Int, _ outside: borrowing FlatArray<Int>,
    _ alive: inout FlatArray<Bool>
  ) {
    let (starts, lefts) = (program.starts.base, program.lefts.base)
    let (rights, inside) = (program.rights.base, inside.base)
    let (multipliers, outside) = (multipliers.base, outside.base)
    let alive = alive.base
    for node in nodes.reversed() {
      let above = outside[node]
      guard above &+ inside[node] <= slack else { continue }
      for copy in Int(starts[node])..<Int(starts[node + 1]) {
        let (left, right) = (Int(lefts[copy]), Int(rights[copy]))
        let rest = above &+ multipliers[copy]
        guard rest &+ inside[left] &+ inside[right] <= slack else { continue }
        alive[copy] = true
        outside[left] = min(outside[left], rest &+ inside[right])
        outside[right] = min(outside[right], rest &+ inside[left])
      }
    }
  }
}
