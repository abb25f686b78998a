import JacobianChain

/// Turns a plan into instructions and gives every value its place.
struct ProgramCompiler {
  /// How a program is going to be run.
  struct Purpose {
    /// Whether the operands write the entries of a given factor, in each run;
    /// else they are at hand.
    var onDemand: (Int) -> Bool = { _ in false }
    /// Whether the seeds of factors alone stay from run to run.
    var keepsSeeds = false
    /// Who does what when; nil for one step after the other.
    var schedule: Schedule?
    /// Bytes that one evaluation of a factor takes beyond seed and vector.
    var foreign: (Int) -> Int = { _ in 0 }
  }

  private let plan: PricedPlan
  private let problem: Problem
  private let purpose: Purpose
  private(set) var layout = Layout()
  /// The step whose place a value has: its own, or that of the operand which a
  /// product with an identity only renames.
  private var owners: [Int]
  /// How often a place will still be read; one time more where a target lies
  /// there.
  private var reads: [Int]
  /// The steps that have used a place, when they run side by side.
  private var users: [Int: Set<Int>] = [:]
  /// When steps begin and end, by the schedule.
  private var times: [Int: Schedule.Task] = [:]
  /// Unit seeds by length; all dense factors of one size share them.
  private var unitSeeds: [Int: Place] = [:]
  /// How factors alone are evaluated, by step.
  private var accumulations: [Int: (by: Compression, seeds: Place)] = [:]
  /// The pieces of the block that values have.
  private var ranges: [Int: Range<Int>] = [:]

  private(set) var instructions: [Instruction] = []
  /// Those of each step.
  private(set) var ranks: [Range<Int>]
  /// Where each value lies while it is alive.
  private(set) var places: [Place?]
  /// Seeds that are written once and for all.
  private(set) var fixedSeeds: [(of: Compression, place: Place)] = []
  /// The steps whose values are results.
  private(set) var results: [Int] = []
  /// The factors whose entries are at hand.
  private(set) var givens: [Int] = []

  /// - Throws: `ChainError`: the plan belongs to another problem, or a value
  ///   is too large.
  /// - Complexity: O(steps · free places + Σ (m + n + entries)), and the
  ///   colourings.
  init(
    _ plan: PricedPlan, of problem: Problem, for purpose: Purpose
  ) throws(ChainError) {
    try Self.check(plan, problem)
    (self.plan, self.problem, self.purpose) = (plan, problem, purpose)
    owners = Array(plan.steps.indices)
    reads = [Int](repeating: 0, count: owners.count)
    places = [Place?](repeating: nil, count: owners.count)
    ranks = [Range<Int>](repeating: 0..<0, count: owners.count)
    countReads()
    try findResults()
    findGivens()
    if purpose.keepsSeeds { try placeFixedSeeds() }
    if let schedule = purpose.schedule {
      for task in schedule.tasks {
        layout.release(until: task.start)
        times[task.step] = task
        try compile(task.step)
      }
    } else {
      for id in owners.indices { try compile(id) }
    }
  }

  /// What a target is made of.
  func source(of target: Int) -> Program.TargetSource {
    let owner = owners[plan.plan.targets[target]]
    if case .given(let factor) = plan.plan.steps[owner], isAtHand(owner) {
      return .given(factor)
    }
    // Results come first among the pieces of memory, behind the block.
    guard let place = places[owner], place.memory != Place.block else {
      return .nothing
    }
    return .result(Int(place.memory) - 1)
  }

  private func pattern(_ id: Int) -> Pattern { plan.steps[id].pattern }

  /// The places that a step reads, each once.
  private func operands(of id: Int) -> [Int] {
    let (first, second) = plan.plan.steps[id].operands
    let (a, b) = (first.map { owners[$0] }, second.map { owners[$0] })
    return (a.map { [$0] } ?? []) + (b == a ? [] : b.map { [$0] } ?? [])
  }

  private mutating func countReads() {
    for (id, step) in plan.plan.steps.enumerated() {
      for owner in operands(of: id) { reads[owner] += 1 }
      guard case .multiply(let outer, let inner) = step else { continue }
      switch RenamedOperand(pattern(outer), pattern(inner)) {
      case .outer: owners[id] = owners[outer]
      case .inner: owners[id] = owners[inner]
      case nil: break
      }
    }
    for target in plan.plan.targets { reads[owners[target]] += 1 }
  }

  private func isAtHand(_ id: Int) -> Bool {
    guard case .given(let factor) = plan.plan.steps[id] else { return false }
    return !purpose.onDemand(factor)
  }

