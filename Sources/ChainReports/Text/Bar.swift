/// A horizontal bar of block characters, exact to an eighth of a column.
struct Bar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The bar; empty for 0, never empty for more.
  let text: String

  /// A bar of `value` on a scale that ends at `largest`, `width` columns.
  init(_ value: UInt128, of largest: UInt128, width: Int) {
    guard value > 0, largest > 0 else {
      text = ""
      return
    }
    let share = min(1, Double(value) / Double(largest))
    let length = max(1, Int((share * Double(8 * width)).rounded()))
    text =
      String(repeating: "█", count: length / 8) + Self.eighths[length % 8]
  }
}
