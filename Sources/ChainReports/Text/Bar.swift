/// A horizontal bar of block characters, exact to an eighth of a column.
struct Bar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The bar; empty for 0, never empty for more.
  let text: String

  /// A bar of a share, 0 to 1, of `width` columns.
  init(_ share: Double, width: Int) {
    guard share > 0 else {
      text = ""
      return
    }
    let length = max(1, Int((min(1, share) * Double(8 * width)).rounded()))
    text =
      String(repeating: "█", count: length / 8) + Self.eighths[length % 8]
  }
}
