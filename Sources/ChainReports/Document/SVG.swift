/// An SVG under construction; every text that enters it is escaped.
package struct SVG {
  /// The share of the font size that a letter takes at most on the average;
  /// places are kept for this much.
  package static let letter = 0.62

  package let width: Double
  package var height: Double
  /// Where a drawing may be cut: below its first row, and each one that
  /// follows.
  var rows = (first: 40.0, pitch: 40.0)

  /// What has been drawn.
  package private(set) var content = ""

  package init(width: Double, height: Double) {
    (self.width, self.height) = (width.rounded(.up), height.rounded(.up))
  }

  /// The `<svg>` element of a figure.
  ///
  /// - Parameter isShownAgain: what is drawn has a name, `id-drawing`.
  package func markup(
    id: String, of figure: Figure, isShownAgain: Bool = false
  ) -> String {
    let content =
      isShownAgain ? "<g id=\"\(id)-drawing\">\n\(content)</g>\n" : content
    return """
      <svg \(size) style="--natural:\(n(width))px" role="img" \
      aria-labelledby="\(id)-title \(id)-text">
      <title id="\(id)-title">\(figure.title.escaped)</title>
      <desc id="\(id)-text">\(figure.caption.escaped)</desc>
      \(content)</svg>

      """
  }

  /// The `<svg>` element of something that the text beside it says.
  package var ornament: String {
    "<svg \(size) aria-hidden=\"true\">\(content)</svg>"
  }

  private var size: String {
    let (width, height) = (n(width), n(height.rounded(.up)))
    return "viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
      + "height=\"\(height)\""
  }

  /// A coordinate to a tenth of a pixel.
  package func n(_ value: Double) -> String {
    let text = Format.fixed(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// How wide a text of a font size is at most.
  package static func width(_ text: String, size: Double) -> Double {
    Double(text.columns) * size * letter
  }

  /// Everything that `draw` adds belongs together and is named so when a
  /// pointer rests on it.
  package mutating func group(
    _ title: String = "", class style: String = "",
    _ draw: (inout SVG) -> Void
  ) {
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    let title = title.isEmpty ? "" : "<title>\(title.escaped)</title>\n"
    content += "<g\(style)>\(title)"
    draw(&self)
    content += "</g>\n"
  }

  package mutating func path(
    _ data: String, class style: String, dash: String = ""
  ) {
    let dash = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    content += "<path class=\"\(style)\"\(dash) d=\"\(data)\"/>\n"
  }

  package mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class style: String
  ) {
    path("M\(n(x1)) \(n(y1))L\(n(x2)) \(n(y2))", class: style)
  }

  package mutating func rect(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double,
    radius: Double = 7, class style: String
  ) {
    content +=
      "<rect class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\" "
      + "width=\"\(n(width))\" height=\"\(n(height))\" rx=\"\(n(radius))\"/>\n"
  }

  mutating func circle(_ x: Double, _ y: Double, _ radius: Double) {
    content +=
      "<circle class=\"dot\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\"/>"
  }

  /// What of a text stands where it is put.
  package enum Anchor: String { case start, middle, end }

  package mutating func text(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .middle,
    class style: String = ""
  ) {
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    let place =
      anchor == .middle ? "" : " style=\"text-anchor:\(anchor.rawValue)\""
    content +=
      "<text\(style) x=\"\(n(x))\" y=\"\(n(y))\"\(place)>"
      + "\(text.escaped)</text>\n"
  }

  /// A name and, quieter, what there is to know about it.
  mutating func label(_ name: String, _ facts: String, x: Double, y: Double) {
    content +=
      "<text class=\"label\" x=\"\(n(x))\" y=\"\(n(y))\">\(name.escaped)"
      + "<tspan class=\"facts\" dx=\"8\">\(facts.escaped)</tspan></text>"
  }
}
