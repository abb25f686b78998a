import ChainReports

/// What colours, markers and dashes mean; set by the browser, so that names
/// of any length find their place.
struct Legend {
  var names: [String]
  var looks: [String: Look]
  /// Whether the markers are joined by curves.
  var isJoined = false
  /// Whether there are open markers.
  var hasOpen = false

  /// A list, one item a contestant.
  var markup: String {
    var items = names.compactMap { name in
      looks[name].map { item($0, name) }
    }
    if hasOpen {
      items.append(
        item(Look(.ink, .circle), "open: stopped at its limit", isOpen: true))
    }
    return "<ul class=\"legend\">\n\(items.joined())</ul>\n"
  }

  private func item(
    _ look: Look, _ name: String, isOpen: Bool = false
  ) -> String {
    let width = isJoined && !isOpen ? 34.0 : 16.0
    var drawing = SVG(width: width, height: 16)
    if isJoined, !isOpen {
      drawing.path(
        "M1 8L\(drawing.n(width - 1)) 8",
        class: "curve \(look.colour.rawValue)", dash: look.dash)
    }
    drawing.marker(look, width / 2, 8, isOpen: isOpen)
    return "<li>\(drawing.ornament)<span>\(name.escaped)</span></li>\n"
  }
}
