extension String {
  /// As text or attribute value of HTML or SVG: whatever is in a name, it
  /// stays text.
  package var escaped: String {
    var result = ""
    for scalar in printable.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Markup that may go on in a new line behind every factor of a product, and
  /// not before a sign that stands between two parts.
  var breakable: String {
    split(separator: "·", omittingEmptySubsequences: false)
      .joined(separator: "·<wbr>")
      .replacing(" ·", with: "\u{A0}·").replacing("× ", with: "×\u{A0}")
  }
}
