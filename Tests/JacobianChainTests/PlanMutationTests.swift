import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Plans: every corruption of a valid plan is refused")
struct PlanMutationTests {
  @Test("Operands, factors, kinds, orders and targets")
  func corruptions() throws {
    var refusals = 0
    try withSeeds(0..<400) { seed in
      var generator = SplitMix64(seed: seed)
      let problem = randomProblem(seed: seed, limits: false)
      let plan = randomPlan(for: problem, using: &generator)
      _ = try plan.priced(for: problem)
      for mutant in Self.mutants(of: plan, problem) {
        do {
          _ = try mutant.plan.priced(for: problem)
          Issue.record("seed \(seed): \(mutant.plan) was accepted")
        } catch let error as ChainError {
          refusals += 1
          try #require(error.kind == .invalidPlan, "\(error)")
          try #require(
            error.location.hasPrefix(mutant.path)
              || (mutant.isSubtle && error.location.hasPrefix("/")),
            "\(error) for \(mutant.path)")
        }
      }
    }
    #expect(refusals > 10_000)
  }

  /// A broken plan and where it must be refused; a subtle one still reads
  /// like a plan, and may be found out only later.
  struct Mutant {
    var plan: Plan
    var path: String
    var isSubtle = false
  }

  private static func mutants(of plan: Plan, _ problem: Problem) -> [Mutant] {
    var mutants: [Mutant] = []
    for (id, step) in plan.steps.enumerated() {
      func replace(_ step: Step, _ key: String, isSubtle: Bool = false) {
        var copy = plan
        copy.steps[id] = step
        mutants.append(
          Mutant(plan: copy, path: "/steps/\(id)/\(key)", isSubtle: isSubtle))
      }
      let badOperands = [id, id + 1, -1, Int.max, Int.min]
      let badFactors = [-1, problem.factors.count, Int.max, Int.min]
      let others = problem.factors.indices
      switch step {
      case .given(let factor):
        for bad in badFactors { replace(.given(factor: bad), "factor") }
        for other in others where other != factor {
          replace(.given(factor: other), "kind", isSubtle: true)
        }
      case .accumulate(let factor, let mode):
        for bad in badFactors {
          replace(.accumulate(factor: bad, mode: mode), "factor")
        }
        for other in others where other != factor {
          replace(
            .accumulate(factor: other, mode: mode), "mode", isSubtle: true)
        }
        if !problem.factors[factor].isGiven {
          replace(.given(factor: factor), "kind")
        }
        let flipped = mode.flipped
        if problem.factors[factor].cost(flipped) == nil {
          replace(.accumulate(factor: factor, mode: flipped), "mode")
        }
      case .multiply(let outer, let inner):
        for bad in badOperands {
          replace(.multiply(outer: bad, inner: inner), "outer")
          replace(.multiply(outer: outer, inner: bad), "inner")
        }
        replace(.multiply(outer: inner, inner: outer), "", isSubtle: true)
        replace(.multiply(outer: outer, inner: outer), "", isSubtle: true)
      case .eliminate(let factor, let mode, let operand):
        for bad in badOperands {
          replace(
            .eliminate(factor: factor, mode: mode, operand: bad), "operand")
        }
        for bad in badFactors {
          replace(
            .eliminate(factor: bad, mode: mode, operand: operand), "factor")
        }
        for other in others where other != factor {
          replace(
            .eliminate(factor: other, mode: mode, operand: operand), "",
            isSubtle: true)
        }
        replace(
          .eliminate(factor: factor, mode: mode.flipped, operand: operand), "",
          isSubtle: true)
      case .add:
        Issue.record("a product has no sums")
      }
    }
    let root = plan.targets[0]
    for target in [-1, plan.steps.count, .max, .min]
      + plan.steps.indices.filter({ $0 != root })
    {
      mutants.append(
        Mutant(
          plan: Plan(steps: plan.steps, targets: [target]), path: "/targets/0"))
    }
    for targets in [[], [root, root]] {
      mutants.append(
        Mutant(
          plan: Plan(steps: plan.steps, targets: targets), path: "/targets"))
    }
    return mutants
  }

  @Test("One memory unit less than the plan needs; eliminate when forbidden")
  func limits() throws {
    var (perStep, total, eliminations) = (0, 0, 0)
    try withSeeds(0..<400) { seed in
      var generator = SplitMix64(seed: seed)
      let problem = randomProblem(seed: seed, limits: false)
      let plan = randomPlan(for: problem, using: &generator)
      let tape = try plan.priced(for: problem).tape
      for (id, step) in plan.steps.enumerated() {
        if case .eliminate = step {
          let error = Self.refusal(
            plan, try problem.with(matrixFree: false))
          try #require(error?.location.hasSuffix("/kind") == true)
          eliminations += 1
        }
        guard let factor = step.adjointFactor else { continue }
        let own = problem.factors[factor].tape
        guard own > 1 else { continue }
        // The problem itself may become infeasible, which is no test.
        guard
          let strict = try? problem.with(limits: Limits(tapePerStep: own - 1))
        else { continue }
        let error = Self.refusal(plan, strict)
        try #require(error?.location.hasPrefix("/steps/") == true, "\(id)")
        perStep += 1
      }
      guard tape > 1,
        let strict = try? problem.with(limits: Limits(tapeTotal: Int(tape) - 1))
      else { return }
      let loose = try problem.with(limits: Limits(tapeTotal: Int(tape)))
      _ = try plan.priced(for: loose)
      let error = Self.refusal(plan, strict)
      try #require(error?.location.hasPrefix("/steps") == true)
      total += 1
    }
    #expect(perStep > 50)
    #expect(total > 50)
    #expect(eliminations > 50)
  }

  private static func refusal(_ plan: Plan, _ problem: Problem) -> ChainError? {
    do {
      _ = try plan.priced(for: problem)
      return nil
    } catch {
      return error
    }
  }
}

extension Mode {
  fileprivate var flipped: Mode {
    switch self {
    case .tangent: .adjoint
    case .adjoint: .tangent
    }
  }
}

extension Step {
  /// The factor whose adjoints the step uses.
  fileprivate var adjointFactor: Int? {
    switch self {
    case .accumulate(let factor, .adjoint), .eliminate(let factor, .adjoint, _):
      factor
    case .given, .multiply, .add, .accumulate(_, .tangent),
      .eliminate(_, .tangent, _):
      nil
    }
  }
}
