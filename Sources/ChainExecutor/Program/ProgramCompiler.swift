import JacobianChain

/// Turns a plan into instructions and gives every value its place.
struct ProgramCompiler {
  private let plan: PricedPlan
  private let problem: Problem
  /// Of the entries of given factors.
  private var leafArena = Arena()
  /// Of everything else, behind them.
  private var arena = Arena()
  /// The step whose place a value has: its own, or that of the operand which a
  /// product with an identity only renames.
  private var owners: [Int]
  /// The last step that reads a place, by owner.
  private var lastUses: [Int]
  /// Unit seeds by length; all dense factors of one size share them.
  private var unitSeeds: [Int: Range<Int>] = [:]
  /// How factors alone are evaluated, by step.
  private var accumulations: [Int: (by: Compression, seeds: Range<Int>)] = [:]

  private(set) var instructions: [Instruction] = []
  /// Where each value lies while it is alive.
  private(set) var places: [Range<Int>]
  /// Where the entries lie that stay from run to run; nil for other factors.
  private(set) var leaves: [Range<Int>?]
  /// Seeds that are written once and for all.
  private(set) var fixedSeeds: [(of: Compression, place: Range<Int>)] = []

  /// Doubles of the whole memory.
  var count: Int { arena.count }
  /// The same without the entries of given factors, which come first.
  var computedCount: Int { arena.count - leafArena.count }
  /// What the operands write before a step, by step.
  private var fillings: [Int: [Filling]] = [:]

  /// - Throws: `ChainError`: the plan belongs to another problem, or a value
  ///   is too large.
  /// - Complexity: O(steps · free places + Σ (m + n + entries)), and the
  ///   colourings.
  init(
    _ plan: PricedPlan, of problem: Problem, _ onDemand: (Int) -> Bool
  ) throws(ChainError) {
    try Self.check(plan, problem)
    (self.plan, self.problem) = (plan, problem)
    owners = Array(plan.steps.indices)
    lastUses = plan.plan.lastUses
    places = [Range<Int>](repeating: 0..<0, count: owners.count)
    leaves = [Range<Int>?](repeating: nil, count: problem.factors.count)
    shareRenamedValues()
    try placeLeaves(onDemand)
    arena = Arena(after: leafArena.count)
    try placeFixedSeeds()
    for id in owners.indices { try compile(id) }
  }

  private func pattern(_ id: Int) -> Pattern { plan.steps[id].pattern }

  /// Entries that are filled in beforehand live as long as the program.
  private mutating func placeLeaves(
    _ onDemand: (Int) -> Bool
  ) throws(ChainError) {
    var changing: Set<Int> = []
    for (id, step) in plan.plan.steps.enumerated() {
      guard case .given(let factor) = step else { continue }
      guard !onDemand(factor) else {
        changing.insert(id)
        continue
      }
      if leaves[factor] == nil {
        leaves[factor] = try leafArena.take(pattern(id).storedCount())
      }
      places[id] = leaves[factor]!
      lastUses[id] = .max
    }
    try placeChangingLeaves(changing)
  }

  /// Others live from the first step that reads them to the last one.
  private mutating func placeChangingLeaves(
    _ changing: Set<Int>
  ) throws(ChainError) {
    var waiting = changing
    for (id, step) in plan.plan.steps.enumerated() {
      var read = [step.operands.first, step.operands.second].compactMap(\.self)
      // Who asks for a target reads it, too.
      if lastUses[id] == owners.count { read.append(id) }
      for value in read where waiting.remove(value) != nil {
        guard case .given(let factor) = plan.plan.steps[value] else { continue }
        let place = try leafArena.take(pattern(value).storedCount())
        places[value] = place
        guard !place.isEmpty else { continue }
        fillings[id, default: []].append(
          Filling(factor: factor, place: place))
      }
      for value in read {
        let owner = owners[value]
        guard changing.contains(owner), lastUses[owner] == id else { continue }
        leafArena.giveBack(places[owner])
        lastUses[owner] = .max
      }
    }
  }

