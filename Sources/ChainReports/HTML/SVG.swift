import JacobianChain

/// A drawing under construction; every text that enters it is escaped.
struct SVG {
  private var body = ""
  private let head: String

  init(width: Double, height: Double, title: String) {
    let (w, h) = ("\(Int(width.rounded(.up)))", "\(Int(height.rounded(.up)))")
    head =
      "<svg viewBox=\"0 0 \(w) \(h)\" width=\"\(w)\" height=\"\(h)\" "
      + "style=\"--natural:\(w)px\" role=\"img\" aria-label=\"\(title.escaped)\">\n"
  }

  /// The `<svg>` element.
  var markup: String { head + body + "</svg>\n" }

  /// A coordinate to a tenth of a pixel.
  func n(_ value: Double) -> String {
    let text = Format.fixed(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  mutating func open(_ tag: String, class style: String) {
    body += "<\(tag) class=\"\(style)\">"
  }

  mutating func close(_ tag: String) { body += "</\(tag)>\n" }

  mutating func title(_ text: String) {
    body += "<title>\(text.escaped)</title>"
  }

  mutating func path(_ data: String, class style: String) {
    body += "<path class=\"\(style)\" d=\"\(data)\"/>\n"
  }

  mutating func rect(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double,
    radius: Double = 7, class style: String
  ) {
    body +=
      "<rect class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\" "
      + "width=\"\(n(width))\" height=\"\(n(height))\" rx=\"\(n(radius))\"/>"
  }

  mutating func circle(_ x: Double, _ y: Double, _ radius: Double) {
    body +=
      "<circle class=\"dot\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\"/>"
  }

  mutating func text(
    _ text: String, x: Double, y: Double, class style: String
  ) {
    body +=
      "<text class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\">"
      + "\(text.escaped)</text>"
  }

  /// A name and, quieter, what there is to know about it.
  mutating func label(_ name: String, _ facts: String, x: Double, y: Double) {
    body +=
      "<text class=\"label\" x=\"\(n(x))\" y=\"\(n(y))\">\(name.escaped)"
      + "<tspan class=\"facts\" dx=\"8\">\(facts.escaped)</tspan></text>"
  }

  /// What a pointer that rests on a node is told.
  static func tooltip(
    _ name: ProductName, _ node: Outline.Node, _ pattern: Pattern?,
    _ share: Double
  ) -> String {
    var parts = [name.fitted(to: 60)]
    if let pattern {
      parts.append("\(pattern.shape) \(pattern.structure.name)")
    }
    parts.append("\(DigitGrouping.narrow.grouped(node.fma)) fma")
    parts.append(Format.percent(share))
    return parts.joined(separator: ", ")
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
  func leafNote(_ step: PricedPlan.PricedStep?) -> String? {
    switch self {
    case .given: "given"
    case .applied: "applied"
    case .accumulate(let mode): "\(mode.rawValue) × \(step?.evaluations ?? 0)"
    case .reused: "as above"
    case .multiply, .eliminate, .run, .runFactors, .folded: nil
    }
  }
}
