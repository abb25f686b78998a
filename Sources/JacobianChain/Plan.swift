/// One step of a plan: the case holds only what that step needs. Operands are
/// ids of earlier steps.
public enum Step: Hashable, Sendable {
  /// The entries of factor `factor` are at hand.
  case given(factor: Int)
  /// J_i from χ evaluations of F_i in `mode`.
  case accumulate(factor: Int, mode: Mode)
  /// The product of two values, `outer · inner`.
  case multiply(outer: Int, inner: Int)
  /// F_i applied to a value without its own entries: J_i · operand in tangent
  /// mode, operand · J_i in adjoint mode.
  case eliminate(factor: Int, mode: Mode, operand: Int)
  /// The sum of two values of one shape; only graphs have sums.
  case add(Int, Int)

  /// The ids that the step reads.
  @inlinable
  package var operands: (first: Int?, second: Int?) {
    switch self {
    case .given, .accumulate: (nil, nil)
    case .multiply(let outer, let inner): (outer, inner)
    case .eliminate(_, _, let operand): (operand, nil)
    case .add(let first, let second): (first, second)
    }
  }
}

/// An order of computation: a flat array in SSA order.
///
/// Step ids are array positions and operands are earlier ids, so a value can
/// be used any number of times and a chain of 10^6 factors needs no recursion.
/// A value is a sum of products of factors, of one product where there is no
/// `add`. Steps name factors and no arcs, so that arcs with the same factor
/// share what is made of it.
public struct Plan: Hashable, Sendable {
  /// The steps; a step reads only steps before it.
  public var steps: [Step]
  /// For each target of the problem (each wanted block of its graph), the id of
  /// the step that computes it.
  public var targets: [Int]
  /// How the only target is made in parts; nil for all at once.
  package var chunks: Chunks?
  /// The most seed vectors that a matrix-free step evaluates at one time; nil
  /// for all of them. Fewer need less memory, and cost the same.
  package var seedsAtOnce: Int?

  /// Creates a plan; `priced(for:)` checks it.
  public init(steps: [Step], targets: [Int]) {
    self.init(steps: steps, targets: targets, chunks: nil)
  }

  /// Whether it takes its time to need less memory.
  package var isInParts: Bool { chunks != nil || seedsAtOnce != nil }

  /// Creates a plan that may be made in parts.
  package init(
    steps: [Step], targets: [Int], chunks: Chunks?, seedsAtOnce: Int? = nil
  ) {
    self.steps = steps
    self.targets = targets
    self.chunks = chunks
    self.seedsAtOnce = seedsAtOnce
  }

  /// For each step, the last step that reads its value: after that one the
  /// value can be freed. The step itself when none does, `steps.count` for a
  /// target, which lives on.
  ///
  /// - Precondition: the plan has passed `priced(for:)`.
  /// - Complexity: O(steps).
  package var lastUses: [Int] {
    var last = Array(steps.indices)
    for (id, step) in steps.enumerated() {
      if let first = step.operands.first { last[first] = id }
      if let second = step.operands.second { last[second] = id }
    }
    for target in targets { last[target] = steps.count }
    return last
  }
}
