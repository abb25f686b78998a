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
    bracketing(ofTarget: target) { problem.factors[$0].name }
  }

  private func bracketing(
    ofTarget target: Int, _ name: (Int) -> String
  ) -> String {
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
          result += name(factor)
          continue
        case .multiply(let outer, let inner):
          pair = (.value(outer, isRoot: false), .value(inner, isRoot: false))
        case .eliminate(let factor, .tangent, let operand):
          pair = (.text(name(factor)), .value(operand, isRoot: false))
        case .eliminate(let factor, .adjoint, let operand):
          pair = (.value(operand, isRoot: false), .text(name(factor)))
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

/// The order of each target and the price: `print(plan)`. A plan doesn't know
/// the names of its factors; J1 is the first one of the problem.
extension PricedPlan: CustomStringConvertible {
  /// "J3·(J2·J1)" for each target, and a line with the price.
  ///
  /// - Complexity: O(length of the words).
  public var description: String {
    description { "J\($0 + 1)" }
  }

  fileprivate func description(_ name: (Int) -> String) -> String {
    let (lines, columns) = (8, 400)
    var text = ""
    for target in plan.targets.indices.prefix(lines) {
      let order = bracketing(ofTarget: target, name)
      text += order.prefix(columns) + (order.count > columns ? "…\n" : "\n")
    }
    let rest = plan.targets.count - lines
    if rest > 0 { text += "… and \(counted(rest, "more target"))\n" }
    return text + "\(fma) fma"
  }
}

/// The order of each target, the price, and how good it is: `print(solved)`.
extension Solved: CustomStringConvertible {
  /// "decode·(tanh·encode)" for each target, and "6060 fma, optimal".
  ///
  /// - Complexity: O(length of the words).
  public var description: String {
    let price = plan.description { problem.factors[$0].name }
    let makespan = machines.map { ", \($0.schedule.makespan) of makespan" }
    return price + (makespan ?? "")
      + (status == .optimal ? ", optimal" : ", not proven optimal")
  }
}
