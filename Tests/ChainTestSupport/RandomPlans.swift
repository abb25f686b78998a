import ChainRandom
import JacobianChain

/// A random plan of a single target with distinct factors that `matrixFree`
/// and `tapePerStep` allow; `tapeTotal` may still refuse it.
package func randomPlan(
  for problem: Problem, using generator: inout SplitMix64
) -> Plan {
  guard let chain = problem.chain else {
    preconditionFailure("one target with distinct factors")
  }
  var plan = Plan(steps: [], targets: [])
  plan.targets = [
    grow(chain[...], problem, &plan.steps, &generator)
  ]
  return plan
}

/// Appends the steps of a random tree over `word`, and returns its root.
private func grow(
  _ word: ArraySlice<Int>, _ problem: Problem, _ steps: inout [Step],
  _ generator: inout SplitMix64
) -> Int {
  enum Way {
    case leaf(Step)
    case split(Int)
    case tangent
    case adjoint
  }
  let (inner, outer) = (word.first!, word.last!)
  func allows(_ mode: Mode, _ index: Int) -> Bool {
    let factor = problem.factors[index]
    return mode == .tangent
      ? factor.tangentCost != nil : problem.allowsAdjoint(of: factor)
  }
  var ways: [Way] = []
  if word.count == 1 {
    if problem.factors[inner].isGiven {
      ways.append(.leaf(.given(factor: inner)))
    }
    for mode in Mode.allCases where allows(mode, inner) {
      ways.append(.leaf(.accumulate(factor: inner, mode: mode)))
    }
  } else {
    ways += word.indices.dropFirst().map(Way.split)
    if problem.matrixFree, allows(.tangent, outer) { ways.append(.tangent) }
    if problem.matrixFree, allows(.adjoint, inner) { ways.append(.adjoint) }
  }
  let step: Step
  switch ways[generator.integer(in: 0...ways.count - 1)] {
  case .leaf(let leaf):
    step = leaf
  case .split(let k):
    let below = grow(word[..<k], problem, &steps, &generator)
    let above = grow(word[k...], problem, &steps, &generator)
    step = .multiply(outer: above, inner: below)
  case .tangent:
    let operand = grow(word.dropLast(), problem, &steps, &generator)
    step = .eliminate(factor: outer, mode: .tangent, operand: operand)
  case .adjoint:
    let operand = grow(word.dropFirst(), problem, &steps, &generator)
    step = .eliminate(factor: inner, mode: .adjoint, operand: operand)
  }
  steps.append(step)
  return steps.count - 1
}
