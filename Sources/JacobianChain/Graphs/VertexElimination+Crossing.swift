/// What it takes to get past a vertex.
extension VertexElimination {
  /// How a vertex is eliminated: the values on the near side, accumulated, are
  /// pushed through the links of the far side.
  struct Crossing {
    var vertex: Int
    /// Tangent: what enters is near. Adjoint: what leaves is.
    var mode: Mode
    /// The factors of the far side that are accumulated; others are applied.
    var accumulated: Set<Int> = []
    var fma: UInt128 = 0
  }

  /// What the elimination of a vertex costs now, fma; nil where modes or limits
  /// forbid it.
  ///
  /// - Throws: `ChainError` when patterns can't be held, or a stop.
  /// - Complexity: O(1) where all that meets is dense and wanted, else
  ///   O(entering · leaving) look-ups.
  package mutating func price(of vertex: Int) throws(ChainError) -> UInt128? {
    if wantsAll, let price = links.plainPrice(of: vertex) { return price }
    return try crossing(of: vertex)?.fma
  }

  /// The crossing that the way takes, as `perform` needs it; nil without any.
  mutating func chosenCrossing(
    of vertex: Int
  ) throws(ChainError) -> Crossing? {
    guard links.isSettled(vertex) else { return try crossing(of: vertex) }
    // Nothing is to be chosen: both modes multiply the same values.
    return Crossing(vertex: vertex, mode: way == .adjoint ? .adjoint : .tangent)
  }

  /// The cheapest crossing that the way allows; nil without any.
  mutating func crossing(of vertex: Int) throws(ChainError) -> Crossing? {
    switch way {
    case .tangent: return try crossing(of: vertex, .tangent)
    case .adjoint: return try crossing(of: vertex, .adjoint)
    case .cheaper:
      let tangent = try crossing(of: vertex, .tangent)
      // Both modes multiply the same values where nothing is evaluated.
      if links.isSettled(vertex) { return tangent }
      let adjoint = try crossing(of: vertex, .adjoint)
      guard let tangent, let adjoint else { return tangent ?? adjoint }
      return adjoint.fma < tangent.fma ? adjoint : tangent
    }
  }

  private mutating func crossing(
    of vertex: Int, _ mode: Mode
  ) throws(ChainError) -> Crossing? {
    var crossing = Crossing(vertex: vertex, mode: mode)
    // A factor on several links is accumulated once.
    var paid: Set<Int> = []
    let (entering, leaving) = (links.entering(vertex), links.leaving(vertex))
    let (near, far) =
      mode == .tangent ? (entering, leaving) : (leaving, entering)
    var values: [(vertex: Int, pattern: Int)] = []
    for link in near where !link.isPassage {
      var pattern = link.value?.pattern
      for factor in factors(of: link) {
        guard let price = try leafPrice(factor, &paid) else { return nil }
        crossing.fma += price
        pattern = try united(pattern, patterns[factor])
      }
      values.append((Int(link.vertex), pattern!))
    }
    for link in far where !link.isPassage {
      let other = Int(link.vertex)
      let met = values.filter {
        mode == .tangent
          ? isUseful(from: $0.vertex, to: other)
          : isUseful(from: other, to: $0.vertex)
      }.map(\.pattern)
      guard !met.isEmpty else { continue }
      var pattern = link.value?.pattern
      var products = products(of: pattern, with: met, mode)
      for factor in factors(of: link) {
        let united = try united(pattern, patterns[factor])
        let multiplied = self.products(of: united, with: met, mode)
        var trial = paid
        let whole =
          mayAccumulate(factor)
          ? try leafPrice(factor, &trial).map { $0 + multiplied } : nil
        let applied = try appliedPrice(factor, to: met, mode)
          .map { $0 + products }
        guard whole != nil || applied != nil else { return nil }
        if let whole, applied.map({ whole <= $0 }) ?? true {
          crossing.accumulated.insert(factor)
          crossing.fma += whole - multiplied
          (pattern, products, paid) = (united, multiplied, trial)
        } else {
          crossing.fma += applied! - products
        }
      }
      crossing.fma += products
    }
    return crossing
  }

  private mutating func united(
    _ known: Int?, _ other: Int
  ) throws(ChainError) -> Int {
    guard let known else { return other }
    return try table.union(known, other)
  }

  /// fma of the products of a far value with near ones.
  private mutating func products(
    of far: Int?, with near: [Int], _ mode: Mode
  ) -> UInt128 {
    guard let far else { return 0 }
    var sum: UInt128 = 0
    for value in near {
      sum +=
        mode == .tangent ? table.price(far, value) : table.price(value, far)
    }
    return sum
  }

  /// fma of a factor applied to values; nil where modes or limits forbid it.
  private mutating func appliedPrice(
    _ factor: Int, to values: [Int], _ mode: Mode
  ) throws(ChainError) -> UInt128? {
    guard mode == .tangent || mayRecord,
      let cost = problem.eliminationCost(of: problem.factors[factor], mode)
    else { return nil }
    var sum: UInt128 = 0
    for value in values {
      let pattern = try pattern(of: factor, appliedTo: value, mode)
      sum += CostModel.apply(
        evaluations: try table.evaluations(mode, pattern), cost: cost)
    }
    return sum
  }

  /// fma of a factor's entries, 0 where they are there already.
  private mutating func leafPrice(
    _ factor: Int, _ paid: inout Set<Int>
  ) throws(ChainError) -> UInt128? {
    if leaves[factor] != nil || paid.contains(factor) { return 0 }
    guard let leaf = try leaf(factor) else { return nil }
    paid.insert(factor)
    return leaf.fma
  }

  /// The way to a factor's entries: those at hand, else the mode of the way;
  /// the cheaper mode where both are allowed.
  mutating func leaf(
    _ index: Int
  ) throws(ChainError) -> (step: Step, fma: UInt128)? {
    let factor = problem.factors[index]
    if factor.isGiven { return (.given(factor: index), 0) }
    let modes: [Mode] =
      switch way {
      case .tangent where problem.matrixFree: [.tangent]
      case .adjoint where problem.matrixFree: [.adjoint]
      case .tangent, .adjoint, .cheaper: Mode.allCases
      }
    var best: (step: Step, fma: UInt128)?
    for mode in modes {
      // Under a total tape, an adjoint is the last resort.
      guard mode == .tangent || mayRecord || best == nil,
        let cost = problem.cost(of: factor, mode)
      else { continue }
      let fma = CostModel.apply(
        evaluations: try table.evaluations(mode, patterns[index]), cost: cost)
      if best.map({ fma < $0.fma }) ?? true {
        best = (.accumulate(factor: index, mode: mode), fma)
      }
    }
    return best
  }

  /// Whether a factor may be multiplied with instead of being applied: a
  /// homogeneous mode accumulates nothing on the way, unless it must.
  private func mayAccumulate(_ index: Int) -> Bool {
    way == .cheaper || problem.factors[index].isGiven || !problem.matrixFree
  }

  /// Whether an adjoint may be taken where there may be another way. What the
  /// adjoint way itself takes of a total tape is found out at the end.
  private var mayRecord: Bool {
    way == .adjoint || problem.limits.tapeTotal == nil
  }
}
