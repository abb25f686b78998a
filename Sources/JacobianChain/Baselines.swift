/// The orders that people use without planning, as plans: what a saving is
/// stated against. nil where the limits or missing modes forbid them.
public struct Baselines: Hashable, Sendable {
  /// Homogeneous tangent: innermost first.
  public let forward: PricedPlan?
  /// Homogeneous adjoint: outermost first.
  public let reverse: PricedPlan?
  /// The cheapest fan: forward below an interface, reverse above it, one
  /// product. Includes the two ends, so it is never worse than either.
  public let bestSplit: PricedPlan?
  /// The interface k of the best split: factors `0..<k` of the chain are
  /// forward, `k..<q` reverse; q for forward, 0 for reverse.
  public let split: Int?

  /// Builds and prices the baselines of every target; shared nothing, each
  /// target on its own.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  /// - Complexity: O(q) products of patterns per target.
  public init(of problem: Problem) throws(ChainError) {
    var plans: [Kind: Plan?] = [:]
    for kind in Kind.allCases { plans[kind] = Plan(steps: [], targets: []) }
    var split: Int?
    for word in problem.targets {
      let fan = try Fan(word: word, problem: problem)
      split = fan.cheapestSplit
      let ends: [Kind: Int?] = [
        .forward: fan.prefix.count == word.count ? word.count : nil,
        .reverse: fan.suffix.count == word.count ? 0 : nil,
        .bestSplit: fan.cheapestSplit,
      ]
      for kind in Kind.allCases {
        guard let plan = plans[kind]!, let k = ends[kind]! else {
          plans[kind] = Plan?.none
          continue
        }
        plans[kind] = fan.appending(split: k, to: plan)
      }
    }
    forward = try Self.priced(plans[.forward]!, problem)
    reverse = try Self.priced(plans[.reverse]!, problem)
    bestSplit = try Self.priced(plans[.bestSplit]!, problem)
    self.split = problem.targets.count == 1 ? split : nil
  }

  private enum Kind: CaseIterable { case forward, reverse, bestSplit }

  private static func priced(
    _ plan: Plan?, _ problem: Problem
  ) throws(ChainError) -> PricedPlan? {
    guard let plan else { return nil }
    do {
      return try plan.priced(for: problem)
    } catch  where error.kind == .invalidPlan {
      // The only rule a fan can break is the budget over the whole plan.
      return nil
    }
  }
}

/// The homogeneous prefixes and suffixes of one word, and their prices.
private struct Fan {
  /// How one factor joins the value below (prefix) or above (suffix) it.
  enum Join {
    case leaf(Step)
    case multiply(Step)
    case eliminate(Mode)
  }

  /// A prefix or suffix ending with this factor: its last join, running price,
  /// running tape and pattern.
  struct Part {
    var join: Join
    var fma: UInt128
    var tape: UInt128
    var pattern: Pattern
  }

  let word: [Int]
  /// `prefix[k]` covers the first k + 1 factors, as far as tangents go.
  var prefix: [Part] = []
  /// `suffix[k]` covers the last k + 1 factors, as far as adjoints go.
  var suffix: [Part] = []
  var cheapestSplit: Int?

  init(word: [Int], problem: Problem) throws(ChainError) {
    self.word = word
    prefix = try Self.sweep(word, .tangent, problem)
    suffix = try Self.sweep(word.reversed(), .adjoint, problem)
    let q = word.count
    var best: UInt128?
    for k in 0...q where k <= prefix.count && q - k <= suffix.count {
      let below = k > 0 ? prefix[k - 1] : nil
      let above = k < q ? suffix[q - k - 1] : nil
      var fma = (below?.fma ?? 0) + (above?.fma ?? 0)
      let tape = (below?.tape ?? 0) + (above?.tape ?? 0)
      if let limit = problem.limits.tapeTotal, tape > UInt128(limit) {
        continue
      }
      if let below, let above {
        fma += CostModel.multiply(above.pattern, below.pattern)
      }
      if best.map({ fma < $0 }) ?? true {
        best = fma
        cheapestSplit = k
      }
    }
  }

