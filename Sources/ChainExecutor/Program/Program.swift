import JacobianChain

/// A plan made ready to be run many times: prepare once, then fill in the
/// entries of the factors, run, read the targets, and again.
///
///     let program = try Program(plan, of: problem)
///     program.withEntries(ofFactor: 0) { entries in entries[0] = 2 }
///     try program.run()
///     program.withTarget(0) { jacobian in jacobian[0] }
///
/// Entries that change from run to run are better given on demand: written
/// right before they are read, into places that they share, they are still in
/// the cache.
///
/// All values live in one block of memory that is laid out beforehand; a value
/// takes over places whose last reader has gone. Colourings, seeds and what
/// the kernels need to know of the patterns are worked out beforehand, too.
///
/// Laws: a run allocates nothing, but for the `PackingBuffer` that a thread's
/// first one may make; its targets are those of `Executor.run` with
/// any number of threads, bit for bit; its `countedFMA` is the price of the
/// plan.
///
/// Not for several threads at once: make one for each. `Executor` is for plans
/// that are run once, for operands that are matrices, and for several workers.
public final class Program {
  /// What is run.
  public let plan: PricedPlan
  /// Whose targets are computed.
  public let problem: Problem
  /// Threads of the dense products.
  public let threads: Int
  /// Memory of computed values, seeds and temporaries, bytes; the entries of
  /// given factors are not among them.
  ///
  /// Places are rounded up, large ones by more than a page, and don't move, and
  /// seeds stay, so that it may exceed the peak of an executor.
  public let peakBytes: Int
  /// Σ fma of the last run, as counted by the kernels, plus evaluations ×
  /// declared cost; 0 before the first one and after one that failed.
  public private(set) var countedFMA: UInt128 = 0
  /// Tangent and adjoint evaluations of the last run.
  public private(set) var evaluations = 0

  let instructions: [Instruction]
  private let leaves: [Range<Int>?]
  let targets: [Range<Int>]
  let buffer: Buffer

  /// Prepares a plan; all entries and targets are 0 to begin with.
  ///
  /// - Parameters:
  ///   - plan: priced for this problem.
  ///   - onDemand: whether the operands write the entries of a given factor,
  ///     in each run; others are filled in beforehand, and stay.
  ///   - threads: of the dense products, at least 1; nil for all
  ///     processors of the machine.
  /// - Throws: `ChainError`: `invalidPlan` when the plan belongs to another
  ///   problem, `tooLarge` when the values don't fit into memory.
  /// - Complexity: O(steps · free places + Σ (m + n + entries)), and the
  ///   colourings of the matrix-free steps.
  public init(
    _ plan: PricedPlan, of problem: Problem,
    entriesOnDemand onDemand: (Int) -> Bool = { _ in false },
    threads: Int? = 1
  ) throws(ChainError) {
    let compiler = try ProgramCompiler(plan, of: problem, onDemand)
    (self.plan, self.problem) = (plan, problem)
    self.threads = max(1, threads ?? Crew.processors)
    instructions = compiler.instructions
    leaves = compiler.leaves
    targets = plan.plan.targets.map { compiler.places[$0] }
    peakBytes = 8 * compiler.computedCount
    buffer = try Buffer(count: max(1, compiler.count), in: nil)
    buffer.base.update(repeating: 0, count: buffer.count)
    for seeds in compiler.fixedSeeds {
      seeds.of.writeSeeds(into: buffer.base + seeds.place.lowerBound)
    }
  }

  /// Computes the targets from the entries that are filled in and from what
  /// the operands answer.
  ///
  /// - Parameter operands: apply the matrix-free factors, and write the
  ///   entries that are given on demand.
  /// - Throws: `ChainError` when an operand fails; the location is the step, or
  ///   what the operand says of entries.
  ///   The targets then hold anything; the program can be run again. NaN and
  ///   infinity are no errors.
  /// - Complexity: the price of the plan; some 20 ns a step on top. A product
  ///   of ten dense 4 × 4 factors takes a third of a microsecond.
  public func run(_ operands: some ProgramOperands) throws(ChainError) {
    try run(operands, lastInto: nil)
  }

  /// - Parameter result: where the last product goes; nil for its own place.
  func run(
    _ operands: some ProgramOperands,
    lastInto result: UnsafeMutablePointer<Double>?
  ) throws(ChainError) {
    (countedFMA, evaluations) = (0, 0)
    let memory = buffer.base
    var (fma, applied): (UInt128, Int) = (0, 0)
    for index in instructions.indices {
      switch instructions[index] {
      case .fill(let filling):
        try filling.perform(operands, in: memory)
      case .multiply(let product):
        let place = index == instructions.count - 1 ? result : nil
        fma += UInt128(
          product.perform(in: memory, into: place, threads: threads))
      case .evaluate(let evaluation):
        try evaluation.perform(operands, in: memory)
        fma += evaluation.fma
        applied += evaluation.compression.count
      }
    }
    (countedFMA, evaluations) = (fma, applied)
  }

  /// Computes the targets of a plan without matrix-free steps.
  ///
  /// - Throws: `ChainError` (`unsupported`) when there is such a step.
  /// - Complexity: as `run(_:)`.
  public func run() throws(ChainError) { try run(NoOperands()) }
}

extension Program {
  /// Whether the plan reads entries of a factor that have to be filled in
  /// beforehand.
  public func readsEntries(ofFactor index: Int) -> Bool {
    leaves[index] != nil
  }

  /// Fills in the entries of a given factor, in place. They stay from run to
  /// run.
  ///
  /// - Parameters:
  ///   - index: a factor of the problem, m × n.
  ///   - fill: writes what its pattern stores, in the order of `Matrix`;
  ///     nothing for a unit structure.
  /// - Precondition: `readsEntries(ofFactor: index)`.
  /// - Complexity: O(1), and `fill`.
  public func withEntries<Failure: Error>(
    ofFactor index: Int,
    _ fill: (inout MutableSpan<Double>) throws(Failure) -> Void
  ) throws(Failure) {
    guard let place = leaves[index] else {
      preconditionFailure(
        "factor \(index) has no entries to be filled in beforehand")
    }
    var entries = MutableSpan(
      _unsafeStart: buffer.base + place.lowerBound, count: place.count)
    try fill(&entries)
  }

  /// The pattern of a target, m × n.
  public func targetPattern(_ index: Int) -> Pattern {
    plan.steps[plan.plan.targets[index]].pattern
  }

  /// Reads what the last run made of a target, in place.
  ///
  /// - Parameters:
  ///   - index: a target of the problem.
  ///   - body: sees what `targetPattern(index)` stores, in the order of
  ///     `Matrix`; nothing for a unit structure.
  /// - Complexity: O(1), and `body`.
  public func withTarget<Result, Failure: Error>(
    _ index: Int, _ body: (Span<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let place = targets[index]
    return try body(
      Span(_unsafeStart: buffer.base + place.lowerBound, count: place.count))
  }

  /// What the last run made of a target, as a copy that later runs leave
  /// alone.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when there isn't enough memory.
  /// - Complexity: O(stored entries).
  public func target(_ index: Int) throws(ChainError) -> Matrix {
    let matrix = try Matrix(unfilled: targetPattern(index), in: nil)
    matrix.base.update(
      from: buffer.base + targets[index].lowerBound, count: matrix.storedCount)
    return matrix
  }
}
