/// A plan in chunks as the pieces that are carried out: each is a plan for a
/// problem of its own, in which end factors are cut and values that exist
/// already are given.
///
/// The one place that knows who does what in which pass: prices, peaks and the
/// engine walk over the same pieces.
package struct ChunkedPlan: Sendable {
  /// Where the entries or products of a piece's factor come from.
  package enum Source: Hashable, Sendable {
    /// A factor of the problem, or a part of it.
    case factor(Int, rows: Range<Int>?, columns: Range<Int>?)
    /// The value of a step that an outer piece or a stage has made, or a part
    /// of it.
    case value(Int, rows: Range<Int>?, columns: Range<Int>?)
  }

  /// Steps that are done in one pass.
  package struct Piece: Sendable {
    /// How many loops it is inside of.
    package let depth: Int
    /// The part of each loop around it.
    package let parts: [Range<Int>]
    /// Its own problem.
    package let problem: Problem
    /// Its own plan.
    package let plan: PricedPlan
    /// By factor of its problem.
    package let sources: [Source]
    /// By factor the bytes that one evaluation of all of it takes beyond those
    /// of the part.
    let foreign: [UInt128]
    /// By step of its plan: the step that it is a part of; nil for factors.
    package let steps: [Int?]
    /// The steps whose values it makes for inner pieces, in order of its
    /// targets; the value of its stage itself for the innermost.
    package let makes: [Int]
    /// Bytes of the parts of given entries that are copied for it.
    package let copies: UInt128
    /// The most bytes that it takes beyond what was alive, copies included.
    package let peak: UInt128
    /// Bytes of what it makes.
    package let kept: UInt128
  }

  /// Values one after the other, the target last.
  package let stages: [ChunkedStage]

  /// - Parameter whole: the steps as they are without chunks.
  /// - Throws: `ChainError` (`invalidPlan`) when the chunks don't fit.
  init(
    _ plan: Plan, _ whole: PricedSteps, _ chunks: Chunks,
    of problem: Problem, _ control: SearchControl
  ) throws(ChainError) {
    let list = try chunks.stages(of: plan, for: problem)
    let (makers, readers) = try Self.makers(list, plan)
    var stages: [ChunkedStage] = []
    for (index, stage) in list.enumerated() {
      stages.append(
        try ChunkedStage(
          stage, of: plan, whole,
          steps: plan.steps.indices.filter { makers[$0] == index },
          reads: list[..<index].indices.filter { readers[$0] == index }.map {
            list[$0].step
          }, problem, control))
    }
    self.stages = stages
  }

  /// For each step the stage that makes it, and for each stage the one that
  /// reads its value; the target's for those that nobody reads.
  ///
  /// - Throws: `ChainError` (`invalidPlan`) when a value is read outside of the
  ///   stage in which it is made, before it is whole.
  private static func makers(
    _ stages: [Chunks.Stage], _ plan: Plan
  ) throws(ChainError) -> (of: [Int?], readers: [Int]) {
    let last = stages.count - 1
    var makers = [Int?](repeating: nil, count: plan.steps.count)
    var readers = [Int](repeating: last, count: stages.count)
    for (index, stage) in stages.enumerated() { makers[stage.step] = index }
    for id in plan.steps.indices.reversed() {
      if case .given = plan.steps[id] { continue }
      let maker = makers[id] ?? last
      makers[id] = maker
      for case let value? in [
        plan.steps[id].operands.first, plan.steps[id].operands.second,
      ] {
        if case .given = plan.steps[value] { continue }
        let other = makers[value] ?? maker
        makers[value] = other
        guard other != maker else { continue }
        guard other < maker, stages[other].step == value else {
          throw Chunks.refusal(
            "each value read where it is made, or made by a stage before",
            "step \(id), which reads a part of step \(value)")
        }
        readers[other] = maker
      }
    }
    return (makers, readers)
  }
}

extension Chunks {
  /// All stages, the target's last.
  ///
  /// - Throws: `ChainError` (`invalidPlan`) when they don't fit.
  fileprivate func stages(
    of plan: Plan, for problem: Problem
  ) throws(ChainError) -> [Stage] {
    guard problem.chain != nil else {
      throw Self.refusal(
        "one target with distinct factors, whose rows and columns can be cut",
        "\(problem.targetCount) targets or repeated factors")
    }
    guard !loops.isEmpty || !stages.isEmpty else {
      throw Self.noLoops(0)
    }
    let all = stages + [Stage(plan.targets[0], loops)]
    for (index, stage) in all.enumerated() {
      guard plan.steps.indices.contains(stage.step),
        index == 0 || all[index - 1].step < stage.step
      else {
        throw Self.refusal(
          "stages in order of their steps, and the target's last",
          "step \(stage.step)")
      }
    }
    return all
  }

  static func noLoops(_ count: Int) -> ChainError {
    refusal(
      "a loop over rows, over columns, over a shared dimension, or several "
        + "of them, each once", "\(count) loops")
  }

  static func refusal(_ expected: String, _ found: String) -> ChainError {
    ChainError(
      .invalidPlan, at: "/chunks", expected: expected, found: found,
      advice: "leave the chunks out to make the target at once")
  }
}
