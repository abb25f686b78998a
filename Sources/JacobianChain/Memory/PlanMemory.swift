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

  /// By step.
  package private(set) var needs: [Need] = []
  /// The step whose doubles a value has: its own, or that of the operand which
  /// a product with an identity renames.
  package private(set) var owners: [Int]

  private let plan: Plan
  /// By step, see `lastReads(_:_:)`.
  private var lastReads: [Int] = []
  /// By step: whether it makes a dense value of its own.
  private let makesDense: [Bool]
  private let foreign: [UInt128]

  /// - Parameter foreign: by factor the bytes that one evaluation takes beside
  ///   its seed and its vector; empty for none.
  /// - Complexity: O(steps), and O(m) for each sparse operand.
  package init(
    _ plan: Plan, _ steps: [PricedPlan.PricedStep], _ problem: Problem,
    foreign: [UInt128] = []
  ) {
    self.plan = plan
    self.foreign = foreign
    makesDense = steps.indices.map { id in
      if case .given = steps[id].step { return false }
      return steps[id].pattern.isDense
    }
    owners = Array(plan.steps.indices)
    needs.reserveCapacity(steps.count)
    for id in steps.indices { append(id, steps, problem) }
    lastReads = Self.lastReads(plan, owners)
  }

  // Steps are read where they lie: they are long to copy.
  private mutating func append(
    _ id: Int, _ steps: [PricedPlan.PricedStep], _ problem: Problem
  ) {
    switch steps[id].step {
    case .given:
      needs.append(Need(value: 0, most: 0))
    case .multiply(let outer, let inner):
      switch RenamedOperand(steps[outer].pattern, steps[inner].pattern) {
      case .outer: owners[id] = owners[outer]
      case .inner: owners[id] = owners[inner]
      case nil:
        let value = CostModel.bytes(of: steps[id].pattern)
        let work =
          steps[id].pattern.storedEntries == 0
          ? 0
          : CostModel.workingEntries(
            steps[outer].pattern, steps[inner].pattern,
            making: steps[id].pattern)
        needs.append(Need(value: value, most: value + 8 * work))
        return
      }
      needs.append(Need(value: 0, most: 0))
    case .add:
      let value = CostModel.bytes(of: steps[id].pattern)
      needs.append(Need(value: value, most: value))
    case .accumulate(let factor, let mode):
      needs.append(
        evaluation(id, steps, problem, factor, mode, hasSeeds: false))
    case .eliminate(let factor, let mode, let operand):
      needs.append(
        evaluation(
          id, steps, problem, factor, mode,
          hasSeeds: steps[id].pattern.isDense && steps[operand].pattern.isDense)
      )
    }
  }

  private func evaluation(
    _ id: Int, _ steps: [PricedPlan.PricedStep], _ problem: Problem,
    _ factor: Int, _ mode: Mode, hasSeeds: Bool
  ) -> Need {
    Self.evaluation(
      steps[id].pattern, steps[id].evaluations, of: problem.patterns[factor],
      mode, hasSeeds: hasSeeds, foreign: foreign.isEmpty ? 0 : foreign[factor])
  }

  /// Seeds and the block that is evaluated of them, then block and value; the
  /// block of a dense value is the value.
  ///
  /// - Parameters:
  ///   - pattern: that of the value.
  ///   - factor: the pattern of the factor that is evaluated.
  ///   - hasSeeds: whether the operand is its seeds.
  ///   - foreign: bytes that one evaluation takes beside seed and vector.
  package static func evaluation(
    _ pattern: Pattern, _ evaluations: Int, of factor: Pattern, _ mode: Mode,
    hasSeeds: Bool, foreign: UInt128 = 0
  ) -> Need {
    let value = CostModel.bytes(of: pattern)
    // Where nothing can be nonzero, nothing is evaluated.
    guard evaluations > 0 else { return Need(value: value, most: value) }
    let (into, out) =
      mode == .tangent
      ? (factor.columns, factor.rows) : (factor.rows, factor.columns)
    let width = 8 * UInt128(evaluations)
    let seeds =
      (hasSeeds ? 0 : width * UInt128(into))
      + UInt128(evaluations) * foreign
    let block = width * UInt128(out)
    return Need(
      value: value,
      most: pattern.isDense
        ? seeds + block : max(seeds + block, block + value))
  }

  /// For each step the last one that reads its doubles, under whatever name:
  /// itself when none does, `steps.count` when a target has them.
  private static func lastReads(_ plan: Plan, _ owners: [Int]) -> [Int] {
    var last = Array(owners.indices)
    for (id, step) in plan.steps.enumerated() {
      let (first, second) = step.operands
      if let first { last[owners[first]] = id }
      if let second { last[owners[second]] = id }
      last[owners[id]] = id
    }
    for target in plan.targets { last[owners[target]] = owners.count }
    return last
  }

  /// The most bytes alive at one time, in the order of the plan.
  ///
  /// - Complexity: O(steps).
  package var peak: UInt128 { peak(of: needs) }

  /// The same when the targets are written elsewhere and don't count; nil when
  /// one of them isn't a dense value of its own.
  ///
  /// - Complexity: O(steps).
  package var peakBesideResults: UInt128? {
    var needs = needs
    for target in Set(plan.targets) {
      guard makesDense[target], owners[target] == target else { return nil }
      // A block that is evaluated is copied.
      if case .accumulate = plan.steps[target] {
      } else if case .eliminate = plan.steps[target] {
      } else {
        needs[target].most -= needs[target].value
      }
      needs[target].value = 0
    }
    return peak(of: needs)
  }

  private func peak(of needs: [Need]) -> UInt128 {
    var (alive, peak): (UInt128, UInt128) = (0, 0)
    for (id, step) in plan.steps.enumerated() {
      peak = max(peak, alive + needs[id].most)
      alive += needs[id].value
      let (first, second) = step.operands
      let (a, b) = (first.map { owners[$0] }, second.map { owners[$0] })
      if let a, lastReads[a] == id { alive -= needs[a].value }
      if let b, b != a, lastReads[b] == id { alive -= needs[b].value }
      if lastReads[id] == id { alive -= needs[id].value }
    }
    return peak
  }

  /// Bytes of the targets, each value once.
  package var results: UInt128 {
    Set(plan.targets.map { owners[$0] }).reduce(0) { $0 + needs[$1].value }
  }
}
