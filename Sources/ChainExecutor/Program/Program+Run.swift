import JacobianChain

extension Program {
  /// What a run has done.
  public struct Count: Hashable, Sendable {
    /// Σ fma, as counted by the kernels, plus evaluations × declared cost.
    public internal(set) var fma: UInt128 = 0
    /// Tangent and adjoint evaluations performed.
    public internal(set) var evaluations = 0
  }

  /// Computes the targets from the entries that were handed over and from what
  /// the operands answer, on the calling thread.
  ///
  /// - Parameters:
  ///   - operands: apply the matrix-free factors, and write the entries that
  ///     are given on demand; need be none for a plan that asks for neither.
  ///   - workspace: where it runs, and where the targets are then.
  /// - Throws: `ChainError` when an operand fails; the location is the step, or
  ///   what the operand says of entries; `malformed` when entries weren't
  ///   handed over; `tooLarge` when the workspace has no memory for the program.
  ///   It can be run again. NaN and infinity are no errors.
  /// - Complexity: the price of the plan; some 20 ns a step on top. A product
  ///   of ten dense 4 × 4 factors takes a third of a microsecond.
  @discardableResult
  public func run(
    _ operands: some Operands = NoOperands(), in workspace: Workspace
  ) throws(ChainError) -> Count {
    try writeGivens(operands, in: workspace)
    try begin(in: workspace)
    guard chunked == nil else {
      var record = Record(self)
      _ = try performInChunks(operands, in: workspace, &record)
      return record.count
    }
    var count = Count()
    try perform(operands, workspace.memories, &count)
    return count
  }

  /// Makes a workspace ready for a run.
  ///
  /// - Parameter places: where targets go, if they are dense; nil, or fewer of
  ///   them, for the workspace.
  func begin(
    in workspace: Workspace, at places: [ResultPlace?] = []
  ) throws(ChainError) {
    try workspace.prepare(self)
    if let missing = workspace.firstMissing {
      throw missingEntries(ofFactor: givens[missing])
    }
    var buffers: [Buffer?] = []
    for (target, place) in zip(targets.indices, places) {
      guard case .result(let index) = targets[target], let place,
        targetPattern(target).isDense
      else { continue }
      if buffers.isEmpty {
        buffers = [Buffer?](repeating: nil, count: results.count)
      }
      buffers[index] = place.buffer
    }
    try workspace.begin(at: buffers)
  }

  /// The peak of a run whose targets go to these places.
  func peakBytes(at places: [ResultPlace?]) -> Int {
    let isElsewhere = targets.indices.allSatisfy { target in
      guard case .result = targets[target] else { return true }
      return target < places.count && places[target] != nil
        && targetPattern(target).isDense
    }
    return isElsewhere ? peakBesideResults : peakBytes
  }

  /// Performs all instructions in their order.
  @inline(__always)
  func perform(
    _ operands: some Operands, _ memories: Memories,
    _ books: inout some Bookkeeping
  ) throws(ChainError) {
    for instruction in instructions {
      try books.begin(instruction.step)
      try perform(instruction, operands, memories, &books)
    }
  }

  @inline(__always)
  func perform(
    _ instruction: Instruction, _ operands: some Operands,
    _ memories: Memories, _ books: inout some Bookkeeping
  ) throws(ChainError) {
    switch instruction.action {
    case .fill(let filling):
      try filling.perform(operands, in: memories)
      books.book(instruction.step, 0, 0)
    case .combine(let combination):
      let fma = combination.perform(in: memories, threads: threads)
      books.book(instruction.step, UInt128(fma), 0)
    case .evaluate(let evaluation):
      try evaluation.perform(operands, in: memories)
      books.book(
        instruction.step, evaluation.fma, evaluation.compression.count)
    }
  }
}

/// What is told of the steps of a run.
protocol Bookkeeping {
  /// Before a step; may say stop.
  mutating func begin(_ step: Int) throws(ChainError)
  /// After it.
  mutating func book(_ step: Int, _ fma: UInt128, _ evaluations: Int)
}

extension Program.Count: Bookkeeping {
  @inline(__always)
  mutating func begin(_ step: Int) {}

  @inline(__always)
  mutating func book(_ step: Int, _ fma: UInt128, _ evaluations: Int) {
    self.fma += fma
    self.evaluations += evaluations
  }
}

/// What a run has done, step by step.
struct Record: Bookkeeping {
  private(set) var count = Program.Count()
  private(set) var stepFMA: [UInt128]
  /// Wall-clock seconds, 0 unless they are asked for.
  private(set) var stepSeconds: [Double]
  /// The most bytes of a plan in chunks, as its pieces have taken them.
  var peakBytes = 0
  let isTiming: Bool
  let control: SearchControl
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant?

  init(
    _ program: Program, timing: Bool = false,
    control: SearchControl = .unlimited
  ) {
    stepFMA = [UInt128](repeating: 0, count: program.plan.steps.count)
    stepSeconds = [Double](repeating: 0, count: stepFMA.count)
    isTiming = timing
    self.control = control
  }

  mutating func begin(_ step: Int) throws(ChainError) {
    try control.checkpoint()
    if isTiming { start = clock.now }
  }

  mutating func book(_ step: Int, _ fma: UInt128, _ evaluations: Int) {
    book(
      step, fma, evaluations,
      seconds: start.map { (clock.now - $0) / .seconds(1) } ?? 0)
  }

  mutating func book(
    _ step: Int, _ fma: UInt128, _ evaluations: Int, seconds: Double
  ) {
    count.book(step, fma, evaluations)
    stepFMA[step] += fma
    stepSeconds[step] += seconds
  }

  /// Books what a piece has done, by the steps that its own are parts of.
  mutating func book(_ piece: Record, asPartsOf origins: [Int?]) {
    for (step, origin) in origins.enumerated() {
      guard let origin else { continue }
      book(origin, piece.stepFMA[step], 0, seconds: piece.stepSeconds[step])
    }
    count.evaluations += piece.count.evaluations
  }
}
