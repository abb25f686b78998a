/// The colours of a text on a terminal, by the user's own palette (ECMA-48,
/// SGR); nothing where nobody wants them. Laid out first, coloured last: a code
/// takes no column.
struct Ink {
  /// What a piece of text is, which decides how it looks.
  enum Role: String {
    /// Names and headings.
    case title = "1"
    /// What stands beside the matter.
    case quiet = "2"
    /// What is proven or verified.
    case good = "32"
    /// What is open.
    case open = "33"
    /// What must not be overlooked.
    case alarm = "1;31"
    /// The plan among its rivals.
    case own = "36"
  }

  let isColoured: Bool

  /// The text in the colours of its role.
  func callAsFunction(_ text: String, _ role: Role) -> String {
    isColoured && !text.isEmpty
      ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
