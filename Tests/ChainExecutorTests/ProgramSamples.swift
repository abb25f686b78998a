import ChainRandom
import JacobianChain

@testable import ChainExecutor

/// Operands that write entries on demand, too.
struct WritingOperands: Operands {
  let operands: [Operand]

  func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    try operands.apply(
      mode, ofFactor: index, to: seeds, width: width, into: &block)
  }

  func entries(
    ofFactor index: Int, into entries: inout MutableSpan<Double>
  ) throws(ChainError) {
    let given = operands[index].entries!
    for position in entries.indices { entries[position] = given.base[position] }
  }
}

extension Program {
  /// Whether a target is a matrix, bit for bit.
  func target(
    _ index: Int, in workspace: Workspace, is matrix: Matrix
  ) -> Bool {
    withTarget(index, in: workspace) { entries in
      targetPattern(index) == matrix.pattern
        && entries.count == matrix.storedCount
        && entries.indices.allSatisfy {
          entries[$0].bitPattern == matrix.base[$0].bitPattern
        }
    }
  }
}

/// A random plan that computes every target from the inside out, with shared
/// leaves and shared prefixes; nil when a total tape forbids it.
func foldedPlan(
  for problem: Problem, using random: inout SplitMix64
) -> PricedPlan? {
  var steps: [Step] = []
  var made: [ArraySlice<Int>: Int] = [:]
  func modes(_ index: Int) -> [Mode] {
    let factor = problem.factors[index]
    return (factor.tangentCost == nil ? [] : [.tangent])
      + (problem.allowsAdjoint(of: factor) ? [.adjoint] : [])
  }
  func leaf(_ index: Int) -> Int? {
    if let id = made[[index]] { return id }
    let step: Step
    if problem.factors[index].isGiven {
      step = .given(factor: index)
    } else {
      let modes = modes(index)
      guard !modes.isEmpty else { return nil }
      step = .accumulate(
        factor: index, mode: modes[random.integer(in: 0...modes.count - 1)])
    }
    steps.append(step)
    made[[index]] = steps.count - 1
    return steps.count - 1
  }
  var targets: [Int] = []
  for word in problem.targets {
    guard var value = leaf(word[0]) else { return nil }
    for end in word.indices.dropFirst() {
      if let id = made[word[...end]] {
        value = id
        continue
      }
      let factor = word[end]
      if problem.matrixFree, modes(factor).contains(.tangent),
        random.oneIn(2)
      {
        steps.append(
          .eliminate(factor: factor, mode: .tangent, operand: value))
      } else {
        guard let outer = leaf(factor) else { return nil }
        steps.append(.multiply(outer: outer, inner: value))
      }
      value = steps.count - 1
      made[word[...end]] = value
    }
    targets.append(value)
  }
  return try? Plan(steps: steps, targets: targets).priced(for: problem)
}