  /// So do the seeds of factors alone, which are written before the first run.
  private mutating func placeFixedSeeds() throws(ChainError) {
    for (id, step) in plan.plan.steps.enumerated() {
      guard case .accumulate(let factor, let mode) = step else { continue }
      let compression = Compression(of: pattern(id), mode)
      let whole = problem.patterns[factor]
      let length = mode == .tangent ? whole.columns : whole.rows
      if compression.isIdentity, let shared = unitSeeds[length] {
        accumulations[id] = (compression, shared)
        continue
      }
      let place = try takeBlock(compression, length)
      if compression.isIdentity { unitSeeds[length] = place }
      accumulations[id] = (compression, place)
      fixedSeeds.append((compression, place))
    }
  }

  private mutating func shareRenamedValues() {
    for (id, step) in plan.plan.steps.enumerated() {
      guard case .multiply(let outer, let inner) = step else { continue }
      switch RenamedOperand(pattern(outer), pattern(inner)) {
      case .outer: owners[id] = owners[outer]
      case .inner: owners[id] = owners[inner]
      case nil: continue
      }
      lastUses[owners[id]] = max(lastUses[owners[id]], lastUses[id])
    }
  }

  private mutating func compile(_ id: Int) throws(ChainError) {
    let step = plan.plan.steps[id]
    instructions += (fillings[id] ?? []).map(Instruction.fill)
    switch step {
    case .given:
      break
    case .multiply(let outer, let inner):
      try combine(id, outer, inner) { a, b, result throws(ChainError) in
        try Product(outer: a, inner: b, result: result).kernel()
      }
    case .add(let first, let second):
      try combine(id, first, second) { a, b, result throws(ChainError) in
        try Sum(first: a, second: b, result: result).kernel()
      }
    case .accumulate(let factor, let mode):
      try evaluate(id, factor, mode, nil)
    case .eliminate(let factor, let mode, let operand):
      try evaluate(id, factor, mode, operand)
    }
    for case let value? in [id, step.operands.first, step.operands.second] {
      let owner = owners[value]
      guard lastUses[owner] == id else { continue }
      arena.giveBack(places[owner])
      // Both operands may have one place; it goes back once.
      lastUses[owner] = .max
    }
  }

  private mutating func combine(
    _ id: Int, _ outer: Int, _ inner: Int,
    by kernel: (Pattern, Pattern, Pattern) throws(ChainError) -> Kernel
  ) throws(ChainError) {
    places[id] = places[owners[id]]
    let count = try pattern(id).storedCount()
    guard owners[id] == id, count > 0 else { return }
    let kernel = try kernel(pattern(outer), pattern(inner), pattern(id))
    places[id] = try arena.take(count)
    let scratch = try arena.take(kernel.scratch)
    arena.giveBack(scratch)
    instructions.append(
      .multiply(
        Multiplication(
          kernel: kernel, outer: places[outer], inner: places[inner],
          result: places[id].lowerBound, scratch: scratch.lowerBound)))
  }

  private mutating func evaluate(
    _ id: Int, _ factor: Int, _ mode: Mode, _ operand: Int?
  ) throws(ChainError) {
    let alone = accumulations[id]
    let compression = alone?.by ?? Compression(of: pattern(id), mode)
    // Where nothing can be nonzero, there is nothing to evaluate.
    guard compression.count > 0 else { return }
    places[id] = try arena.take(pattern(id).storedCount())
    let (rows, columns) = (
      problem.patterns[factor].rows, problem.patterns[factor].columns
    )
    let (length, height) = mode == .tangent ? (columns, rows) : (rows, columns)
    var source = Evaluation.Source.ready
    var (seeds, block) = (alone?.seeds ?? 0..<0, places[id])
    if let operand {
      seeds = places[operand]
      if !compression.isIdentity || !pattern(operand).isDense {
        source = .compressed(
          EntryWalk(pattern(operand)), at: seeds.lowerBound)
        seeds = try takeBlock(compression, length)
      }
    }
    if !compression.isIdentity {
      block = try takeBlock(compression, height)
      arena.giveBack(block)
    }
    if case .compressed = source { arena.giveBack(seeds) }
    instructions.append(
      .evaluate(
        Evaluation(
          step: id, factor: factor, name: problem.factors[factor].name,
          mode: mode, compression: compression, source: source, seeds: seeds,
          block: block, result: places[id].lowerBound,
          fma: problem.factors[factor].fma(of: compression.count, mode))))
  }

  /// Room for χ vectors.
  private mutating func takeBlock(
    _ compression: Compression, _ length: Int
  ) throws(ChainError) -> Range<Int> {
    try arena.take(
      Pattern(denseRows: length, columns: compression.count).storedCount())
  }
}
