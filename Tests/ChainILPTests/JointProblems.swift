import ChainRandom
import ChainTestSupport
import JacobianChain

/// The cheapest way to make all targets, found by expanding the longest word
/// that is still needed in every way there is. Shares nothing with the rooms
/// but the price formulas. nil when the total tape forbids all.
func cheapestJointly(_ problem: Problem) throws -> UInt128? {
  var search = JointSearch(problem: problem)
  try search.expand(Set(problem.targets), 0, 0)
  return search.best
}

private struct JointSearch {
  let problem: Problem
  var best: UInt128?
  private var patterns: [[Int]: Pattern] = [:]

  init(problem: Problem) { self.problem = problem }

  mutating func expand(
    _ needed: Set<[Int]>, _ price: UInt128, _ tape: Int
  ) throws {
    guard tape <= problem.limits.tapeTotal ?? .max, price < best ?? .max else {
      return
    }
    let longest = needed.max {
      $0.count == $1.count
        ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
    }
    guard let word = longest else {
      best = price
      return
    }
    let rest = needed.subtracting([word])
    func isAllowed(_ mode: Mode, _ factor: Factor) -> Bool {
      factor.cost(mode) != nil
        && (mode == .tangent || problem.allowsAdjoint(of: factor))
    }
    if word.count == 1, problem.factors[word[0]].isGiven {
      try expand(rest, price, tape)
    }
    for mode in Mode.allCases {
      let index = mode == .tangent ? word[word.count - 1] : word[0]
      let factor = problem.factors[index]
      guard isAllowed(mode, factor), word.count == 1 || problem.matrixFree
      else { continue }
      let operand = mode == .tangent ? word.dropLast() : word.dropFirst()
      let count = CostModel.evaluations(mode, try pattern(word))
      try expand(
        operand.isEmpty ? rest : rest.union([Array(operand)]),
        price
          + CostModel.apply(evaluations: count, cost: factor.cost(mode)!),
        tape + (mode == .adjoint ? factor.tape : 0))
    }
    for k in word.indices.dropFirst() {
      let (inner, outer) = (Array(word[..<k]), Array(word[k...]))
      let product = CostModel.multiply(try pattern(outer), try pattern(inner))
      try expand(rest.union([inner, outer]), price + product, tape)
    }
  }

  private mutating func pattern(_ word: [Int]) throws -> Pattern {
    if let known = patterns[word] { return known }
    let last = problem.patterns[word[word.count - 1]]
    let pattern =
      word.count == 1
      ? last : try Pattern.product(last, pattern(Array(word.dropLast())))
    patterns[word] = pattern
    return pattern
  }
}

/// A few short targets over few factors: windows of a chain, or words over
/// square factors that repeat them; all structures and modes, tapes mixed.
func randomJointProblem(seed: UInt64) throws -> Problem {
  var generator = SplitMix64(seed: seed)
  return generator.oneIn(2)
    ? try windows(seed, &generator) : try ties(seed, &generator)
}

private func windows(
  _ seed: UInt64, _ generator: inout SplitMix64
) throws -> Problem {
  let chain = randomProblem(seed: seed, maxFactors: 5)
  let count = chain.factors.count
  let targets = (0..<generator.integer(in: 1...3)).map { _ in
    let begin = generator.integer(in: 0...count - 1)
    return Array(begin...generator.integer(in: begin...count - 1))
  }
  return try Problem(
    name: "windows-\(seed)", factors: chain.factors, targets: targets,
    matrixFree: chain.matrixFree, limits: chain.limits)
}

private func ties(
  _ seed: UInt64, _ generator: inout SplitMix64
) throws -> Problem {
  let size = generator.integer(in: 1...5)
  let structures: [Structure] = [
    .dense, .dense, .diagonal, .banded(lower: 1, upper: 0), .identity,
  ]
  let factors = (0..<generator.integer(in: 1...3)).map { index in
    let isGiven = generator.oneIn(2)
    return Factor(
      name: "f\(index)", rows: size, columns: size,
      structure: structures[generator.integer(in: 0...4)], isGiven: isGiven,
      tangentCost: isGiven && generator.oneIn(2)
        ? nil : generator.integer(in: 0...40),
      adjointCost: generator.oneIn(2) ? nil : generator.integer(in: 0...40),
      tape: generator.integer(in: 1...20))
  }
  let targets = (0..<generator.integer(in: 1...2)).map { _ in
    (0..<generator.integer(in: 1...5)).map { _ in
      generator.integer(in: 0...factors.count - 1)
    }
  }
  let total = generator.oneIn(2) ? generator.integer(in: 1...60) : nil
  return try Problem(
    name: "ties-\(seed)", factors: factors, targets: targets,
    matrixFree: !generator.oneIn(4), limits: Limits(tapeTotal: total))
}
