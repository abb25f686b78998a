import JacobianChain

/// The lines of a text file as words, for formats without any syntax beyond
/// blanks: each line that holds something, with its number.
struct TextLines {
  /// What errors call the file.
  let file: String
  /// The number of the line that was read last, from 1; 0 before the first.
  private(set) var line = 0
  /// May end the reading.
  private(set) var pace: ReadingPace
  private let bytes: [UInt8]
  private let mostWords: Int
  private var position: Int

  /// A byte order mark of UTF-8 is passed over.
  ///
  /// - Parameters:
  ///   - mostWords: how many words of a line are told apart, so that a line of
  ///     millions costs no memory; the last one is all the rest.
  ///   - control: may end the reading.
  init(
    bytes: [UInt8], file: String, mostWords: Int = .max,
    control: SearchControl = .unlimited
  ) {
    pace = ReadingPace(control, file: file)
    self.bytes = bytes
    self.file = file
    self.mostWords = mostWords
    position =
      bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
  }

  /// That of UTF-8.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether a byte order mark says that the text is UTF-16, which has no
  /// lines of bytes.
  var isUTF16: Bool {
    bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
  }

  /// How many bytes there are.
  var size: Int { bytes.count }

  /// How many bytes are left.
  var bytesLeft: Int { max(0, bytes.count - position) }

  /// The words of the next line that isn't blank; nil after the last one,
  /// where `line` is one past the end.
  ///
  /// - Throws: `ChainError` (`limitReached`, `interrupted`).
  mutating func next() throws(ChainError) -> [ArraySlice<UInt8>]? {
    while position < bytes.count {
      try pace.pass(position)
      let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
      let words = bytes[position..<end].split(
        maxSplits: mostWords - 1, whereSeparator: Self.isBlank)
      position = end + 1
      line += 1
      if !words.isEmpty { return words }
    }
    line += 1
    return nil
  }

  /// How many lines that hold something are left.
  ///
  /// - Complexity: O(bytes).
  func remaining() throws(ChainError) -> Int {
    var rest = self
    var count = 0
    while try rest.next() != nil { count += 1 }
    return count
  }

  /// A refusal at the line that was read last.
  func refuse(
    _ expected: String, found: String, advice: String,
    kind: ChainError.Kind = .malformed
  ) -> ChainError {
    ChainError(
      kind, at: "\(file):\(line)", expected: expected, found: found,
      advice: advice)
  }

  /// How errors show words; nil stands for the end of the file.
  static func shown(_ words: [ArraySlice<UInt8>]?) -> String {
    guard let words else { return "the end of the file" }
    let text = String(
      decoding: Array(words.prefix(61).joined(separator: [0x20])),
      as: UTF8.self)
    return shown(text)
  }

  static func shown(_ text: String) -> String {
    JSONValue.string(text).summary
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
