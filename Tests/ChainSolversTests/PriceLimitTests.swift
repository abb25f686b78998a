import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// Chains whose prices just fit 128 bits. Expected values are Python's.
@Suite("The limit of prices: exact up to 2^128 − 1, refused from there on")
struct PriceLimitTests {
  private static let widest = 1 << 40
  /// 255 · 2^120.
  private static let most = UInt128("338953138925153547590470800371487866880")!

  private static func chain(
    _ count: Int, structure: Structure = .dense, tangent: Int? = nil
  ) -> [Factor] {
    (0..<count).map {
      Factor(
        name: "f\($0)", rows: widest, columns: widest, structure: structure,
        isGiven: true, tangentCost: tangent)
    }
  }

  private static func refusal(
    _ factors: [Factor], targets: [[Int]]? = nil
  ) -> String? {
    do {
      _ = try Problem(factors: factors, targets: targets)
      return nil
    } catch {
      return error.kind == .tooLarge ? error.location : "\(error)"
    }
  }

  @Test(
    "256 dense factors of 2^40 cost 255 · 2^120 in any order; 257 don't fit")
  func denseEdge() throws {
    let problem = try Problem(factors: Self.chain(256))
    #expect(problem.worstPrice == Self.most)
    let solvers: [any ChainSolver] = [HuShing(), DynamicProgramming()]
    for solver in solvers {
      try #require(solver.support(for: problem, objective: .fma) == .exact)
      let solution = try solver.solve(problem)
      #expect(solution.lowerBound == Self.most, "\(solver.name)")
      #expect(try solution.plan.priced(for: problem).fma == Self.most)
    }
    let baselines = try Baselines(of: problem)
    for plan in [
      baselines[.forward], baselines[.reverse], baselines[.bestSplit],
    ] {
      #expect(plan?.fma == Self.most)
    }
    #expect(Self.refusal(Self.chain(257)) == "/targets/0")
  }

  /// All orders cost the same work, which two machines can at best halve.
  @Test("The makespan on two machines is known to within a half")
  func makespan() throws {
    let problem = try Problem(
      factors: Self.chain(256), limits: Limits(machines: 2))
    let solution = try BranchAndBound().solve(
      problem, objective: .makespan, control: .unlimited)
    #expect(solution.lowerBound == Self.most / 2)
    let found = try solution.schedule?.checked(
      for: solution.plan.priced(for: problem), on: 2
    ).makespan
    let makespan = try #require(found)
    #expect(CostModel.gap(plan: makespan, bound: solution.lowerBound) <= 0.5)
  }

  /// One narrow interface makes room: the order matters again, and every price
  /// still fits.
  @Test("One dimension of 1 among those of 2^40")
  func narrowInterface() throws {
    var factors = Self.chain(256)
    factors[99].rows = 1
    factors[100].columns = 1
    let problem = try Problem(factors: factors)
    // To the interface from both ends, and one outer product.
    let best = UInt128(255) << 80
    for solver: any ChainSolver in [HuShing(), DynamicProgramming()] {
      let solution = try solver.solve(problem)
      #expect(solution.lowerBound == best, "\(solver.name)")
      #expect(try solution.plan.priced(for: problem).fma == best)
    }
    let baselines = try Baselines(of: problem)
    let swept = UInt128("336294682933586133696302415509276590080")!
    #expect(baselines[.forward]?.fma == swept)
    #expect(baselines[.reverse]?.fma == swept)
    #expect(baselines[.bestSplit]?.fma == best)
  }

