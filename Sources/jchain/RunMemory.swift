import ChainExecutor
import ChainMemory
import JacobianChain

/// What a run needs, asked before any of it is taken.
enum RunMemory {
  /// Refuses a plan whose numbers don't fit into memory: the entries of the
  /// factors, and beside them the values of the plan at their most, or its
  /// results and the vectors of their verification.
  ///
  /// - Throws: `ChainError` (`tooLarge`) at the step, factor or target that
  ///   needs most.
  static func check(_ planned: Solved) throws(ChainError) {
    let (plan, problem) = (planned.plan, planned.problem)
    let factors = problem.patterns.map { 8 * $0.storedEntries }
    // In a mapped file they take no memory that the system can't have back.
    let isMapped = planned.needsMappedResults
    let results = isMapped ? 0 : plan.resultBytes
    let checks = (0..<problem.targetCount).map {
      Verification.bytes(ofTarget: $0, in: problem)
    }
    let values = plan.steps.map { step in
      // Of a value in parts there is never all.
      if case .given = step.step {
        UInt128(0)
      } else {
        isMapped || step.passes > 1 ? 0 : 8 * step.pattern.storedEntries
      }
    }
    var largest = (bytes: UInt128(0), place: "/factors", name: "")
    func weigh(_ sizes: [UInt128], _ place: String, _ name: String) {
      for (index, bytes) in sizes.enumerated() where bytes > largest.bytes {
        largest = (bytes, "\(place)/\(index)", name)
      }
    }
    weigh(factors, "/factors", "its entries")
    weigh(values, "/steps", "its value")
    weigh(checks, "/targets", "the vectors of its verification")
    let needed =
      factors.reduce(0, +)
      + max(
        isMapped ? plan.workingBytes ?? 0 : plan.peakBytes,
        results + (checks.max() ?? 0))
    try MemoryBudget.check(
      needed, at: largest.place,
      for: "the run, of which \(MemoryBudget.words(largest.bytes)) are "
        + largest.name,
      advice: "declare the structure of the factors, or use a machine with "
        + "more memory")
  }

  /// The bytes of a baseline's values, when they are above the limit or don't
  /// fit beside what is there already; else nil.
  static func excess(of plan: PricedPlan, beyond limit: Int?) -> UInt128? {
    let bytes = plan.peakBytes
    if let limit, bytes > UInt128(limit) { return bytes }
    return bytes >= UInt128(MemoryBudget.smallest)
      && bytes > UInt128(MemoryBudget.current.bytes) ? bytes : nil
  }
}
