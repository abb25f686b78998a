/// Terminal columns, not characters: names are the user's and may be wide.
extension Character {
  /// The columns that a terminal gives the character, 1 or 2.
  var columns: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    let properties = scalar.properties
    if properties.isEmojiPresentation || unicodeScalars.contains("\u{FE0F}") {
      return 2
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x20000...0x3FFFD:
      return 2
    default:
      return 1
    }
  }
}

extension String {
  /// The columns that a terminal gives the string.
  package var columns: Int { reduce(0) { $0 + $1.columns } }

  /// The string without what would move a cursor, break a line or turn the
  /// writing direction; such characters become �.
  package var printable: String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      scalars.append(scalar.isUnprintable ? "\u{FFFD}" : scalar)
    }
    return String(scalars)
  }

  /// The string, or as much of its start as fits with a … behind it.
  package func fitted(to width: Int) -> String {
    guard columns > width else { return self }
    guard width > 0 else { return "" }
    var result = ""
    var used = 1
    for character in self {
      used += character.columns
      if used > width { break }
      result.append(character)
    }
    return result + "…"
  }

  /// The string, or as much of its start and of its end as fits with a …
  /// between them: names differ at their ends more often than not.
  func abridged(to width: Int) -> String {
    guard columns > width, width > 2 else { return fitted(to: width) }
    var (end, used) = ("", 0)
    for character in reversed() {
      used += character.columns
      if used > (width - 1) / 2 { break }
      end = "\(character)\(end)"
    }
    return fitted(to: width - end.columns) + end
  }

  /// Filled with spaces on the right.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - columns))
  }

  /// Filled with spaces on the left.
  func aligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - columns)) + self
  }
}

extension Unicode.Scalar {
  fileprivate var isUnprintable: Bool {
    // Most names are ASCII, and looking a category up is slow.
    if isASCII { return value < 0x20 || value == 0x7F }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate,
      .unassigned, .privateUse:
      true
    default:
      false
    }
  }
}
