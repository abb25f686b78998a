import JacobianChain

/// What a value is called: its factors, outermost first, or its two ends; on a
/// graph the two values that it is made of.
package struct ProductName: Hashable, Sendable {
  /// All names when there are few, otherwise the outermost and innermost one.
  private let names: [String]
  /// The number of factors.
  let length: Int
  /// What stands between them: a plus in the sums of a graph.
  private let sign: String

  /// More factors than this are named by their ends.
  private static let spelledOut = 4

  /// The name of the value that step `id` makes.
  ///
  /// - Complexity: O(1): no more than four leaves are visited.
  init(of id: Int, in plan: PricedPlan, _ problem: Problem) {
    let step = plan.steps[id]
    if problem.graph != nil {
      (names, sign) = plan.operandNames(of: id, in: problem)
      length = names.count
      return
    }
    sign = "·"
    length = step.length
    names =
      step.length <= Self.spelledOut
      ? Self.word(of: id, in: plan.plan).map { problem.factors[$0].name }
      : [step.outermost!, step.innermost!].map { problem.factors[$0].name }
  }

  /// The name of `length` consecutive factors, of which all or at least the
  /// two ends are listed, outermost first.
  init(ends: [Int], length: Int, _ problem: Problem) {
    self.length = length
    sign = "·"
    let shown =
      length <= Self.spelledOut ? ends : [ends[0], ends[ends.count - 1]]
    names = shown.map { problem.factors[$0].name }
  }

  private var ends: String { names[0] + "…" + names[names.count - 1] }

  /// "dec3·dec2·dec1", or "dec3…dec1 (17 factors)".
  var full: String {
    length == names.count
      ? names.joined(separator: sign) : "\(ends) (\(length) factors)"
  }

  /// "dec3·dec2·dec1", or "dec3…dec1" where the number doesn't matter.
  var brief: String {
    length == names.count ? names.joined(separator: sign) : ends
  }

  /// The longest form that fits into `width` columns.
  func fitted(to width: Int) -> String {
    let full = full.printable
    if full.columns <= width || names.count == 1 {
      return full.abridged(to: width)
    }
    let short = "\(ends) (\(length))".printable
    if short.columns <= width { return short }
    let half = max(1, (width - 1) / 2)
    let parts = [names[0], names[names.count - 1]].map {
      $0.printable.abridged(to: half)
    }
    return parts.joined(separator: length == 2 ? sign : "…").fitted(to: width)
  }

  /// The factors of a value, outermost first.
  private static func word(of id: Int, in plan: Plan) -> [Int] {
    enum Item {
      case value(Int)
      case factor(Int)
    }
    var word: [Int] = []
    var stack: [Item] = [.value(id)]
    while let item = stack.popLast() {
      switch item {
      case .factor(let factor):
        word.append(factor)
      case .value(let value):
        switch plan.steps[value] {
        case .given(let factor), .accumulate(let factor, _):
          word.append(factor)
        case .multiply(let outer, let inner):
          stack += [.value(inner), .value(outer)]
        case .eliminate(let factor, .tangent, let operand):
          stack += [.value(operand), .factor(factor)]
        case .eliminate(let factor, .adjoint, let operand):
          stack += [.factor(factor), .value(operand)]
        case .add:
          preconditionFailure("a product has no sums")
        }
      }
    }
    return word
  }
}