  private mutating func findResults() throws(ChainError) {
    for target in plan.plan.targets {
      let owner = owners[target]
      guard places[owner] == nil, !isAtHand(owner),
        try pattern(owner).storedCount() > 0
      else { continue }
      results.append(owner)
      places[owner] = Place(memory: Int32(results.count))
    }
  }

  private mutating func findGivens() {
    var memory: [Int: Int32] = [:]
    for (id, step) in plan.plan.steps.enumerated() {
      guard case .given(let factor) = step, isAtHand(id) else { continue }
      if memory[factor] == nil {
        givens.append(factor)
        memory[factor] = Int32(results.count + givens.count)
      }
      places[id] = Place(memory: memory[factor]!)
    }
  }

  /// They are written before the first run.
  private mutating func placeFixedSeeds() throws(ChainError) {
    for (id, step) in plan.plan.steps.enumerated() {
      guard case .accumulate(let factor, let mode) = step else { continue }
      let compression = Compression(of: pattern(id), mode)
      guard width(of: id, factor) == compression.count else {
        continue
      }
      let whole = problem.patterns[factor]
      let length = mode == .tangent ? whole.columns : whole.rows
      if compression.isIdentity, let shared = unitSeeds[length] {
        accumulations[id] = (compression, shared)
        continue
      }
      let count = try block(compression.count, length)
      let place = Place(
        start: try layout.take(count, by: id, bytes: 8 * count).lowerBound)
      if compression.isIdentity { unitSeeds[length] = place }
      accumulations[id] = (compression, place)
      fixedSeeds.append((compression, place))
    }
  }

  private mutating func compile(_ id: Int) throws(ChainError) {
    let step = plan.plan.steps[id]
    let first = instructions.count
    for owner in operands(of: id) where places[owner] == nil {
      try fill(owner, by: id)
    }
    switch step {
    case .given:
      if places[id] != nil, !isAtHand(id) { try fill(id, by: id) }
    case .multiply(let outer, let inner):
      let (a, b) = (pattern(outer), pattern(inner))
      try combine(
        id, outer, inner,
        working: CostModel.workingEntries(a, b, making: pattern(id))
      ) { result throws(ChainError) in
        try Product(outer: a, inner: b, result: result).kernel()
      }
    case .add(let first, let second):
      let (a, b) = (pattern(first), pattern(second))
      try combine(id, first, second, working: 0) {
        result throws(ChainError) in
        try Sum(first: a, second: b, result: result).kernel()
      }
    case .accumulate(let factor, let mode):
      try evaluate(id, factor, mode, nil)
    case .eliminate(let factor, let mode, let operand):
      try evaluate(id, factor, mode, operand)
    }
    ranks[id] = first..<instructions.count
    for owner in operands(of: id) {
      reads[owner] -= 1
      if purpose.schedule != nil { users[owner, default: []].insert(id) }
      if reads[owner] == 0 { giveBack(owner) }
    }
    if owners[id] == id, reads[id] == 0 { giveBack(id) }
  }

  /// Entries that the operands write, right before they are read for the first
  /// time.
  private mutating func fill(_ id: Int, by reader: Int) throws(ChainError) {
    guard case .given(let factor) = plan.plan.steps[id] else { return }
    let count = try pattern(id).storedCount()
    guard count > 0 else { return }
    if places[id] == nil {
      let range = try layout.take(count, by: reader, bytes: 0)
      (ranges[id], places[id]) = (range, Place(start: range.lowerBound))
    }
    instructions.append(
      Instruction(
        step: id,
        action: .fill(
          Filling(factor: factor, place: places[id]!, count: count))))
  }

  private mutating func combine(
    _ id: Int, _ outer: Int, _ inner: Int, working: UInt128,
    by make: (Pattern) throws(ChainError) -> Kernel
  ) throws(ChainError) {
    let count = try pattern(id).storedCount()
    guard owners[id] == id, count > 0 else { return }
    let kernel = try make(pattern(id))
    let result = try placeValue(id, count)
    // What was priced, whatever this kernel needs of it.
    let room = Int(min(working, 1 << 56))
    let scratch = try layout.take(room, by: id, bytes: 8 * room)
    precondition(scratch.count >= kernel.scratch)
    giveBack(scratch, from: id)
    instructions.append(
      Instruction(
        step: id,
        action: .combine(
          Combination(
            kernel: kernel, outer: place(outer), inner: place(inner),
            result: result, scratch: Place(start: scratch.lowerBound)))))
  }

  /// Where a value is read; anywhere if it stores nothing.
  private func place(_ id: Int) -> Place { places[owners[id]] ?? Place() }

