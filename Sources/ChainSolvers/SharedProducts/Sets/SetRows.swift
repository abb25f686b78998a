/// For each row of the tables, which values a plan for it may use: one bit a
/// pair, in memory of its own, because the bound of sets asks for little else.
final class SetRows {
  /// The 64-bit words of a row.
  let words: Int
  /// Bit w of row r is bit w mod 64 of word `r · words + w / 64`.
  let bits: FlatArray<UInt64>

  init(rows: Int, values: Int) {
    words = (values + 63) / 64
    bits = FlatArray(repeating: 0, count: rows * words)
  }

  /// Lets row `r` use value `w`.
  func insert(_ w: Int, into r: Int) {
    bits[r * words + w >> 6] |= 1 << UInt64(w & 63)
  }

  /// Lets row `r` use what row `other` uses.
  func join(_ r: Int, _ other: Int) {
    for word in 0..<words {
      bits[r * words + word] |= bits[other * words + word]
    }
  }
}
