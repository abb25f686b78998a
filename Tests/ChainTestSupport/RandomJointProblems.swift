import ChainRandom
import JacobianChain

/// A small random problem with everything that makes products shared: several
/// targets, repeated factors, sub-words of one target in another, structure,
/// factors with entries, with one mode, with both, and tape limits that bite.
/// A total tape may leave no plan at all.
package func randomJointProblem(seed: UInt64) -> Problem {
  var generator = SplitMix64(seed: seed)
  let sizes = (0..<2).map { _ in generator.integer(in: 1...9) }
  let isPlain = generator.oneIn(2)
  let factors = (1...generator.integer(in: 1...5)).map { index in
    factor(index, sizes, isPlain, &generator)
  }
  var words = [walk(factors, generator.integer(in: 2...7), &generator)]
  for _ in 0..<generator.integer(in: 0...3) {
    words.append(relative(of: words[0], factors, &generator))
  }
  do {
    return try Problem(
      name: "joint-\(seed)", source: "randomJointProblem(seed: \(seed))",
      factors: factors, targets: words, matrixFree: !generator.oneIn(4),
      limits: limits(factors, &generator))
  } catch {
    preconditionFailure("seed \(seed): \(error)")
  }
}

/// A factor between two of the sizes.
private func factor(
  _ index: Int, _ sizes: [Int], _ isPlain: Bool,
  _ generator: inout SplitMix64
) -> Factor {
  // The first factor is square, so that every walk can go on.
  let columns = sizes[index == 1 ? 0 : generator.integer(in: 0...1)]
  let rows = sizes[index == 1 ? 0 : generator.integer(in: 0...1)]
  let structures = everyStructure(rows: rows, columns: columns)
  let structure =
    isPlain
    ? .dense : structures[generator.integer(in: 0...structures.count - 1)]
  var factor = Factor(
    name: "f\(index)", rows: rows, columns: columns, structure: structure)
  let access = isPlain ? 1 : generator.integer(in: 1...7)
  factor.isGiven = access <= 3
  if access >= 3, access < 6 {
    factor.tangentCost = generator.integer(in: 0...120)
  }
  if access >= 3, access != 5 {
    factor.adjointCost = generator.integer(in: 0...120)
    factor.tape = generator.integer(in: 0...60)
  }
  return factor
}

/// A word of at most `length` factors.
private func walk(
  _ factors: [Factor], _ length: Int, _ generator: inout SplitMix64
) -> [Int] {
  var word = [generator.integer(in: 0...factors.count - 1)]
  while word.count < length {
    let next = factors.indices.filter {
      factors[$0].columns == factors[word.last!].rows
    }
    guard !next.isEmpty else { return word }
    word.append(next[generator.integer(in: 0...next.count - 1)])
  }
  return word
}

/// A part of a word, perhaps with other factors above it; or another word.
private func relative(
  of word: [Int], _ factors: [Factor], _ generator: inout SplitMix64
) -> [Int] {
  if generator.oneIn(4) {
    return walk(factors, generator.integer(in: 1...4), &generator)
  }
  let start = generator.integer(in: 0...word.count - 1)
  let end = generator.integer(in: start + 1...word.count)
  var part = Array(word[start..<end])
  if part.count < 5, generator.oneIn(2) {
    let next = factors.indices.filter {
      factors[$0].columns == factors[part.last!].rows
    }
    if !next.isEmpty {
      part.append(next[generator.integer(in: 0...next.count - 1)])
    }
  }
  return part
}

/// Limits under which each factor alone can still be accumulated.
private func limits(
  _ factors: [Factor], _ generator: inout SplitMix64
) -> Limits {
  var (needed, all) = (1, 1)
  for factor in factors where factor.adjointCost != nil {
    if !factor.isGiven, factor.tangentCost == nil {
      needed = max(needed, factor.tape)
    }
    all += factor.tape
  }
  var limits = Limits()
  if generator.oneIn(4) {
    limits.tapePerStep = generator.integer(in: needed...max(needed, 60))
  }
  if generator.oneIn(2) {
    limits.tapeTotal = generator.integer(in: needed...max(needed, all / 2))
  }
  return limits
}
