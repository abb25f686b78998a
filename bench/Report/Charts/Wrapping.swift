import ChainReports

extension String {
  /// Lines of at most `width` columns, broken behind spaces and hyphens where
  /// there are any; what is longer than six lines ends with ….
  func wrapped(to width: Int) -> [String] {
    let (width, limit) = (max(width, 8), 6)
    var lines: [String] = []
    var line = ""
    for piece in pieces {
      var piece = piece
      if !line.isEmpty, (line + piece.trimmed).columns > width {
        lines.append(line.trimmed)
        line = ""
      }
      while piece.columns > width {
        lines.append(String(piece.prefix(width)))
        piece = String(piece.dropFirst(width))
      }
      line += piece
    }
    if !line.trimmed.isEmpty || lines.isEmpty { lines.append(line.trimmed) }
    guard lines.count > limit else { return lines }
    return lines.prefix(limit - 1)
      + [lines.dropFirst(limit - 1).joined(separator: " ").fitted(to: width)]
  }

  /// Words with the space or hyphen behind them.
  private var pieces: [String] {
    var pieces = [""]
    for character in printable {
      pieces[pieces.count - 1].append(character)
      if character == " " || character == "-" { pieces.append("") }
    }
    return pieces.filter { !$0.isEmpty }
  }

  private var trimmed: String {
    hasSuffix(" ") ? String(dropLast()) : self
  }
}
