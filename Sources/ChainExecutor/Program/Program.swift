import JacobianChain

/// A plan made ready to be run many times, on any number of threads: a value of
/// instructions and places.
///
///     let program = try Program(plan, of: problem)
///     let workspace = Workspace()
///     for (factor, matrix) in matrices.enumerated() {
///       try program.give(matrix, asFactor: factor, in: workspace)
///     }
///     try program.run(in: workspace)
///     program.target(0, in: workspace)
///
/// Colourings, kernels, and where each value lies are worked out beforehand. A
/// run takes place in a `Workspace`, one a thread; a value takes over places
/// whose last reader has gone. Given entries are read where they lie. Those
/// that change from run to run are better given on demand: written right before
/// they are read, into places that they share, they are still in the cache.
///
/// Laws: a run allocates nothing once its workspace is warm, but for a result
/// that somebody holds and the `PackingBuffer` of a thread; sequential, by
/// workers and in chunks that cut no sum its targets are the same, bit for bit;
/// what it counts is the price of the plan.
public final class Program: Sendable {
  /// What is run.
  package let plan: PricedPlan
  /// Whose targets are computed.
  package let problem: Problem
  /// Threads of the dense products.
  package let threads: Int
  /// The most bytes of values, seeds and temporaries alive at one time,
  /// results included, entries of given factors excluded.
  ///
  /// Law: one step after the other it is the `peakBytes` of the plan, unless
  /// the seeds of factors alone are kept from run to run, which count all the
  /// time. Side by side it is that of the schedule.
  public let peakBytes: Int
  /// The same without results, for those that go elsewhere.
  let peakBesideResults: Int

  /// A value that leaves the program.
  struct Result: Sendable {
    let step: Int
    /// Doubles that it stores.
    let count: Int
  }

  /// What a target is made of.
  enum TargetSource: Sendable {
    case result(Int)
    /// The entries of a factor.
    case given(Int)
    /// A unit structure stores nothing.
    case nothing
  }

  let instructions: [Instruction]
  let results: [Result]
  /// The factors whose entries are at hand.
  let givens: [Int]
  /// Those of a plan in chunks that the operands write before each run.
  private let written: [Int]
  /// For each factor its position among them.
  private let positions: [Int: Int]
  let targets: [TargetSource]
  /// Doubles of the block.
  let blockCount: Int
  let fixedSeeds: [(of: Compression, place: Place)]
  /// The pieces of a plan in chunks.
  let chunked: ChunkedPlan?
  /// Who does what, with several workers.
  let order: WorkOrder?

  /// Prepares a plan to be run one step after the other; one in chunks, pass by
  /// pass.
  ///
  /// - Parameters:
  ///   - plan: priced for this problem.
  ///   - onDemand: whether the operands write the entries of a given factor,
  ///     in each run; others are handed over as matrices. Of a plan in chunks,
  ///     whose passes read them again and again, they are written as a whole.
  ///   - keepingSeeds: whether the seeds of factors alone stay in the block,
  ///     so that they aren't written in each run.
  ///   - threads: of the dense products, at least 1; nil for all
  ///     processors of the machine.
  /// - Throws: `ChainError`: `invalidPlan` when the plan belongs to another
  ///   problem, `tooLarge` when the values don't fit into memory.
  /// - Complexity: O(steps · free places + Σ (m + n + entries)), and the
  ///   colourings of the matrix-free steps.
  public convenience init(
    _ plan: PricedPlan, of problem: Problem,
    entriesOnDemand onDemand: @escaping (Int) -> Bool = { _ in false },
    keepingSeeds: Bool = true, threads: Int? = 1
  ) throws(ChainError) {
    var purpose = ProgramCompiler.Purpose()
    (purpose.onDemand, purpose.keepsSeeds) = (onDemand, keepingSeeds)
    try self.init(
      plan, of: problem, for: purpose, workers: 1,
      threads: max(1, threads ?? Crew.processors))
  }

  /// Prepares a plan to be run by several workers, as a schedule says; by one,
  /// in the order of the plan, where that is sooner done.
  ///
  /// - Parameters:
  ///   - schedule: who does what when; `machines` workers are used, but no
  ///     more than there are tasks.
  ///   - workers: the number of workers, in any case.
  /// - Throws: `ChainError`: as above, and `invalidPlan` when the schedule
  ///   doesn't fit the plan, `unsupported` for one in chunks.
  convenience init(
    _ plan: PricedPlan, of problem: Problem, following schedule: Schedule,
    workers: Int? = nil, _ costs: HandingOver = .usual
  ) throws(ChainError) {
    if plan.plan.chunks != nil {
      throw ChainError(
        .unsupported, at: "/chunks", expected: "a plan that is made at once",
        found: "one in chunks", advice: "run one step after the other")
    }
    let count = try schedule.workers(for: plan, asked: workers, costs)
    var purpose = ProgramCompiler.Purpose()
    if count > 1 { purpose.schedule = schedule }
    try self.init(plan, of: problem, for: purpose, workers: count, threads: 1)
  }

