import JacobianChain

extension ComputationOperands {
  /// A factor as it is, whatever a plan makes of it.
  func exactFactor(_ index: Int) throws -> ExactFactor {
    let pattern = computation.solved.problem.patterns[index]
    switch computation.roles[index] {
    case .function(let k): return try exactFactor(of: k, pattern)
    case .part(let k, let part):
      return try exactFactor(of: k, part.pattern).part(part)
    case .transpose(let k):
      return try exactFactor(of: k, computation.planned.transposed[index]!)
        .transposed
    case .parameters(let k):
      if let place = trajectory.linearizations[k] as? GenericLinearization {
        return try place.exactFactor(pattern, by: .parameters)
      }
      return try ExactFactor(pattern) {
        try entries(ofFactor: index, into: &$0)
      }
    case .curvature(let k):
      return try exactCurvature(of: k, pattern) {
        try curvature(of: k, index, pattern, into: &$0)
      }
    case .curvaturePart(let k, let part):
      return try exactCurvature(of: k, part.pattern) {
        try writeCurvature(of: k, into: &$0)
      }.part(part)
    case .unit, .seeds:
      // A seed of 0 asks for nothing.
      return try ExactFactor(pattern, isSparse: true) {
        try entries(ofFactor: index, into: &$0)
      }
    }
  }

  /// All of J_k.
  func exactFactor(of k: Int, _ pattern: Pattern) throws -> ExactFactor {
    if let place = trajectory.linearizations[k] as? GenericLinearization {
      return try place.exactFactor(pattern, by: .inputs)
    }
    if let place = trajectory.linearizations[k] as? any LayeredLinearization,
      let factor = place.exactFactor
    {
      return factor
    }
    return try ExactFactor(pattern) {
      let whole = try trajectory.wholeEntries(of: k, pattern).entries
      for i in $0.indices { $0[i] = whole.base[i] }
    }
  }

  /// C_k, for weights of any size: those of one size after the other, as C_k is
  /// their linear function.
  private func exactCurvature(
    of k: Int, _ pattern: Pattern,
    by write: (inout MutableSpan<Double>) throws -> Void
  ) throws -> ExactFactor {
    let weights = computation.weights[k]!
    defer { computation.weights[k] = weights }
    let exact = try computation.exactWeights(of: k, trajectory)
    if let place = trajectory.linearizations[k] as? GenericLinearization,
      let factor = try place.exactCurvature(pattern, exact)
    {
      return factor
    }
    let doubles = try ExactFactor(pattern, by: write)
    var sizes: Set<Int> = []
    for weight in exact where weight.significand != 0 {
      sizes.insert(weight.exponent >> 6)
    }
    var sum: ExactFactor?
    for size in sizes.sorted() {
      computation.weights[k] = exact.map {
        $0.exponent >> 6 == size ? $0.scaled(by: -size << 6).rounded : 0
      }
      let term = try ExactFactor(pattern, by: write).scaled(by: size << 6)
      sum = sum?.adding(term) ?? term
    }
    // Second derivatives that aren't finite are named as they are.
    guard let sum, sum.isFinite else { return doubles }
    return sum
  }

  /// The entries of C_k, by products where there are no others.
  private func curvature(
    of k: Int, _ index: Int, _ pattern: Pattern,
    into entries: inout MutableSpan<Double>
  ) throws {
    let function = trajectory.graph.nodes[k].function!
    switch function.knownCurvature {
    case .entries: try self.entries(ofFactor: index, into: &entries)
    case .products, .zero, .unknown:
      let sweeper = ProductSweeper(
        name: function.name, rows: pattern.rows, columns: pattern.columns,
        modes: [.tangent]
      ) { mode, seeds, width, block in
        try apply(
          mode, ofFactor: index, to: seeds, width: width, into: &block)
      }
      var recipe: EntryRecipe?
      try sweeper.entries(
        of: pattern.structure, recipe: &recipe, into: &entries)
    }
  }
}

extension ExactFactor {
  /// - Parameters:
  ///   - isSparse: whether a 0 isn't there.
  ///   - write: the entries that the pattern stores.
  fileprivate init(
    _ pattern: Pattern, isSparse: Bool = false,
    by write: (inout MutableSpan<Double>) throws -> Void
  ) throws {
    let (rows, columns) = try pattern.coordinates()
    var values = [Double](
      repeating: pattern.structure.unit ?? 0, count: rows.count)
    if !pattern.structure.isUnit {
      var span = values.mutableSpan
      try write(&span)
    }
    self.init(
      rows: pattern.rows, columns: pattern.columns,
      values.indices.compactMap { position in
        isSparse && values[position] == 0
          ? nil
          : Entry(
            row: rows[position], column: columns[position],
            value: Wide(values[position]))
      })
  }
}