  /// Extends a value factor by factor in one mode; stops at the first factor
  /// that has no way to join in it.
  private static func sweep(
    _ word: some Sequence<Int>, _ mode: Mode, _ problem: Problem
  ) throws(ChainError) -> [Part] {
    var parts: [Part] = []
    for index in word {
      let own = problem.patterns[index]
      guard let below = parts.last else {
        guard let (step, price) = leaf(index, mode, problem) else { break }
        parts.append(
          Part(
            join: .leaf(step), fma: price,
            tape: tape(of: step, problem), pattern: own))
        continue
      }
      let (outer, inner) =
        mode == .tangent ? (own, below.pattern) : (below.pattern, own)
      let pattern = try Pattern.product(outer, inner)
      var best: (join: Join, fma: UInt128, tape: UInt128)?
      func offer(_ join: Join, _ fma: UInt128, _ tape: UInt128) {
        if best.map({ fma < $0.fma }) ?? true { best = (join, fma, tape) }
      }
      let factor = problem.factors[index]
      // Without eliminations a factor is accumulated by its cheaper way first.
      if factor.isGiven || !problem.matrixFree,
        let (step, price) = leaf(index, mode, problem)
      {
        offer(
          .multiply(step), price + CostModel.multiply(outer, inner),
          tape(of: step, problem))
      }
      if problem.matrixFree, let cost = factor.cost(mode),
        mode == .tangent || problem.allowsAdjoint(of: factor)
      {
        let evaluations = CostModel.evaluations(mode, pattern)
        offer(
          .eliminate(mode),
          CostModel.apply(evaluations: evaluations, cost: cost),
          mode == .adjoint ? UInt128(factor.tape) : 0)
      }
      guard let best else { break }
      parts.append(
        Part(
          join: best.join, fma: below.fma + best.fma,
          tape: below.tape + best.tape, pattern: pattern))
    }
    return parts
  }

  /// The cheapest way to get J_i alone: its entries, else `mode`; both modes
  /// when eliminations are forbidden.
  private static func leaf(
    _ index: Int, _ mode: Mode, _ problem: Problem
  ) -> (Step, UInt128)? {
    let factor = problem.factors[index]
    if factor.isGiven { return (.given(factor: index), 0) }
    var best: (Step, UInt128)?
    for candidate in Mode.allCases
    where candidate == mode || !problem.matrixFree {
      guard let cost = factor.cost(candidate),
        candidate == .tangent || problem.allowsAdjoint(of: factor)
      else { continue }
      let evaluations = CostModel.evaluations(
        candidate, problem.patterns[index])
      let price = CostModel.apply(evaluations: evaluations, cost: cost)
      if best.map({ price < $0.1 }) ?? true {
        best = (.accumulate(factor: index, mode: candidate), price)
      }
    }
    return best
  }

  private static func tape(of step: Step, _ problem: Problem) -> UInt128 {
    if case .accumulate(let factor, .adjoint) = step {
      UInt128(problem.factors[factor].tape)
    } else {
      0
    }
  }

  /// The fan at interface k as steps after those of `plan`.
  func appending(split k: Int, to plan: Plan) -> Plan {
    var plan = plan
    func append(_ step: Step) -> Int {
      plan.steps.append(step)
      return plan.steps.count - 1
    }
    func walk(_ parts: ArraySlice<Part>, _ word: [Int], _ mode: Mode) -> Int? {
      var value: Int?
      for (part, factor) in zip(parts, word) {
        switch part.join {
        case .leaf(let step):
          value = append(step)
        case .multiply(let step):
          let own = append(step)
          value = append(
            mode == .tangent
              ? .multiply(outer: own, inner: value!)
              : .multiply(outer: value!, inner: own))
        case .eliminate(let mode):
          value = append(
            .eliminate(factor: factor, mode: mode, operand: value!))
        }
      }
      return value
    }
    let below = walk(prefix.prefix(k), word, .tangent)
    let above = walk(suffix.prefix(word.count - k), word.reversed(), .adjoint)
    if let below, let above {
      plan.targets.append(append(.multiply(outer: above, inner: below)))
    } else {
      plan.targets.append((below ?? above)!)
    }
    return plan
  }
}
