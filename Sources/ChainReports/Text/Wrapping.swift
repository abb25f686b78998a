extension String {
  /// Lines of at most `width` columns, broken behind spaces and a sign, but not
  /// between groups of digits, and inside a word only when it is wider than a
  /// line.
  package func wrapped(to width: Int, behind sign: Character = "·") -> [String]
  {
    var lines: [String] = []
    var line = ""
    var used = 0
    // Where the line can be broken: its length and columns up to there.
    var opportunity: (end: String.Index, columns: Int)?
    for character in self {
      if line.last == " ", !(line.endsInDigit && character.isNumber) {
        opportunity = (line.endIndex, used)
      }
      if used + character.columns > width {
        if let cut = opportunity {
          let rest = line[cut.end...]
          lines.append(String(line[..<cut.end]).withoutTrailingSpace)
          line = String(rest)
          used -= cut.columns
        } else {
          lines.append(line)
          line = ""
          used = 0
        }
        opportunity = nil
      }
      if line.isEmpty, character == " " { continue }
      line.append(character)
      used += character.columns
      if character == sign {
        opportunity = (line.endIndex, used)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map(\.withoutTrailingSpace)
  }

  /// Whether a digit stands before the space at the end.
  private var endsInDigit: Bool { dropLast().last?.isNumber ?? false }

  /// Without the space at a line's end.
  private var withoutTrailingSpace: String {
    hasSuffix(" ") ? String(dropLast()) : self
  }
}
