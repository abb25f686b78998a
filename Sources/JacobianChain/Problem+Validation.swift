extension Limits {
  /// Refuses limits below 1.
  ///
  /// - Parameter place: where the limits stand; the error adds the key.
  package func check(at place: String) throws(ChainError) {
    let named = [
      ("tapePerStep", tapePerStep), ("tapeTotal", tapeTotal),
      ("machines", machines), ("memory", memory),
    ]
    for case (let name, let value?) in named where value < 1 {
      throw ChainError(
        .malformed, at: "\(place)/\(name)", expected: "a number of at least 1",
        found: "\(value)",
        advice: "leave \(name) out for unlimited; 0 is not read as unlimited")
    }
  }
}

extension Problem {
  static func patterns(of factors: [Factor]) throws(ChainError) -> [Pattern] {
    guard !factors.isEmpty else {
      throw ChainError(
        .malformed, at: "/factors", expected: "at least one factor",
        found: "an empty list", advice: "a chain has one or more Jacobians")
    }
    var names = Set<String>(minimumCapacity: factors.count)
    var patterns: [Pattern] = []
    patterns.reserveCapacity(factors.count)
    for (index, factor) in factors.enumerated() {
      // Built only when something is refused: paths cost more than checks.
      func place(_ part: String = "") -> String { "/factors/\(index)\(part)" }
      guard !factor.name.isEmpty else {
        throw ChainError(
          .malformed, at: place("/name"), expected: "a name",
          found: "an empty string", advice: "name the factor, or leave it out")
      }
      guard names.insert(factor.name).inserted else {
        throw ChainError(
          .malformed, at: place("/name"), expected: "a name not used before",
          found: "a second \"\(factor.name)\"",
          advice: "rename it; to use one factor twice, repeat it in targets")
      }
      try check(factor, at: place)
      if case .dense = factor.structure {
        patterns.append(
          Pattern(denseRows: factor.rows, columns: factor.columns))
      } else {
        patterns.append(
          try Pattern(
            rows: factor.rows, columns: factor.columns,
            structure: factor.structure, at: place()))
      }
    }
    return patterns
  }

  private static func check(
    _ factor: Factor, at place: (String) -> String
  ) throws(ChainError) {
    guard (1...dimensionLimit).contains(factor.rows) else {
      throw badDimension(factor.rows, place("/rows"))
    }
    guard (1...dimensionLimit).contains(factor.columns) else {
      throw badDimension(factor.columns, place("/columns"))
    }
    let costs = [
      ("tangent", factor.tangentCost), ("adjoint", factor.adjointCost),
      ("tape", factor.tape),
    ]
    for case (let key, let value?) in costs where value < 0 {
      throw ChainError(
        .malformed, at: place("/\(key)"), expected: "a number of at least 0",
        found: "\(value)", advice: "costs count fma, tapes count memory units")
    }
    for mode in Mode.allCases {
      try check(factor.time(mode), of: factor, mode, at: place)
    }
    guard
      factor.isGiven || factor.tangentCost != nil || factor.adjointCost != nil
    else {
      throw ChainError(
        .malformed, at: place("/given"),
        expected: "entries, tangents or adjoints",
        found: "given: false and neither tangent nor adjoint",
        advice: "drop \"given\": false, or state what one product costs")
    }
  }

  private static func check(
    _ time: EvaluationTime?, of factor: Factor, _ mode: Mode,
    at place: (String) -> String
  ) throws(ChainError) {
    guard let time else { return }
    let key = "/\(mode.rawValue)Time"
    for (part, value) in [("fixed", time.fixed), ("perSeed", time.perSeed)]
    where !(0...EvaluationTime.most).contains(value) {
      throw ChainError(
        .malformed, at: place("\(key)/\(part)"),
        expected: "nanoseconds from 0 to 10^15", found: "\(value)",
        advice: "measure again, or leave \(key.dropFirst()) out")
    }
    guard factor.cost(mode) == nil else { return }
    throw ChainError(
      .malformed, at: place(key),
      expected: "the fma of one such product beside its time",
      found: "no \(mode.rawValue)",
      advice: "state \(mode.rawValue), or leave \(key.dropFirst()) out")
  }

