import JacobianChain

/// The cheapest joint plan of a small problem with several targets or repeated
/// factors, by looking at all of them: words are arrays of factors, patterns
/// are derived anew for each step, and nothing is shared with any solver.
public struct JointEnumeration {
  private let problem: Problem

  /// Prepares the enumeration.
  public init(_ problem: Problem) { self.problem = problem }

  /// A way to make a word.
  private struct Way {
    let fma: Int
    let tape: Int
    let needs: [[Int]]
  }

  /// fma of the cheapest plan within the total tape; nil when there is none.
  ///
  /// - Complexity: exponential; recursive over the number of values.
  public func cheapest() throws -> Int? {
    var best: Int?
    var patterns: [[Int]: Pattern] = [:]
    try search(
      Set(problem.targets), 0, problem.limits.tapeTotal ?? .max, &best,
      &patterns)
    return best
  }

  /// Makes one of the longest words in every way, then the rest.
  private func search(
    _ needed: Set<[Int]>, _ fma: Int, _ tape: Int, _ best: inout Int?,
    _ patterns: inout [[Int]: Pattern]
  ) throws {
    if let best, fma >= best { return }
    guard
      let word = needed.max(by: {
        ($0.count, $0.description) < ($1.count, $1.description)
      })
    else {
      best = fma
      return
    }
    let rest = needed.subtracting([word])
    for way in try ways(word, &patterns) where way.tape <= tape {
      try search(
        rest.union(way.needs), fma + way.fma, tape - way.tape, &best,
        &patterns)
    }
  }

  private func ways(
    _ word: [Int], _ patterns: inout [[Int]: Pattern]
  ) throws -> [Way] {
    let whole = try pattern(word, &patterns)
    var ways: [Way] = []
    func apply(_ mode: Mode, of index: Int, _ needs: [[Int]]) {
      let factor = problem.factors[index]
      guard let cost = factor.cost(mode),
        mode == .tangent || problem.allowsAdjoint(of: factor)
      else { return }
      let price = CostModel.apply(
        evaluations: CostModel.evaluations(mode, whole), cost: cost)
      ways.append(
        Way(
          fma: Int(price), tape: mode == .adjoint ? factor.tape : 0,
          needs: needs))
    }
    if word.count == 1 {
      if problem.factors[word[0]].isGiven {
        ways.append(Way(fma: 0, tape: 0, needs: []))
      }
      for mode in Mode.allCases { apply(mode, of: word[0], []) }
      return ways
    }
    for k in 1..<word.count {
      let (inner, outer) = (Array(word[..<k]), Array(word[k...]))
      let price = CostModel.multiply(
        try pattern(outer, &patterns), try pattern(inner, &patterns))
      ways.append(Way(fma: Int(price), tape: 0, needs: [inner, outer]))
    }
    guard problem.matrixFree else { return ways }
    apply(.tangent, of: word[word.count - 1], [Array(word.dropLast())])
    apply(.adjoint, of: word[0], [Array(word.dropFirst())])
    return ways
  }

  private func pattern(
    _ word: [Int], _ known: inout [[Int]: Pattern]
  ) throws -> Pattern {
    if let pattern = known[word] { return pattern }
    var pattern = problem.patterns[word[0]]
    for index in word.dropFirst() {
      pattern = try Pattern.product(problem.patterns[index], pattern)
    }
    known[word] = pattern
    return pattern
  }
}
