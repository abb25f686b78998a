import JacobianChain

/// Steps of a plan, one after the other, each as a problem of its own: what it
/// makes of the values before it, held against what is right to make of them.
struct Replay {
  /// A value that is there, or a factor.
  private struct Part {
    var factor: Factor
    let operand: Operand
    /// `(c·b)·a`.
    let name: String
    /// Whether it is one factor, which needs no brackets.
    let isLeaf: Bool
  }

  private let problem: Problem
  private let operands: [Operand]
  private let control: SearchControl
  private let executor = Executor()
  private var values: [Int: Part] = [:]

  /// Longer names end with an ellipsis: values of a graph may be sums over
  /// many paths.
  private static let nameLimit = 400

  init(_ problem: Problem, _ operands: [Operand], _ control: SearchControl) {
    (self.problem, self.operands) = (problem, operands)
    self.control = control
  }

  /// The order in which a value is computed.
  ///
  /// - Precondition: its step was performed.
  func name(of step: Int) -> String { values[step]!.name }

  /// The entry of a step's value that is farthest off; nil when all are right.
  ///
  /// - Precondition: the steps before that it needs were performed.
  /// - Throws: `ChainError` when `control` stops it, or when the value takes
  ///   too much.
  /// - Complexity: the step, and a verification.
  mutating func perform(
    _ step: Step, as id: Int
  ) throws(ChainError) -> Verification.Outlier? {
    switch step {
    case .given(let factor):
      values[id] = part(factor)
      return nil
    case .accumulate(let factor, let mode):
      return try perform(
        id, [part(factor)], [.accumulate(factor: 0, mode: mode)])
    case .multiply(let outer, let inner):
      return try perform(
        id, [values[inner]!, values[outer]!],
        [
          .given(factor: 0), .given(factor: 1), .multiply(outer: 1, inner: 0),
        ])
    case .eliminate(let factor, .tangent, let operand):
      return try perform(
        id, [values[operand]!, part(factor)],
        [
          .given(factor: 0), .eliminate(factor: 1, mode: .tangent, operand: 0),
        ])
    case .eliminate(let factor, .adjoint, let operand):
      return try perform(
        id, [part(factor), values[operand]!],
        [
          .given(factor: 1), .eliminate(factor: 0, mode: .adjoint, operand: 0),
        ])
    case .add(let first, let second):
      return try perform(
        id, [values[second]!, values[first]!],
        [.given(factor: 0), .given(factor: 1), .add(1, 0)], isSum: true)
    }
  }

  private func part(_ index: Int) -> Part {
    let factor = problem.factors[index]
    return Part(
      factor: factor, operand: operands[index], name: factor.name, isLeaf: true)
  }

  /// Performs the last of these steps, the others being its operands.
  ///
  /// - Parameter parts: the factors of the steps, the inner one first.
  private mutating func perform(
    _ id: Int, _ parts: [Part], _ steps: [Step], isSum: Bool = false
  ) throws(ChainError) -> Verification.Outlier? {
    let name = Self.name(parts, isSum: isSum)
    let one = try Self.problem(of: parts.map(\.factor), isSum: isSum)
    let operands = parts.map(\.operand)
    let run = try executor.run(
      Plan(steps: steps, targets: [steps.count - 1])
        .priced(for: one, control: control),
      of: one, operands: operands, control: control)
    let value = run.targets[0]
    values[id] = Part(
      factor: Factor(
        name: name, rows: value.rows, columns: value.columns,
        structure: value.pattern.structure),
      operand: Operand(value), name: name,
      isLeaf: parts.count == 1)
    let reference = try Reference(
      Route(target: 0, of: one), of: one, operands: operands, isStrict: true,
      control: control)
    return try Verification(of: value, target: 0, against: reference).outlier
  }

  private static func name(_ parts: [Part], isSum: Bool) -> String {
    let names = parts.reversed().map { part in
      part.isLeaf || parts.count == 1 ? part.name : "(\(part.name))"
    }
    let name = names.joined(separator: isSum ? " + " : "·")
    return name.count > nameLimit ? name.prefix(nameLimit) + "…" : name
  }

  /// The product of factors, or their sum.
  private static func problem(
    of factors: [Factor], isSum: Bool
  ) throws(ChainError) -> Problem {
    let factors = factors.enumerated().map { index, factor in
      var factor = factor
      factor.name = "\(index)"
      return factor
    }
    guard isSum else { return try Problem(factors: factors) }
    return try Problem(
      factors: factors,
      graph: Graph(
        vertices: [
          Graph.Vertex(name: "x", size: factors[0].columns),
          Graph.Vertex(name: "y", size: factors[0].rows),
        ],
        arcs: factors.indices.map { Graph.Arc(factor: $0, from: 0, to: 1) }))
  }
}