  private static func badDimension(
    _ value: Int, _ location: String
  ) -> ChainError {
    ChainError(
      .malformed, at: location, expected: "a dimension from 1 to 2^40",
      found: "\(value)", advice: "correct the shape of the Jacobian")
  }

  static func check(
    _ words: [[Int]], of factors: [Factor], explicit: Bool
  ) throws(ChainError) {
    guard !words.isEmpty else {
      throw ChainError(
        .malformed, at: "/targets", expected: "at least one target",
        found: "an empty list",
        advice: "leave targets out to ask for the whole chain")
    }
    for (target, word) in words.enumerated() {
      guard !word.isEmpty else {
        throw ChainError(
          .malformed, at: "/targets/\(target)",
          expected: "at least one factor name", found: "an empty list",
          advice: "name the factors of the product, outermost first")
      }
      for (position, index) in word.enumerated()
      where !factors.indices.contains(index) {
        throw ChainError(
          .malformed, at: "/targets/\(target)/\(word.count - 1 - position)",
          expected: "a factor from 0 to \(factors.count - 1)",
          found: "\(index)", advice: "targets name factors of this problem")
      }
      for (position, (inner, outer)) in zip(word, word.dropFirst()).enumerated()
      where factors[inner].rows != factors[outer].columns {
        let location =
          explicit
          ? "/targets/\(target)/\(word.count - 2 - position)"
          : "/factors/\(outer)/columns"
        throw ChainError(
          .malformed, at: location,
          expected: "\(factors[inner].rows) columns, the rows of "
            + "\"\(factors[inner].name)\" below it",
          found: "\(factors[outer].columns) columns in "
            + "\"\(factors[outer].name)\"",
          advice: "neighbours must agree; factors are listed first applied "
            + "first, so each one's columns are the rows of the one before")
      }
    }
  }

  static func check(
    _ graph: Graph, of factors: [Factor]
  ) throws(ChainError) {
    for (index, arc) in graph.arcs.enumerated() {
      guard factors.indices.contains(arc.factor) else {
        throw ChainError(
          .malformed, at: "/graph/edges/\(index)/factor",
          expected: "a factor from 0 to \(factors.count - 1)",
          found: "\(arc.factor)", advice: "edges name factors of this problem")
      }
      let factor = factors[arc.factor]
      let (from, to) = (graph.vertices[arc.from], graph.vertices[arc.to])
      guard (factor.rows, factor.columns) == (to.size, from.size) else {
        throw ChainError(
          .malformed, at: "/graph/edges/\(index)",
          expected: "a factor of \(to.size) × \(from.size), the sizes of "
            + "\"\(to.name)\" and \"\(from.name)\"",
          found: "\(factor.rows) × \(factor.columns) of \"\(factor.name)\"",
          advice: "an edge has a row for each component of its end and a "
            + "column for each of its beginning")
      }
    }
  }

  static func checkAccumulable(
    _ factor: Factor, _ index: Int, _ limits: Limits
  ) throws(ChainError) {
    if factor.isGiven || factor.tangentCost != nil { return }
    let bounds = [
      ("tapePerStep", limits.tapePerStep), ("tapeTotal", limits.tapeTotal),
    ]
    for case (let name, let bound?) in bounds where factor.tape > bound {
      throw ChainError(
        .infeasible, at: "/factors/\(index)",
        expected: "a way to get \"\(factor.name)\" under the limits",
        found: "only adjoints, with a tape of \(factor.tape) above "
          + "\(name) = \(bound)",
        advice: "raise \(name) to \(factor.tape), or give the factor a "
          + "tangent cost or its entries")
    }
  }
}
