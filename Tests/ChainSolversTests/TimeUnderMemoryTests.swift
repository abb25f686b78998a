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
    var (cut, kept, remade) = (0, 0, 0)
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
        if solved.plan.plan.chunks!.loops[0].remakes { remade += 1 }
        #expect(
          Self.price(of: solved.plan.plan, problem, objective.rate)
            == solved.plan.price, "seed \(seed)")
      }
    }
    #expect(kept > 12, "\(kept)")
    #expect(cut > 5, "\(cut)")
    #expect(remade > 0)
  }

  /// What a plan in chunks of a dense chain takes, pass by pass: values with
  /// the innermost factor have a part of the columns, those with the outermost
  /// one a part of the rows, and what has neither is made once.
  private static func price(
    of plan: Plan, _ problem: Problem, _ rate: Rate
  ) -> UInt128 {
    let (factors, last) = (problem.factors, problem.factors.count - 1)
    let loops = plan.chunks!.loops
    func parts(_ side: Chunks.Side, of length: Int) -> [Int] {
      guard let loop = loops.first(where: { $0.side == side }) else {
        return [length]
      }
      return (0..<loop.parts).map {
        length / loop.parts + ($0 < length % loop.parts ? 1 : 0)
      }
    }
    var spans: [ClosedRange<Int>] = []
    var sum: UInt128 = 0
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
      let span = spans[spans.count - 1]
      let (rows, columns) = (
        factors[span.upperBound].rows, factors[span.lowerBound].columns
      )
      let isCut = (
        rows: span.upperBound == last, columns: span.lowerBound == 0
      )
      // A step of the inner loop is done in every pass of the outer one; all
      // steps are where that loop remakes values.
      let isInner =
        loops[0].remakes
        || loops.count == 2
          && (loops[1].side == .rows ? isCut.rows : isCut.columns)
      let isOuter = loops[0].side == .rows ? isCut.rows : isCut.columns
      let heights = isCut.rows ? parts(.rows, of: rows) : [rows]
      let widths = isCut.columns ? parts(.columns, of: columns) : [columns]
      let times = isInner && !isOuter ? loops[0].parts : 1
      for m in heights {
        for n in widths {
          sum += UInt128(times) * time(step, m, n, plan, spans, problem, rate)
        }
      }
    }
    return sum
  }

  private static func time(
    _ step: Step, _ m: Int, _ n: Int, _ plan: Plan,
    _ spans: [ClosedRange<Int>], _ problem: Problem, _ rate: Rate
  ) -> UInt128 {
    let reading = Reading(of: problem, at: rate)
    func read(_ operand: Int, _ m: Int, _ n: Int) -> UInt128 {
      guard case .given = plan.steps[operand] else { return 0 }
      return reading.price(UInt128(m * n))
    }
    func evaluations(_ factor: Int, _ mode: Mode) -> UInt128 {
      rate.price(
        evaluations: mode == .tangent ? n : m, of: problem.factors[factor],
        mode)!
    }
    switch step {
    case .given, .add: return 0
    case .accumulate(let factor, let mode): return evaluations(factor, mode)
    case .eliminate(let factor, let mode, let value):
      let (rows, columns) =
        mode == .tangent
        ? (problem.factors[factor].columns, n)
        : (m, problem.factors[factor].rows)
      return evaluations(factor, mode) + read(value, rows, columns)
    case .multiply(let outer, let inner):
      let k = problem.factors[spans[outer].lowerBound].columns
      return read(outer, m, k) + read(inner, k, n)
        + UInt128(
          rate.profile![.dense].time(
            Work.Sizes(Double(m), Double(k), Double(n))
          ).rounded(.toNearestOrEven)
        )
    }
  }
}
