import JacobianChain

extension Step {
  /// The style class, one per colour of the legend.
  var style: String {
    switch self {
    case .given: "given"
    case .accumulate: "accumulate"
    case .multiply: "multiply"
    case .eliminate: "eliminate"
    case .add: "add"
    }
  }
}

extension Outline.Kind {
  /// The style class, one per colour of the legend.
  var style: String {
    switch self {
    case .given: "given"
    case .accumulate: "accumulate"
    case .multiply: "multiply"
    case .applied, .eliminate: "eliminate"
    case .run, .runFactors: "run"
    case .folded, .reused: "folded"
    }
  }

  /// What the kind is called in an outline; empty where the name says it.
  var note: String {
    switch self {
    case .given, .multiply, .runFactors: ""
    case .accumulate(let mode): "accumulated, \(mode.rawValue)"
    case .applied: "applied"
    case .eliminate(let mode): "eliminated, \(mode.rawValue)"
    case .run(let mode): mode.direction
    case .folded: "not drawn further"
    case .reused: "as above"
    }
  }

  /// What stands below a leaf's name; nil for its price.
  func leafNote(_ step: PricedStep?) -> String? {
    switch self {
    case .given: "given"
    case .applied: "applied"
    case .accumulate(let mode): "\(mode.rawValue) × \(step?.evaluations ?? 0)"
    case .reused: "as above"
    case .multiply, .eliminate, .run, .runFactors, .folded: nil
    }
  }
}

extension Outline.Node {
  /// What a pointer that rests on a node is told.
  func tooltip(
    _ name: ProductName, _ pattern: Pattern?, _ share: Double
  ) -> String {
    var parts = [name.fitted(to: 60)]
    if let pattern {
      parts.append("\(pattern.shape) \(pattern.structure.name)")
    }
    parts.append("\(DigitGrouping.narrow.grouped(fma)) fma")
    parts.append(Format.percent(share))
    return parts.joined(separator: ", ")
  }
}
