import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The least time under a limit on bytes.
@Suite struct TimeUnderMemoryTests {
  /// Waists between wide ends, half of the factors functions that were timed.
  private static func problem(seed: UInt64) throws -> Problem {
    var draw = SplitMix64(seed: seed)
    let dimensions = [
      draw.integer(in: 30...60), draw.integer(in: 8...30),
      draw.integer(in: 2...6), draw.integer(in: 8...30),
      draw.integer(in: 30...60),
    ]
    var factors = denseChain(dimensions).factors
    for index in factors.indices where draw.oneIn(2) {
      factors[index].isGiven = false
      factors[index].tangentCost = draw.integer(in: 1...900)
      factors[index].adjointCost = draw.integer(in: 1...900)
    }
    return try timed(Problem(factors: factors), seed: seed)
  }

  @Test func limitsAreKeptAtThePriceOfEveryPass() throws {
    var (cut, kept, remade, summed) = (0, 0, 0, 0)
    try withSeeds(0..<12) { seed in
      let problem = try Self.problem(seed: seed)
      let objective = Objective.time(try randomProfile(seed: seed))
      let free = try Solved(problem, objective: objective)
      let results = free.plan.resultBytes
      for share in [0.75, 0.5, 0.25] {
        let limit =
          results + UInt128(share * Double(free.plan.peakBytes - results))
        let limited = try problem.with(limits: Limits(memory: Int(limit)))
        guard let solved = try? Solved(limited, objective: objective) else {
          continue
        }
        kept += 1
        #expect(solved.plan.peakBytes <= limit || solved.needsMappedResults)
        #expect(solved.plan.price >= free.plan.price)
        #expect(solved.lowerBound <= solved.plan.price)
        #expect(
          try solved.plan.plan.priced(for: limited, at: objective.rate)
            == solved.plan)
        guard solved.plan.plan.chunks != nil else { continue }
        cut += 1
        let loops = solved.plan.plan.chunks!.loops
        if loops.first?.remakes ?? false { remade += 1 }
        if loops.areSummed { summed += 1 }
        #expect(
          Self.price(of: solved.plan.plan, problem, objective.rate)
            == solved.plan.price, "seed \(seed)")
      }
    }
    #expect(kept > 12, "\(kept)")
    #expect(cut > 5, "\(cut)")
    #expect(remade > 0 && summed > 0, "\(remade), \(summed)")
  }

  /// What a plan in chunks of a dense chain takes, value by value and pass by
  /// pass: a step is done in the passes of the deepest loop that cuts a side of
  /// its value or that it sums over, on the parts that the loops are at.
  private static func price(
    of plan: Plan, _ problem: Problem, _ rate: Rate
  ) -> UInt128 {
    var spans: [ClosedRange<Int>] = []
    for step in plan.steps {
      switch step {
      case .given(let factor), .accumulate(let factor, _):
        spans.append(factor...factor)
      case .multiply(let outer, let inner):
        spans.append(spans[inner].lowerBound...spans[outer].upperBound)
      case .eliminate(let factor, _, let value):
        let span = spans[value]
        spans.append(
          min(factor, span.lowerBound)...max(factor, span.upperBound))
      case .add: preconditionFailure("chains have no sums")
      }
    }
    let chunks = plan.chunks!
    let ends = chunks.stages.map(\.step)
    func steps(to end: Int) -> [Int] {
      let (first, second) = plan.steps[end].operands
      return [first, second].compactMap(\.self)
        .filter { !ends.contains($0) }.flatMap(steps) + [end]
    }
    return chunks.stages.reduce(
      price(chunks.loops, steps(to: plan.targets[0]))
    ) { $0 + price($1.loops, steps(to: $1.step)) }

    func price(_ loops: [Chunks.Loop], _ steps: [Int]) -> UInt128 {
      let whole = spans[steps.last!]
      /// The dimension that a loop cuts: that behind so many factors.
      func dimension(_ loop: Chunks.Loop) -> Int {
        switch loop.side {
        case .columns: whole.lowerBound
        case .shared(let after): after
        case .rows: whole.upperBound + 1
        }
      }
      func length(_ dimension: Int) -> Int {
        dimension == 0
          ? problem.factors[0].columns : problem.factors[dimension - 1].rows
      }
      let depths = spans.map { span in
        let deepest = loops.lastIndex {
          (span.lowerBound...span.upperBound + 1).contains(dimension($0))
        }
        return deepest.map { $0 + 1 } ?? (loops.first?.remakes ?? false ? 1 : 0)
      }
      var sum: UInt128 = 0
      func visit(_ depth: Int, _ parts: [Int: Int]) {
        func part(_ dimension: Int) -> Int {
          parts[dimension] ?? length(dimension)
        }
        for id in steps where depths[id] == depth {
          sum += time(plan.steps[id], part, plan, spans, problem, rate)
        }
        guard depth < loops.count else {
          if loops.areSummed {
            let entries = Double(
              part(whole.upperBound + 1) * part(whole.lowerBound))
            sum += UInt128(
              rate.profile![.stream].time(Work.Sizes(1, 1, entries))
                .rounded(.toNearestOrEven))
          }
          return
        }
        let cut = dimension(loops[depth])
        let (size, rest) = length(cut).quotientAndRemainder(
          dividingBy: loops[depth].parts)
        for index in 0..<loops[depth].parts {
          visit(
            depth + 1,
            parts.merging([cut: size + (index < rest ? 1 : 0)]) { $1 })
        }
      }
      visit(0, [:])
      return sum
    }
  }

  private static func time(
    _ step: Step, _ part: (Int) -> Int, _ plan: Plan,
    _ spans: [ClosedRange<Int>], _ problem: Problem, _ rate: Rate
  ) -> UInt128 {
    let reading = Reading(of: problem, at: rate)
    func shape(_ value: Int) -> (m: Int, n: Int) {
      (part(spans[value].upperBound + 1), part(spans[value].lowerBound))
    }
    func read(_ operand: Int) -> UInt128 {
      guard case .given = plan.steps[operand] else { return 0 }
      return reading.price(UInt128(shape(operand).m * shape(operand).n))
    }
    // Seed by seed where that needs fewer bytes; each block is paid for.
    func evaluations(
      _ index: Int, _ mode: Mode, _ seeds: Int, hasSeeds: Bool = false
    ) -> UInt128 {
      let factor = problem.factors[index]
      let (m, n) = (part(index + 1), part(index))
      let (into, out) = mode == .tangent ? (n, m) : (m, n)
      let foreign =
        (m < factor.rows ? factor.rows : 0)
        + (n < factor.columns ? factor.columns : 0)
      let all = seeds * ((hasSeeds ? 0 : into) + foreign + out)
      var blocks = 1
      if let few = plan.seedsAtOnce, few < seeds,
        seeds * out + few * (into + foreign + out) < all
      {
        blocks = (seeds + few - 1) / few
      }
      return rate.price(evaluations: seeds, of: factor, mode)!
        + UInt128((blocks - 1) * (factor.time(mode)?.fixed ?? 0))
    }
    switch step {
    case .given, .add: return 0
    case .accumulate(let factor, let mode):
      return evaluations(
        factor, mode, mode == .tangent ? part(factor) : part(factor + 1))
    case .eliminate(let factor, let mode, let value):
      let seeds = mode == .tangent ? shape(value).n : shape(value).m
      return evaluations(factor, mode, seeds, hasSeeds: true) + read(value)
    case .multiply(let outer, let inner):
      return read(outer) + read(inner)
        + UInt128(
          rate.profile![.dense].time(
            Work.Sizes(
              Double(shape(outer).m), Double(shape(outer).n),
              Double(shape(inner).n))
          ).rounded(.toNearestOrEven)
        )
    }
  }
}
