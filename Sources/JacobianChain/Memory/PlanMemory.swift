/// The bytes of a plan step by step: what each makes, what it needs meanwhile,
/// and until when it is kept. From it follows the peak of any order of the
/// same steps.
///
/// Bytes are those of computed values, the indices of sparse ones included
/// (`CostModel.bytes`), of seed vectors and evaluated blocks, and of what
/// products work in. Entries of given factors belong to the caller; so does
/// what a function takes for itself beyond the block that it returns.
package struct PlanMemory: Sendable {
  /// What one step takes.
  package struct Need: Hashable, Sendable {
    /// Bytes of the value that it makes; 0 for one that has its doubles from
    /// elsewhere.
    package var value: UInt128
    /// The most bytes that it takes while it runs, its value included.
    package var most: UInt128
  }

  /// What steps take; those that come again soon once.
  private var kinds: [Need] = []
  /// Each step's place in `kinds`.
  private var kindOfStep: [Int32] = []
  /// Kinds of products by their operands' patterns, of sums by a first one that
  /// is dense and −1.
  private var known = RecentAnswers()
  /// By step, see `owner(of:)`.
  private var owners: [Int32]
  /// By step, see `lastReads(_:_:)`.
  private var lastReads: [Int32] = []

  private let plan: Plan
  private let steps: PricedSteps
  private let foreign: [UInt128]

  /// - Parameter foreign: by factor the bytes that one evaluation takes beside
  ///   its seed and its vector; empty for none.
  /// - Complexity: O(steps), and O(m) for each sparse operand.
  package init(
    _ plan: Plan, _ steps: PricedSteps, _ problem: Problem,
    foreign: [UInt128] = []
  ) {
    self.plan = plan
    self.steps = steps
    self.foreign = foreign
    owners = plan.steps.indices.map { Int32($0) }
    kindOfStep.reserveCapacity(steps.count)
    for id in steps.indices { append(id, problem) }
    lastReads = Self.lastReads(plan, owners)
  }

  /// What a step takes.
  package func need(of id: Int) -> Need { kinds[Int(kindOfStep[id])] }

  /// The step whose doubles a value has: its own, or that of the operand which
  /// a product with an identity renames.
  package func owner(of id: Int) -> Int { Int(owners[id]) }

  /// The most bytes that a step takes while it runs.
  package var mostOfOneStep: UInt128 { kinds.map(\.most).max() ?? 0 }

  private mutating func append(_ need: Need) {
    let recent = max(0, kinds.count - 16)..<kinds.count
    let place = recent.last { kinds[$0] == need } ?? kinds.count
    if place == kinds.count { kinds.append(need) }
    kindOfStep.append(Int32(place))
  }

  private mutating func append(_ id: Int, _ problem: Problem) {
    switch plan.steps[id] {
    case .given:
      append(Need(value: 0, most: 0))
    case .multiply(let outer, let inner):
      append(productOf: outer, inner, id)
    case .add(let first, _):
      let place = Int32(steps.patternPlace(of: first))
      if let kind = known.answer(place, -1) { return kindOfStep.append(kind) }
      let value = CostModel.bytes(of: steps.pattern(of: id))
      append(Need(value: value, most: value))
      // What is dense stays so, whatever is added.
      if steps.pattern(of: first).isDense {
        known.keep(kindOfStep[id], place, -1)
      }
    case .accumulate(let factor, let mode):
      append(evaluation(steps[id], problem, factor, mode, hasSeeds: false))
    case .eliminate(let factor, let mode, let operand):
      append(
        evaluation(
          steps[id], problem, factor, mode,
          hasSeeds: steps.pattern(of: id).isDense
            && steps.pattern(of: operand).isDense))
    }
  }

  private mutating func append(productOf outer: Int, _ inner: Int, _ id: Int) {
    let places = (
      Int32(steps.patternPlace(of: outer)), Int32(steps.patternPlace(of: inner))
    )
    if let kind = known.answer(places.0, places.1) {
      return kindOfStep.append(kind)
    }
    let (a, b) = (steps.pattern(of: outer), steps.pattern(of: inner))
    switch RenamedOperand(a, b) {
    case .outer: owners[id] = owners[outer]
    case .inner: owners[id] = owners[inner]
    case nil:
      let pattern = steps.pattern(of: id)
      let value = CostModel.bytes(of: pattern)
      let work =
        pattern.storedEntries == 0
        ? 0 : CostModel.workingEntries(a, b, making: pattern)
      append(Need(value: value, most: value + 8 * work))
      return known.keep(kindOfStep[id], places.0, places.1)
    }
    append(Need(value: 0, most: 0))
  }

  /// Whether a step makes a dense value of its own.
  private func makesDense(_ id: Int) -> Bool {
    if case .given = plan.steps[id] { return false }
    return steps.pattern(of: id).isDense
  }

  private func evaluation(
    _ step: PricedStep, _ problem: Problem, _ factor: Int,
    _ mode: Mode, hasSeeds: Bool
  ) -> Need {
    Self.evaluation(
      step.pattern, step.evaluations, of: problem.patterns[factor], mode,
      hasSeeds: hasSeeds, foreign: foreign.isEmpty ? 0 : foreign[factor],
      atOnce: plan.seedsAtOnce
    ).need
  }

  /// Seeds and the block that is evaluated of them, then block and value; the
  /// block of a dense value is the value. Where fewer seeds at once take less,
  /// those and their block beside the value, into which each block goes.
  ///
  /// - Parameters:
  ///   - pattern: that of the value.
  ///   - factor: the pattern of the factor that is evaluated.
  ///   - hasSeeds: whether the operand is its seeds.
  ///   - foreign: bytes that one evaluation takes beside seed and vector.
  ///   - atOnce: the most seeds that are evaluated at one time; nil for all.
  /// - Returns: what it takes, and how many seeds are evaluated at one time.
  package static func evaluation(
    _ pattern: Pattern, _ evaluations: Int, of factor: Pattern, _ mode: Mode,
    hasSeeds: Bool, foreign: UInt128 = 0, atOnce: Int? = nil
  ) -> (need: Need, width: Int) {
    let value = CostModel.bytes(of: pattern)
    // Where nothing can be nonzero, nothing is evaluated.
    guard evaluations > 0 else { return (Need(value: value, most: value), 0) }
    let (into, out) =
      mode == .tangent
      ? (factor.columns, factor.rows) : (factor.rows, factor.columns)
    func seeds(_ width: Int, areThere: Bool) -> UInt128 {
      UInt128(width) * ((areThere ? 0 : 8 * UInt128(into)) + foreign)
    }
    func block(_ width: Int) -> UInt128 { 8 * UInt128(width) * UInt128(out) }
    let start = seeds(evaluations, areThere: hasSeeds) + block(evaluations)
    let whole =
      pattern.isDense ? start : max(start, block(evaluations) + value)
    if let width = atOnce, width < evaluations {
      let few = value + seeds(width, areThere: false) + block(width)
      if few < whole { return (Need(value: value, most: few), width) }
    }
    return (Need(value: value, most: whole), evaluations)
  }

  /// For each step the last one that reads its doubles, under whatever name:
  /// itself when none does, `steps.count` when a target has them.
  private static func lastReads(_ plan: Plan, _ owners: [Int32]) -> [Int32] {
    var last = owners.indices.map { Int32($0) }
    for (id, step) in plan.steps.enumerated() {
      let (first, second) = step.operands
      if let first { last[Int(owners[first])] = Int32(id) }
      if let second { last[Int(owners[second])] = Int32(id) }
      last[Int(owners[id])] = Int32(id)
    }
    for target in plan.targets {
      last[Int(owners[target])] = Int32(owners.count)
    }
    return last
  }

  /// The most bytes alive at one time, in the order of the plan.
  ///
  /// - Complexity: O(steps).
  package var peak: UInt128 { peak { need(of: $0) } }

  /// The same when the targets are written elsewhere and don't count; nil when
  /// one of them isn't a dense value of its own.
  ///
  /// - Complexity: O(steps).
  package var peakBesideResults: UInt128? {
    var isTarget = [Bool](repeating: false, count: plan.steps.count)
    for target in plan.targets {
      guard makesDense(target), owner(of: target) == target else { return nil }
      isTarget[target] = true
    }
    return peak { id in
      var need = need(of: id)
      guard isTarget[id] else { return need }
      switch plan.steps[id] {
      // A block that is evaluated is copied.
      case .accumulate, .eliminate: break
      case .given, .multiply, .add: need.most -= need.value
      }
      need.value = 0
      return need
    }
  }

  private func peak(_ need: (Int) -> Need) -> UInt128 {
    var (alive, peak): (UInt128, UInt128) = (0, 0)
    for (id, step) in plan.steps.enumerated() {
      peak = max(peak, alive + need(id).most)
      alive += need(id).value
      let (first, second) = step.operands
      let a = first.map { Int(owners[$0]) }
      let b = second.map { Int(owners[$0]) }
      if let a, lastReads[a] == id { alive -= need(a).value }
      if let b, b != a, lastReads[b] == id { alive -= need(b).value }
      if lastReads[id] == id { alive -= need(id).value }
    }
    return peak
  }

  /// Bytes of the targets, each value once.
  package var results: UInt128 {
    Set(plan.targets.map { owner(of: $0) })
      .reduce(0) { $0 + need(of: $1).value }
  }
}

extension PricedPlan {
  /// How many seeds a matrix-free step evaluates at one time: as few as the plan
  /// says where that takes less; 0 for other steps.
  ///
  /// - Parameters:
  ///   - problem: that the plan was priced for.
  ///   - foreign: see `PlanMemory.evaluation`.
  package func seedsAtOnce(
    ofStep id: Int, in problem: Problem, foreign: UInt128 = 0
  ) -> Int {
    let step = steps[id]
    if plan.seedsAtOnce == nil { return step.evaluations }
    switch step.step {
    case .given, .multiply, .add: return 0
    case .accumulate(let factor, let mode), .eliminate(let factor, let mode, _):
      let operand = step.step.operands.first
      return PlanMemory.evaluation(
        step.pattern, step.evaluations, of: problem.patterns[factor], mode,
        hasSeeds: step.pattern.isDense
          && operand.map { steps[$0].pattern.isDense } ?? false,
        foreign: foreign, atOnce: plan.seedsAtOnce
      ).width
    }
  }
}