  /// Every order of interfaces 2^40, s, …, s, 2^40 has one product of both
  /// ends, 2^80 · s, and others of 2^40 · s². One each at every interface would
  /// be beyond 128 bits.
  @Test("What no order costs isn't refused")
  func dearestOrder() throws {
    func factors(_ count: Int, _ size: Int) -> [Factor] {
      (0..<count).map {
        Factor(
          name: "f\($0)", rows: $0 == count - 1 ? Self.widest : size,
          columns: $0 == 0 ? Self.widest : size)
      }
    }
    let size = 989_560_464_998
    let problem = try Problem(factors: factors(300, size))
    let (end, inner) = (UInt128(Self.widest), UInt128(size))
    #expect(
      problem.worstPrice == end * inner * end + 298 * end * inner * inner)
    // The 299 products can't all have both ends.
    #expect(UInt128.max / (end * inner * end) < 299)
    for solver: any ChainSolver in [HuShing(), DynamicProgramming()] {
      let solution = try solver.solve(problem)
      let plan = try solution.plan.priced(for: problem)
      #expect(plan.fma == solution.lowerBound, "\(solver.name)")
      let ends = end * inner * inner + end * inner * end
      #expect(plan.fma == 297 * inner * inner * inner + ends)
    }
    // Where an order costs more, it is.
    #expect(Self.refusal(factors(330, size)) == "/targets/0")
  }

  @Test("Evaluations count towards the limit")
  func matrixFree() throws {
    // 255 · 2^120 + 256 · 2^40 · c < 2^128 for every c below 2^63.
    let free = try Problem(factors: Self.chain(256, tangent: .max))
    #expect(
      free.worstPrice
        == Self.most + UInt128(256) * (1 << 40) * UInt128(Int.max))
    // Eliminations at 3 fma are cheapest: one evaluation a column and factor.
    let cheap = try Problem(
      factors: Self.chain(256, tangent: 3).map {
        var factor = $0
        factor.isGiven = false
        return factor
      })
    let solution = try DynamicProgramming().solve(cheap)
    #expect(solution.lowerBound == UInt128(256 * 3) << 40)
    #expect(Self.refusal(Self.chain(257, tangent: 3)) == "/targets/0")
  }

  @Test("Structure makes room: 300 diagonal, banded or blocked factors fit")
  func structure() throws {
    let n = UInt128(Self.widest)
    let diagonal = try Problem(factors: Self.chain(300, structure: .diagonal))
    #expect(diagonal.worstPrice == 299 * n)
    #expect(try DynamicProgramming().solve(diagonal).lowerBound == 299 * n)
    let blocks = Structure.blockDiagonal(
      count: Self.widest / 4, rows: 4, columns: 4)
    let blocked = try Problem(factors: Self.chain(300, structure: blocks))
    #expect(blocked.worstPrice == 299 * n * 16)
    #expect(try DynamicProgramming().solve(blocked).lowerBound == 299 * n * 16)
    let band = Structure.banded(lower: 1, upper: 1)
    let banded = try Problem(factors: Self.chain(300, structure: band))
    #expect(banded.worstPrice < n * 300 * 600 * 600)
    let solution = try DynamicProgramming().solve(banded)
    #expect(
      try solution.plan.priced(for: banded).fma == solution.lowerBound)
    #expect(solution.lowerBound < banded.worstPrice)
  }

  @Test("The targets of a problem add up")
  func targets() throws {
    let factors = Self.chain(129)
    let half = Array(0..<128)
    let problem = try Problem(factors: factors, targets: [half, half])
    #expect(
      problem.worstPrice
        == UInt128("337623910929368631717566993311207522304")!)
    let whole = Array(0..<129)
    #expect(Self.refusal(factors, targets: [whole, whole]) == "/targets/1")
    #expect(Self.refusal(factors, targets: [whole, half]) == nil)
  }

  @Test(
    "No plan of a short chain goes above worstPrice, whatever its structure")
  func worst() throws {
    try withSeeds(0..<150) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 4, limits: false)
      guard let plans = PlanEnumeration(problem) else { return }
      var dearest: UInt128 = 0
      plans.forEach { plan in
        dearest = max(dearest, (try? plan.priced(for: problem).fma) ?? 0)
        return true
      }
      try #require(dearest <= problem.worstPrice, "seed \(seed)")
    }
  }
}
