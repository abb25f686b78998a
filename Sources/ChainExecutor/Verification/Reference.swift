import JacobianChain

/// The factors of a target, applied to vectors one by one.
struct Reference {
  /// Where they lead from and to.
  let route: Route
  let problem: Problem
  let operands: [Operand]
  let rounding: Rounding
  /// Asked before each block of vectors.
  let control: SearchControl
  /// The directions that all operands on the way have.
  let modes: [Mode]
  /// What stands for operands that lack these directions.
  private var expanded: [Int: Matrix] = [:]

  /// - Parameter control: may stop products with vectors.
  /// - Throws: `ChainError`: an operand fails, or has an entry that is no
  ///   finite number.
  /// - Complexity: O(Σ (m + n + entries)), and a product of each operand
  ///   without entries.
  init(
    _ route: Route, of problem: Problem, operands: [Operand],
    isStrict: Bool = false, control: SearchControl = .unlimited
  ) throws(ChainError) {
    self.route = route
    self.control = control
    self.problem = problem
    self.operands = operands
    rounding = Rounding(route, of: problem, isStrict: isStrict)
    /// The directions of each operand without entries.
    var possible: [Int: [Mode]] = [:]
    for index in route.factors {
      let name = problem.factors[index].name
      if let entries = operands[index].verifiableEntries {
        try entries.checkFinite(index, name)
        continue
      }
      possible[index] = []
      for mode in Mode.allCases
      where try operands[index].allows(mode, index, name) {
        possible[index]?.append(mode)
      }
    }
    let common = Mode.allCases.filter { mode in
      possible.values.allSatisfy { $0.contains(mode) }
    }
    guard common.isEmpty else {
      modes = common
      return
    }
    // Some have only tangents, some only adjoints: the fewest entries that make
    // one direction of it.
    func lacking(_ mode: Mode) -> [Int] {
      possible.filter { !$1.contains(mode) }.map(\.key).sorted()
    }
    func entries(_ mode: Mode) -> Double {
      lacking(mode).reduce(0) {
        $0 + Double(operands[$1].rows) * Double(operands[$1].columns)
      }
    }
    let mode = entries(.tangent) <= entries(.adjoint) ? Mode.tangent : .adjoint
    guard possible.values.allSatisfy({ !$0.isEmpty }),
      entries(mode) <= Self.expansionLimit
    else {
      modes = []
      return
    }
    modes = [mode]
    for index in lacking(mode) {
      expanded[index] = try operands[index].expanded(
        by: mode == .tangent ? .adjoint : .tangent, index,
        problem.factors[index].name)
    }
  }

  /// The most entries of operators that are found one vector at a time.
  private static let expansionLimit = 0x1p22

  /// The entries of a factor that vectors are multiplied with; nil for an
  /// operator.
  private func entries(_ index: Int) -> Matrix? {
    expanded[index] ?? operands[index].verifiableEntries
  }

  /// Multiplications of one vector all the way.
  func cost(_ mode: Mode) -> Double {
    let factors = route.hops.map(\.factor)
    let shapes = factors.map { max(operands[$0].rows, operands[$0].columns) }
    return factors.reduce(Double(shapes.max() ?? 0)) { sum, index in
      if entries(index) != nil {
        return sum + Double(problem.patterns[index].nonzeros)
      }
      let declared = Double(problem.factors[index].cost(mode) ?? 0)
      return sum + Double(WideBlock.productsOfAnOperator)
        * max(declared, Double(problem.patterns[index].nonzeros))
    }
  }

  /// J · vectors or vectors · J.
  ///
  /// - Precondition: `modes` has the direction.
  /// - Throws: `ChainError`: an operand fails, or `control` says so.
  func apply(_ mode: Mode, _ block: WideBlock) throws(ChainError) -> WideBlock {
    try control.checkpoint()
    let stages = route.stages(mode)
    func origin(_ hop: Graph.Arc) -> Int {
      mode == .tangent ? hop.from : hop.to
    }
    // How often a place is still read: then its vectors are let go.
    var uses: [Int: Int] = [:]
    for hop in route.hops { uses[origin(hop), default: 0] += 1 }
    var blocks = [mode == .tangent ? route.start : route.end: block]
    for (place, hops) in stages {
      var terms: [WideBlock] = []
      for hop in hops {
        terms.append(try apply(mode, hop.factor, blocks[origin(hop)]!))
        uses[origin(hop)]! -= 1
        if uses[origin(hop)] == 0 { blocks[origin(hop)] = nil }
      }
      blocks[place] = try WideBlock.sum(terms, rounding)
    }
    return blocks[mode == .tangent ? route.end : route.start]!
  }

  private func apply(
    _ mode: Mode, _ index: Int, _ block: WideBlock
  ) throws(ChainError) -> WideBlock {
    if let entries = entries(index) {
      return try block.times(entries, mode, rounding)
    }
    let pattern = problem.patterns[index]
    let longest = mode == .tangent ? pattern.rowCounts : pattern.columnCounts
    return try block.times(
      operands[index], mode, rounding, termsPerSum: longest.maximum
    ) { vector throws(ChainError) in
      try operands[index].verifiedProduct(
        mode, vector, index, problem.factors[index].name) ?? []
    }
  }
}
