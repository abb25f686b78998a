import ChainTestSupport
import JacobianChain
import Testing

@Suite struct Rates {
  /// overhead + rows + shared · columns, which is linear in each size.
  private static func table() throws -> TimeTable {
    let axis = [1.0, 10, 100]
    return try TimeTable(
      rows: axis, shared: axis, columns: axis,
      nanoseconds: axis.flatMap { m in
        axis.flatMap { k in axis.map { n in 50 + m + k * n } }
      })
  }

  @Test(arguments: [
    (1.0, 1.0, 1.0, 52.0), (10, 10, 10, 160), (5, 7, 31, 272),
    (100, 2, 99, 348), (55.5, 1, 1, 106.5),
  ])
  func betweenMeasuredSizesTimesAreLinearInEach(
    _ m: Double, _ k: Double, _ n: Double, _ expected: Double
  ) throws {
    let time = try Self.table().time(Work.Sizes(m, k, n))
    #expect(abs(time - expected) < 1e-9)
  }

  @Test func beyondTheMeasuredSizesTimesGrowInProportion() throws {
    let table = try Self.table()
    let edge = table.time(Work.Sizes(100, 100, 100))
    #expect(table.time(Work.Sizes(300, 100, 100)) == 3 * edge)
    #expect(table.time(Work.Sizes(200, 200, 200)) == 8 * edge)
    #expect(
      table.time(Work.Sizes(0.5, 0.25, 1)) == table.time(Work.Sizes(1, 1, 1)))
  }

  /// The fast path of dense chains computes lines; both must agree in all bits.
  @Test func linesAndPointsAreTheSameNumbers() throws {
    let table = try randomProfile(seed: 3)[.dense]
    for m in [1.0, 2, 7, 39, 40, 1000] {
      for k in [1.0, 5, 8, 333] {
        for n in [1.0, 4, 41] {
          let row = TimeTable.Place(m, on: table.rows)
          let shared = TimeTable.Place(k, on: table.shared)
          let columns = TimeTable.Place(n, on: table.columns)
          let line = table.rows.indices.map {
            table.time(row: $0, shared, columns)
          }
          #expect(
            row.between(line[row.cell], line[row.next])
              == table.time(Work.Sizes(m, k, n)))
        }
      }
    }
  }

  @Test func wholeNumbersAreTheNearest() {
    #expect(Profile.whole(0.49) == 0)
    #expect(Profile.whole(1.5) == 2)
    #expect(Profile.whole(2.5) == 2)
    #expect(Profile.whole(1_234_567.8) == 1_234_568)
    #expect(Profile.whole(0x1p52 + 1) == 0x1p52)
    #expect(Profile.whole(0x1p60) == 0x1p60)
  }

  @Test func wrongTablesAreRefused() throws {
    func location(
      _ rows: [Double], _ times: [Double]
    ) -> String? {
      do {
        _ = try TimeTable(
          rows: rows, shared: [1], columns: [1], nanoseconds: times,
          at: "/t")
        return nil
      } catch {
        return error.location
      }
    }
    #expect(location([1, 2], [3, 4]) == nil)
    #expect(location([1, 2], [3]) == "/t/nanoseconds")
    #expect(location([1, 2], [3, -1]) == "/t/nanoseconds/1")
    #expect(location([1, 2], [0, 1]) == "/t/nanoseconds/0")
    #expect(location([1, 2], [1, .nan]) == "/t/nanoseconds/1")
    #expect(location([1, 2], [1, .infinity]) == "/t/nanoseconds/1")
    #expect(location([2, 2], [1, 1]) == "/t/rows/1")
    #expect(location([0.5, 2], [1, 1]) == "/t/rows/0")
    #expect(location([], []) == "/t/rows")
  }

  @Test func aKernelWithoutATableIsNamed() throws {
    let whole = try randomProfile(seed: 1)
    for missing in Work.Kernel.allCases {
      var tables: [Work.Kernel: TimeTable] = [:]
      for kernel in Work.Kernel.allCases where kernel != missing {
        tables[kernel] = whole[kernel]
      }
      #expect {
        try Profile(origin: whole.origin, tables: tables)
      } throws: {
        ($0 as? ChainError)?.location == "/kernels/\(missing.rawValue)"
      }
    }
  }

  /// Under fma the price of the work of a step is the step's price of ever.
  @Test func fmaIsWhatItAlwaysWas() throws {
    try withSeeds(0..<300) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 6)
      for baseline in Baseline.products {
        guard let plan = try Baselines(of: problem)[baseline] else { continue }
        try #require(plan.price == plan.fma)
        try #require(plan.rate == .fma)
        for id in plan.steps.indices {
          let work = plan.work(ofStep: id, in: problem)
          try #require(Rate.fma.price(work) == plan.steps[id].fma)
          try #require(work.evaluations == plan.steps[id].evaluations)
          try #require(plan.price(ofStep: id) == plan.steps[id].fma)
        }
        try #require(plan.at(.fma, for: problem) == plan)
      }
    }
  }

  /// A block of 3 seeds through a 5 × 3 function: 1 000 + 3 · 70 ns, whatever
  /// the profile says of 9 fma.
  @Test func measuredFunctionsCostWhatWasMeasured() throws {
    var factor = Factor(
      name: "f", rows: 5, columns: 3, tangentCost: 9, adjointCost: 9)
    factor.tangentTime = EvaluationTime(fixed: 1000, perSeed: 70)
    let problem = try Problem(factors: [factor])
    let rate = Rate.time(try randomProfile(seed: 2))
    func price(_ mode: Mode, seedsAtOnce: Int? = nil) throws -> UInt128 {
      let plan = Plan(
        steps: [.accumulate(factor: 0, mode: mode)], targets: [0],
        chunks: nil, seedsAtOnce: seedsAtOnce)
      return try plan.priced(for: problem, at: rate).price
    }
    #expect(try price(.tangent) == 1210)
    // Three blocks of one seed; two at a time would need more bytes than all.
    #expect(try price(.tangent, seedsAtOnce: 1) == 3210)
    #expect(try price(.tangent, seedsAtOnce: 2) == 1210)
    #expect(rate.price(evaluations: 3, of: factor, .tangent) == 1210)
    #expect(rate.price(evaluations: 0, of: factor, .tangent) == 0)
    #expect(Rate.fma.price(evaluations: 3, of: factor, .tangent) == 27)
    // Nobody measured adjoints: the profile's table of 9 fma.
    let guess = try #require(Work(evaluations: 5, of: factor, .adjoint))
    #expect(guess.measured == nil)
    #expect(try price(.adjoint) == rate.price(guess))
    factor.adjointCost = nil
    #expect(rate.price(evaluations: 5, of: factor, .adjoint) == nil)
  }

  @Test func timesWithoutACostOrBeyondDaysAreRefused() throws {
    func location(_ time: EvaluationTime, _ cost: Int?) -> String? {
      var factor = Factor(
        name: "f", rows: 1, columns: 1, isGiven: true, adjointCost: cost)
      factor.adjointTime = time
      do {
        _ = try Problem(factors: [factor])
        return nil
      } catch {
        return error.location
      }
    }
    let most = EvaluationTime.most
    #expect(location(.init(fixed: most, perSeed: most), 1) == nil)
    #expect(
      location(.init(fixed: most + 1, perSeed: 0), 1)
        == "/factors/0/adjointTime/fixed")
    #expect(
      location(.init(fixed: 0, perSeed: -1), 1)
        == "/factors/0/adjointTime/perSeed")
    #expect(
      location(.init(fixed: 0, perSeed: 0), nil) == "/factors/0/adjointTime")
  }

  @Test func aPlanAtARateCostsTheSumOfItsSteps() throws {
    let profile = try randomProfile(seed: 9)
    try withSeeds(0..<100) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 6)
      guard let work = try Baselines(of: problem)[.forward] else { return }
      let timed = try work.plan.priced(for: problem, at: .time(profile))
      try #require(timed == work.at(.time(profile), for: problem))
      try #require(timed.fma == work.fma)
      let reading = Reading(of: problem, at: .time(profile))
      let steps = timed.steps.indices.map { id in
        let (outer, inner) = timed.steps[id].step.operands
        return [outer, inner].compactMap(\.self).reduce(
          Rate.time(profile).price(timed.work(ofStep: id, in: problem))
        ) { sum, operand in
          if case .given(let factor) = timed.steps[operand].step,
            problem.factors[factor].isOnlyGiven
          {
            sum + reading.price(timed.steps[operand].pattern.storedEntries)
          } else {
            sum
          }
        }
      }
      try #require(timed.price == steps.reduce(0, +))
      for id in timed.steps.indices {
        try #require(timed.price(ofStep: id) == steps[id])
      }
    }
  }

  /// What the sizes of a table mean, pair by pair.
  @Test func productsHaveTheSizesThatTheirKernelsSee() throws {
    func work(
      _ outer: Structure, _ m: Int, _ k: Int, _ inner: Structure, _ n: Int
    )
      throws -> Work
    {
      let a = try Pattern(rows: m, columns: k, structure: outer, at: "")
      let b = try Pattern(rows: k, columns: n, structure: inner, at: "")
      return Work(
        multiply: ValueShape(a), ValueShape(b),
        into: ValueShape(try Pattern.product(a, b)),
        fma: CostModel.multiply(a, b))
    }
    let dense = try work(.dense, 3, 4, .dense, 5)
    #expect(dense.kernel == .dense)
    #expect(dense.sizes == Work.Sizes(3, 4, 5))
    #expect(dense.bytes == 8 * (12 + 20 + 15))
    #expect(dense.fma == 60)
    let scaled = try work(.diagonal, 4, 4, .dense, 5)
    #expect(scaled.kernel == .scaleRows)
    #expect(scaled.sizes == Work.Sizes(4, 1, 5))
    let blocks = try work(
      .blockDiagonal(count: 2, rows: 3, columns: 2), 6, 4, .dense, 5)
    #expect(blocks.kernel == .blocks)
    #expect(blocks.count == 2)
    #expect(blocks.sizes == Work.Sizes(3, 2, 5))
    let picked = try work(.selection([1, 3]), 2, 4, .dense, 5)
    #expect(picked.kernel == .pickRows)
    #expect(picked.fma == 0)
    #expect(picked.bytes == 8 * (20 + 10))
    let renamed = try work(.identity, 4, 4, .dense, 5)
    #expect(renamed.kernel == nil)
    #expect(Rate.time(.builtIn).price(renamed) == 0)
    #expect(Rate.time(.builtIn).price(picked) > 0)
    let bands = try work(
      .banded(lower: 1, upper: 1), 100, 100, .banded(lower: 1, upper: 1), 100)
    #expect(bands.kernel == .bands)
    #expect(bands.sizes.rows == 100)
    #expect(bands.sizes.shared == 2.98)
    // A selection of two rows of a band has them as runs.
    let chosen = try Pattern.product(
      Pattern(
        rows: 2, columns: 100, structure: .selection([3, 50]), at: ""),
      Pattern(
        rows: 100, columns: 100, structure: .banded(lower: 1, upper: 1),
        at: ""))
    let runs = try work(
      chosen.structure, 2, 100, .banded(lower: 2, upper: 2), 100)
    #expect(runs.kernel == .runsTimesBand)
    #expect(runs.sizes == Work.Sizes(2, 3, 5))
    // Three channels of four points each see two of six.
    let points = [0, 3, 1, 4, 2, 5, 0, 4]
    let channels = try SparsePattern(
      rows: 12, columns: 6, rowIndices: (0..<24).map { $0 / 2 },
      columnIndices: (0..<24).map { points[$0 % 8] })
    let odd = try SparsePattern(
      rows: 6, columns: 12, rowIndices: Array(0..<6),
      columnIndices: [0, 3, 5, 7, 8, 11])
    let alike = try work(.sparse(channels), 12, 6, .sparse(odd), 12)
    #expect(alike.kernel == .alikeRows)
    #expect(alike.sizes == Work.Sizes(12, 2, 1))
    // The rows of one operand apart, those of the other in runs of four.
    let apart = try SparsePattern(
      rows: 3, columns: 6, rowIndices: [0, 0, 1, 1, 2, 2],
      columnIndices: [0, 2, 1, 3, 2, 5])
    let long = try SparsePattern(
      rows: 6, columns: 12, rowIndices: (0..<24).map { $0 / 4 },
      columnIndices: (0..<24).map { $0 / 4 + $0 % 4 + ($0 / 12) })
    let byRuns = try work(.sparse(apart), 3, 6, .sparse(long), 12)
    #expect(byRuns.kernel == .rowRuns)
    #expect(byRuns.sizes == Work.Sizes(3, 2, 4))
    let scattered = try work(.sparse(apart), 3, 6, .sparse(odd), 12)
    #expect(scattered.kernel == .general)
  }

  /// Three matrices of 100 × 100 read in turn, and one of them on its own: c is
  /// 2 ns a double for 30 000 and 1 for up to 10 000, so each takes 10 µs more.
  @Test func operandsThatAreGivenAreReadFromFarAway() throws {
    let times = try TimeTable(
      rows: [1], shared: [1], columns: [10_000, 30_000],
      nanoseconds: [10_000, 60_000])
    let profile = try randomProfile(seed: 3)
    var tables = Dictionary(
      uniqueKeysWithValues: Work.Kernel.allCases.map { ($0, profile[$0]) })
    tables[.reload] = times
    let rate = Rate.time(
      try Profile(origin: profile.origin, tables: tables))
    let problem = denseChain([100, 100, 100, 100])
    let reading = Reading(of: problem, at: rate)
    #expect(reading.price(10_000) == 10_000)
    #expect(reading.price(5000) == 5000)
    // (2 − 1.75) · 20 000: a part of what is measured was far away already.
    #expect(reading.price(20_000) == 5000)
    #expect(reading.price(30_000) == 0)
    #expect(Reading(of: problem, at: .fma).price(10_000) == 0)
    let plan = Plan(
      steps: [
        .given(factor: 0), .given(factor: 1),
        .multiply(outer: 1, inner: 0), .given(factor: 2),
        .multiply(outer: 3, inner: 2),
      ], targets: [4])
    let priced = try plan.priced(for: problem, at: rate)
    func product(_ id: Int) -> UInt128 {
      rate.price(priced.work(ofStep: id, in: problem))
    }
    #expect(priced.price(ofStep: 2) == product(2) + 20_000)
    #expect(priced.price(ofStep: 4) == product(4) + 10_000)
    #expect(priced.price == product(2) + product(4) + 30_000)
    // What might be accumulated instead is read for nothing.
    var factors = problem.factors
    factors[1].tangentCost = 1
    let either = try Problem(factors: factors)
    let other = try plan.priced(for: either, at: rate)
    #expect(other.price(ofStep: 2) == product(2) + 10_000)
  }

  @Test func objectivesHaveNames() {
    for objective in Objective.all {
      #expect(Objective(named: objective.name) == objective)
    }
    #expect(Objective(named: "seconds") == nil)
  }

  /// The same nonzeros listed one by one have the same shape: what a span costs
  /// doesn't depend on the order in which it was made.
  @Test func shapesDependOnNonzerosAlone() throws {
    var listed = Set<ValueShape>()
    func hold(_ pattern: Pattern) throws {
      guard !pattern.structure.isUnit else { return }
      let expanded = try Pattern(
        rows: pattern.rows, columns: pattern.columns,
        structure: .sparse(pattern.expanded()), at: "")
      try #require(ValueShape(expanded) == ValueShape(pattern), "\(pattern)")
      listed.insert(ValueShape(expanded))
    }
    try withSeeds(0..<500) { seed in
      let patterns = randomProblem(seed: seed, maxFactors: 6).patterns
      var product = patterns[0]
      try hold(product)
      for pattern in patterns.dropFirst() {
        try hold(pattern)
        product = try Pattern.product(pattern, product)
        try hold(product)
      }
    }
    #expect(listed.count > 50)
  }
}
