import ChainReports

/// An SVG under construction; every text that enters it is escaped.
struct Drawing {
  /// The share of the font size that a letter takes at most on the average;
  /// places are kept for this much.
  static let letter = 0.62

  let width: Double
  var height: Double
  private var body = ""

  /// What has been drawn.
  var content: String { body }

  init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }

  /// The `<svg>` element.
  func markup(id: String, title: String, description: String) -> String {
    """
    <svg viewBox="0 0 \(n(width)) \(n(height))" width="\(n(width))" \
    height="\(n(height))" role="img" \
    aria-labelledby="\(id)-title \(id)-text">
    <title id="\(id)-title">\(title.escaped)</title>
    <desc id="\(id)-text">\(description.escaped)</desc>
    \(body)</svg>

    """
  }

  enum Anchor: String { case start, middle, end }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start,
    class style: String = ""
  ) {
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    body +=
      "<text\(style) x=\"\(n(x))\" y=\"\(n(y))\" "
      + "text-anchor=\"\(anchor.rawValue)\">\(text.escaped)</text>\n"
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class style: String
  ) {
    path("M\(n(x1)) \(n(y1))L\(n(x2)) \(n(y2))", class: style)
  }

  mutating func path(
    _ data: String, class style: String, dash: String = ""
  ) {
    let dash = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    body += "<path class=\"\(style)\"\(dash) d=\"\(data)\"/>\n"
  }

  mutating func band(_ y: Double, _ height: Double) {
    body +=
      "<rect class=\"band\" x=\"0\" y=\"\(n(y))\" width=\"\(n(width))\" "
      + "height=\"\(n(height))\"/>\n"
  }

  /// Everything that `draw` adds belongs together and is named so when a
  /// pointer rests on it.
  mutating func group(_ title: String, _ draw: (inout Drawing) -> Void) {
    body += "<g><title>\(title.escaped)</title>\n"
    draw(&self)
    body += "</g>\n"
  }

  /// A coordinate to a tenth of a pixel.
  func n(_ value: Double) -> String {
    let text = Format.fixed(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// How wide a text of a font size is at most.
  static func width(_ text: String, size: Double) -> Double {
    Double(text.columns) * size * letter
  }
}