  init(
    _ plan: PricedPlan, of problem: Problem,
    for purpose: ProgramCompiler.Purpose,
    workers: Int, threads: Int
  ) throws(ChainError) {
    (self.plan, self.problem, self.threads) = (plan, problem, threads)
    chunked = try plan.chunked(for: problem, .unlimited)
    if chunked != nil {
      try ProgramCompiler.checkTargets(plan, problem)
      let givens = Set(
        plan.plan.steps.compactMap { step in
          if case .given(let factor) = step { factor } else { nil }
        }
      ).sorted()
      self.givens = givens
      written = givens.filter(purpose.onDemand)
      results = [
        Result(
          step: plan.plan.targets[0],
          count: try plan.steps[plan.plan.targets[0]].pattern.storedCount())
      ]
      targets = [.result(0)]
      (instructions, fixedSeeds, blockCount, order) = ([], [], 0, nil)
      peakBytes = Int(clamping: plan.peakBytes)
      peakBesideResults = Int(clamping: plan.workingBytes ?? plan.peakBytes)
    } else {
      let compiler = try ProgramCompiler(plan, of: problem, for: purpose)
      instructions = compiler.instructions
      var results: [Result] = []
      for step in compiler.results {
        results.append(
          Result(step: step, count: try plan.steps[step].pattern.storedCount()))
      }
      self.results = results
      (givens, written) = (compiler.givens, [])
      targets = plan.plan.targets.indices.map(compiler.source(of:))
      blockCount = compiler.layout.count
      fixedSeeds = compiler.fixedSeeds
      peakBytes = compiler.layout.peak
      peakBesideResults = compiler.layout.peakBesideResults
      order = purpose.schedule.map {
        WorkOrder(
          $0, of: plan, workers: workers, ranks: compiler.ranks,
          waits: compiler.layout.waits)
      }
    }
    positions = Dictionary(
      uniqueKeysWithValues: givens.enumerated().map { ($1, $0) })
  }

  /// Who is told of when the block doesn't fit into memory.
  var largestStep: Int {
    plan.steps.indices.max {
      plan.steps[$0].pattern.storedEntries
        < plan.steps[$1].pattern.storedEntries
    } ?? 0
  }
}

extension Program {
  /// Whether the plan reads entries of a factor that have to be handed over.
  package func readsEntries(ofFactor index: Int) -> Bool {
    positions[index] != nil && !written.contains(index)
  }

  /// Hands over the entries of a given factor, which are read where they lie.
  /// They stay from run to run, until the workspace is used by another program.
  ///
  /// - Parameters:
  ///   - matrix: in the pattern of the factor.
  ///   - index: a factor of the problem; nothing happens where the plan doesn't
  ///     read it.
  /// - Throws: `ChainError`: `malformed` for another pattern, `tooLarge` when
  ///   the workspace has no memory for the program.
  /// - Complexity: O(1) for the pattern of the problem itself.
  public func give(
    _ matrix: Matrix, asFactor index: Int, in workspace: Workspace
  ) throws(ChainError) {
    guard readsEntries(ofFactor: index), let position = positions[index] else {
      return
    }
    guard matrix.pattern == problem.patterns[index] else {
      let factor = problem.factors[index]
      throw ChainError(
        .malformed, at: place(ofFactor: index),
        expected: "\"\(factor.name)\" as "
          + "\(problem.patterns[index].structure.name), the pattern it declares",
        found: "another pattern, \(matrix.pattern.structure.name)",
        advice: "make the matrix with the pattern of the problem")
    }
    try workspace.prepare(self)
    workspace.give(matrix, at: position)
  }

  /// Hands over all entries that the plan reads.
  ///
  /// - Parameter operands: one per factor of the problem, in its order.
  /// - Throws: `ChainError`; also when an operand has none.
  func give(
    _ operands: [Operand], in workspace: Workspace
  ) throws(ChainError) {
    for factor in givens {
      guard let entries = operands[factor].entries else {
        throw missingEntries(ofFactor: factor)
      }
      try give(entries, asFactor: factor, in: workspace)
    }
  }

  /// Has the operands write the entries that the passes of a plan in chunks
  /// read.
  func writeGivens(
    _ operands: some Operands, in workspace: Workspace
  ) throws(ChainError) {
    guard !written.isEmpty else { return }
    try workspace.prepare(self)
    for factor in written {
      let matrix =
        if let known = given(factor, in: workspace) { known } else {
          try Matrix(unfilled: problem.patterns[factor])
        }
      if matrix.storedCount > 0 {
        var entries = MutableSpan(
          _unsafeStart: matrix.base, count: matrix.storedCount)
        try operands.entries(ofFactor: factor, into: &entries)
      }
      workspace.give(matrix, at: positions[factor]!)
    }
  }

  /// The step that gives a factor.
  private func place(ofFactor index: Int) -> String {
    let step = plan.plan.steps.firstIndex(of: .given(factor: index))
    return "/steps/\(step ?? 0)"
  }

  /// The error for entries that were not handed over.
  func missingEntries(ofFactor index: Int) -> ChainError {
    ChainError(
      .malformed, at: place(ofFactor: index),
      expected: "entries of \"\(problem.factors[index].name)\"",
      found: "an operand that can only be applied",
      advice: "give the entries, or plan with this factor matrix-free")
  }

  /// The entries of a factor that were handed over.
  func given(_ factor: Int, in workspace: Workspace) -> Matrix? {
    positions[factor].flatMap(workspace.given(at:))
  }
}
