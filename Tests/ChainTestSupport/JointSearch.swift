import JacobianChain

/// Every joint plan of a tiny problem, by brute force on words of factor
/// indices: the oracle of the solvers that share products.
///
/// What is still wanted is a set of words. The longest of them is made in every
/// way there is; each way puts its operands into the set, once, however many
/// want them. Shares nothing with any solver but patterns and prices.
public struct JointSearch {
  /// fma and tape of a plan.
  public struct Cost: Hashable, Sendable {
    /// Σ of the prices.
    public var fma: UInt128
    /// Σ of the tapes of all adjoint steps.
    public var tape: UInt128
  }

  private let problem: Problem
  private var patterns: [[Int]: Pattern] = [:]
  private var known: [Set<[Int]>: [Cost]] = [:]

  /// Prepares the search.
  public init(_ problem: Problem) { self.problem = problem }

  /// The least fma of all plans within the limits; nil when there is none.
  ///
  /// - Complexity: exponential in the lengths of the targets. Recursive.
  public mutating func optimum() throws -> UInt128? {
    let limit = problem.limits.tapeTotal.map { UInt128($0) }
    return try front(Set(problem.targets))
      .filter { limit == nil || $0.tape <= limit! }.map(\.fma).min()
  }

  /// The costs, none better than another in both, of making all of `wanted`.
  private mutating func front(_ wanted: Set<[Int]>) throws -> [Cost] {
    let longest = wanted.max {
      ($0.count, $1.description) < ($1.count, $0.description)
    }
    guard let word = longest else { return [Cost(fma: 0, tape: 0)] }
    if let front = known[wanted] { return front }
    var rest = wanted
    rest.remove(word)
    var costs = Set<Cost>()
    for (own, operands) in try ways(word) {
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
  ) throws -> [(Cost, operands: [[Int]])] {
    let (inner, outer) = (word.first!, word.last!)
    if word.count == 1 {
      var ways: [(Cost, operands: [[Int]])] = []
      if problem.factors[inner].isGiven {
        ways.append((Cost(fma: 0, tape: 0), []))
      }
      for mode in Mode.allCases {
        if let cost = try evaluations(inner, mode, of: word) {
          ways.append((cost, []))
        }
      }
      return ways
    }
    var ways: [(Cost, operands: [[Int]])] = []
    for k in 1..<word.count {
      let (below, above) = (Array(word[..<k]), Array(word[k...]))
      let fma = CostModel.multiply(try pattern(above), try pattern(below))
      ways.append((Cost(fma: fma, tape: 0), [above, below]))
    }
    guard problem.matrixFree else { return ways }
    if let cost = try evaluations(outer, .tangent, of: word) {
      ways.append((cost, [Array(word.dropLast())]))
    }
    if let cost = try evaluations(inner, .adjoint, of: word) {
      ways.append((cost, [Array(word.dropFirst())]))
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
