extension PricedPlan {
  /// The order as mathematics writes it, outermost first:
  /// `(dec3·dec2·dec1)·(enc3·enc2·enc1)` is not enough to know the order, so
  /// every product has its own brackets: `((c·b)·a)`. The outermost pair is
  /// left out.
  ///
  /// A sum is written with a plus, in its own brackets, too.
  ///
  /// - Complexity: O(length of the word); iterative. A sum is written as often
  ///   as products use it.
  public func bracketing(ofTarget target: Int, in problem: Problem) -> String {
    enum Item {
      case value(Int, isRoot: Bool)
      case text(String)
    }
    var result = ""
    var stack: [Item] = [.value(plan.targets[target], isRoot: true)]
    while let item = stack.popLast() {
      switch item {
      case .text(let text):
        result += text
      case .value(let id, let isRoot):
        let pair: (outer: Item, inner: Item)
        var sign = "·"
        switch plan.steps[id] {
        case .given(let factor), .accumulate(let factor, _):
          result += problem.factors[factor].name
          continue
        case .multiply(let outer, let inner):
          pair = (.value(outer, isRoot: false), .value(inner, isRoot: false))
        case .eliminate(let factor, .tangent, let operand):
          pair = (
            .text(problem.factors[factor].name), .value(operand, isRoot: false)
          )
        case .eliminate(let factor, .adjoint, let operand):
          pair = (
            .value(operand, isRoot: false), .text(problem.factors[factor].name)
          )
        case .add(let first, let second):
          sign = " + "
          pair = (.value(first, isRoot: false), .value(second, isRoot: false))
        }
        if !isRoot {
          result += "("
          stack.append(.text(")"))
        }
        stack += [pair.inner, .text(sign), pair.outer]
      }
    }
    return result
  }
}
