import JacobianChain

/// The least fma of all joint plans of a tiny problem within its limits; nil
/// when there is none.
package func cheapestJointly(_ problem: Problem) throws -> UInt128? {
  var search = JointSearch(problem)
  return try search.optimum()
}

/// Every joint plan of a tiny problem, by brute force on words of factor
/// indices: the oracle of the solvers that share products.
///
/// What is still wanted is a set of words. The longest of them is made in every
/// way there is; each way puts its operands into the set, once, however many
/// want them. Shares nothing with any solver but patterns and prices.
package struct JointSearch {
  /// fma and tape of a plan.
  package struct Cost: Hashable, Sendable {
    /// Σ of the prices.
    package var fma: UInt128
    /// Σ of the tapes of all adjoint steps.
    package var tape: UInt128
  }

  /// The last step of a word.
  package enum Way: Hashable, Sendable {
    /// Its entries are given.
    case given
    /// The product of the first k factors and of the rest.
    case split(Int)
    /// Evaluations: of the only factor, of the outermost one (tangent), or of
    /// the innermost one (adjoint).
    case evaluations(Mode)
  }

  private let problem: Problem
  private let required: (word: [Int], way: Way)?
  private var patterns: [[Int]: Pattern] = [:]
  private var known: [Set<[Int]>: [Cost]] = [:]

  /// Prepares the search; with `required`, for plans that make this word in
  /// this way.
  package init(_ problem: Problem, required: (word: [Int], way: Way)? = nil) {
    self.problem = problem
    self.required = required
  }

  /// The least fma of all plans within the limits; nil when there is none.
  ///
  /// - Complexity: exponential in the lengths of the targets. Recursive.
  package mutating func optimum() throws -> UInt128? {
    let limit = problem.limits.tapeTotal.map { UInt128($0) }
    let wanted = Set(problem.targets + (required.map { [$0.word] } ?? []))
    return try front(wanted)
      .filter { limit == nil || $0.tape <= limit! }.map(\.fma).min()
  }

  /// The costs, none better than another in both, of making all of `wanted`.
  private mutating func front(_ wanted: Set<[Int]>) throws -> [Cost] {
    let longest = wanted.max {
      $0.count == $1.count
        ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
    }
    guard let word = longest else { return [Cost(fma: 0, tape: 0)] }
    if let front = known[wanted] { return front }
    var rest = wanted
    rest.remove(word)
    var costs = Set<Cost>()
    for (way, own, operands) in try ways(word)
    where required == nil || word != required!.word || way == required!.way {
      for other in try front(rest.union(operands)) {
        costs.insert(
          Cost(fma: own.fma + other.fma, tape: own.tape + other.tape))
      }
    }
    let best = costs.filter { cost in
      !costs.contains {
        $0 != cost && $0.fma <= cost.fma && $0.tape <= cost.tape
      }
    }
    known[wanted] = Array(best)
    return Array(best)
  }

  /// Every last step that makes a word, and the words that it needs.
  private mutating func ways(
    _ word: [Int]
  ) throws -> [(way: Way, cost: Cost, operands: [[Int]])] {
    var ways: [(way: Way, cost: Cost, operands: [[Int]])] = []
    if word.count == 1, problem.factors[word[0]].isGiven {
      ways.append((.given, Cost(fma: 0, tape: 0), []))
    }
    for k in 1..<word.count {
      let (below, above) = (Array(word[..<k]), Array(word[k...]))
      let fma = CostModel.multiply(try pattern(above), try pattern(below))
      ways.append((.split(k), Cost(fma: fma, tape: 0), [above, below]))
    }
    guard problem.matrixFree || word.count == 1 else { return ways }
    for mode in Mode.allCases {
      let (factor, rest) =
        mode == .tangent
        ? (word.last!, word.dropLast()) : (word.first!, word.dropFirst())
      if let cost = try evaluations(factor, mode, of: word) {
        ways.append(
          (.evaluations(mode), cost, rest.isEmpty ? [] : [Array(rest)]))
      }
    }
    return ways
  }

  /// The cost of recovering a word's Jacobian from evaluations of a factor.
  private mutating func evaluations(
    _ index: Int, _ mode: Mode, of word: [Int]
  ) throws -> Cost? {
    let factor = problem.factors[index]
    guard let cost = factor.cost(mode) else { return nil }
    if mode == .adjoint, factor.tape > problem.limits.tapePerStep ?? .max {
      return nil
    }
    let count = CostModel.evaluations(mode, try pattern(word))
    return Cost(
      fma: CostModel.apply(evaluations: count, cost: cost),
      tape: mode == .adjoint ? UInt128(factor.tape) : 0)
  }

  private mutating func pattern(_ word: [Int]) throws -> Pattern {
    if let pattern = patterns[word] { return pattern }
    var product = problem.patterns[word[0]]
    for index in word.dropFirst() {
      product = try Pattern.product(problem.patterns[index], product)
    }
    patterns[word] = product
    return product
  }
}