  private mutating func evaluate(
    _ id: Int, _ factor: Int, _ mode: Mode, _ operand: Int?
  ) throws(ChainError) {
    let alone = accumulations[id]
    let compression = alone?.by ?? Compression(of: pattern(id), mode)
    // Where nothing can be nonzero, there is nothing to evaluate.
    guard compression.count > 0 else { return }
    let whole = problem.patterns[factor]
    let (length, height) =
      mode == .tangent
      ? (whole.columns, whole.rows) : (whole.rows, whole.columns)
    let width = width(of: id, factor)
    let isWhole = width == compression.count
    let foreign = width * purpose.foreign(factor)
    let seedCount = try block(width, length)
    let blockCount = try block(width, height)
    var result = Place()
    if !isWhole { result = try placeValue(id, pattern(id).storedCount()) }
    layout.charge(foreign)
    var source = Evaluation.Source.ready
    var taken = 0..<0
    var seeds = alone?.seeds ?? Place()
    let isOperand =
      isWhole
      && operand.map { compression.isIdentity && pattern($0).isDense } ?? false
    if isOperand {
      seeds = place(operand!)
    } else if alone == nil {
      source =
        operand.map { .compressed(EntryWalk(pattern($0)), at: place($0)) }
        ?? .units
      taken = try layout.take(seedCount, by: id, bytes: 8 * seedCount)
      seeds = Place(start: taken.lowerBound)
    }
    var evaluated = Place()
    // Seeds are gone when the value comes out of the block.
    if !isWhole {
      let range = try layout.take(blockCount, by: id, bytes: 8 * blockCount)
      evaluated = Place(start: range.lowerBound)
      giveBack(taken, from: id)
      giveBack(range, from: id)
      layout.charge(-foreign)
    } else if compression.isIdentity {
      result = try placeValue(id, blockCount)
      evaluated = result
      giveBack(taken, from: id)
      layout.charge(-foreign)
    } else {
      let range = try layout.take(blockCount, by: id, bytes: 8 * blockCount)
      evaluated = Place(start: range.lowerBound)
      giveBack(taken, from: id)
      layout.charge(-foreign)
      result = try placeValue(id, try pattern(id).storedCount())
      giveBack(range, from: id)
    }
    instructions.append(
      Instruction(
        step: id,
        action: .evaluate(
          Evaluation(
            step: id, factor: factor, name: problem.factors[factor].name,
            mode: mode, compression: compression, source: source,
            seeds: (seeds, seedCount), block: (evaluated, blockCount),
            result: result, width: width,
            fma: problem.factors[factor].fma(of: compression.count, mode)))))
  }

  /// How many seeds a step evaluates at a time.
  private func width(of id: Int, _ factor: Int) -> Int {
    plan.seedsAtOnce(
      ofStep: id, in: problem, foreign: UInt128(purpose.foreign(factor)))
  }

  /// Doubles of so many vectors.
  private func block(_ width: Int, _ length: Int) throws(ChainError) -> Int {
    try Pattern(denseRows: length, columns: width).storedCount()
  }

  /// Takes the place of a value, if it isn't a result, which has one.
  private mutating func placeValue(
    _ id: Int, _ count: Int
  ) throws(ChainError) -> Place {
    let bytes = Int(CostModel.bytes(of: pattern(id)))
    if let place = places[id] {
      layout.charge(bytes, isResult: true)
      return place
    }
    let range = try layout.take(count, by: id, bytes: bytes)
    let place = Place(start: range.lowerBound)
    (ranges[id], places[id]) = (range, place)
    return place
  }

  /// Gives back what a step has used for itself alone.
  private mutating func giveBack(_ range: Range<Int>, from id: Int) {
    guard let end = times[id]?.finish else {
      return layout.giveBack(range, bytes: 8 * range.count)
    }
    layout.giveBack(range, bytes: 8 * range.count, users: [id], end: end)
  }

  /// Gives back the place of a value that nobody will read any more.
  private mutating func giveBack(_ owner: Int) {
    guard let range = ranges[owner] else { return }
    var bytes = 0
    if case .given = plan.plan.steps[owner] {
    } else {
      bytes = Int(CostModel.bytes(of: pattern(owner)))
    }
    guard purpose.schedule != nil else {
      return layout.giveBack(range, bytes: bytes)
    }
    let users = users[owner, default: []].union([owner])
    layout.giveBack(
      range, bytes: bytes, users: users,
      end: users.compactMap { times[$0]?.finish }.max()!)
  }
}

extension Factor {
  /// Evaluations × declared cost.
  func fma(of evaluations: Int, _ mode: Mode) -> UInt128 {
    UInt128(evaluations) * UInt128(cost(mode) ?? 0)
  }
}
