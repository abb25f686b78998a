import JacobianChain

/// The order of a target in one line, and what its signs mean.
struct Order {
  /// "(J66…J34 reverse)·(J33…J1 forward)".
  var text = ""
  /// The modes of the runs that are named by their ends.
  var runs: Set<Mode> = []
  /// Whether parts are left out, in square brackets.
  var isFolded = false
}

extension Report {
  /// The order of each target, up to a limit, and how many are left out; for a
  /// graph the vertices in the order in which they are eliminated.
  func orders(limit: Int) -> [Order] {
    if solved.problem.graph != nil { return [Order(text: eliminations)] }
    let targets = solved.problem.targets.indices
    var orders = targets.prefix(limit).map { order(ofTarget: $0) }
    if targets.count > limit {
      orders.append(
        Order(
          text: "… and \(counted(targets.count - limit, "more Jacobian"))"))
    }
    return orders
  }

  /// The order as mathematics writes it. Runs of a long chain are named by
  /// their ends and their mode: `(J66…J34 reverse)·(J33…J1 forward)`; what is
  /// too deep stands in square brackets, without its order.
  private func order(ofTarget target: Int) -> Order {
    let word = solved.problem.targets[target]
    var order = Order()
    if word.count <= 32 {
      order.text = solved.plan.bracketing(ofTarget: target, in: solved.problem)
      return order
    }
    let outline = Outline(self, target: target, foldsRuns: true, limit: 40)
    enum Item {
      case node(Int)
      case text(String)
    }
    var stack = [Item.node(0)]
    while let item = stack.popLast() {
      switch item {
      case .text(let part):
        order.text += part
      case .node(let index):
        let node = outline.nodes[index]
        let name = outline.name(of: index, in: solved.problem).brief
        guard node.children.count == 2 else {
          switch node.kind {
          case .run(let mode):
            order.text += "(\(name) \(mode.direction))"
            order.runs.insert(mode)
          case .folded:
            order.text += "[\(name)]"
            order.isFolded = true
          case .reused, .runFactors, .given, .accumulate, .applied, .multiply,
            .eliminate:
            order.text += name
          }
          continue
        }
        var closing = ")"
        if case .run(let mode) = node.kind {
          closing = " \(mode.direction))"
          order.runs.insert(mode)
        }
        let isBare = index == 0 && closing == ")"
        if !isBare { stack.append(.text(closing)) }
        stack += [
          .node(node.children[1]), .text("·"), .node(node.children[0]),
        ]
        if !isBare { order.text += "(" }
      }
    }
    return order
  }

  /// What the signs of the verdict and of the orders mean; nil when they have
  /// none that need it.
  func notation(of orders: [Order]) -> String? {
    var parts: [String] = []
    if let place = splitPlace {
      parts.append("z\(place) is what factor \(place) hands on")
    }
    for mode in Mode.allCases
    where orders.contains(where: { $0.runs.contains(mode) }) {
      let start = mode == .tangent ? "right" : "left"
      parts.append(
        "(a…b \(mode.direction)): factor by factor, from the \(start)")
    }
    if orders.contains(where: \.isFolded) {
      parts.append("[a…b]: in an order that only the JSON report spells out")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
