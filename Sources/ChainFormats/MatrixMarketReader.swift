import JacobianChain

/// Reads line by line; every count of the header is held against the bytes
/// that are there before anything is allocated for it.
struct MatrixMarketReader {
  enum Field { case real, integer, pattern }
  enum Symmetry: String {
    case general, symmetric
    case skewSymmetric = "skew-symmetric"
  }

  /// The bytes of the file, after which its empty rows are limited.
  let fileSize: Int
  var lines: TextLines
  private(set) var field = Field.real
  private(set) var symmetry = Symmetry.general

  /// - Parameter fileSize: what `text` takes on the disk, compressed or not.
  init(
    text: [UInt8], fileSize: Int, file: String, _ control: SearchControl
  ) {
    self.fileSize = fileSize
    // No line has more than five.
    lines = TextLines(
      bytes: text, file: file, mostWords: 8, control: control)
  }

  mutating func read() throws(ChainError) -> MatrixMarketFile {
    let isArray = try readBanner()
    let size = try readSize(isArray ? 2 : 3)
    let (rows, columns) = (size[0], size[1])
    let most = MatrixMarketFile.extentLimit(ofBytes: fileSize)
    for (name, count) in [("rows", rows), ("columns", columns)] {
      guard count >= 1 else {
        throw refuse("at least 1 of \(name)", "\(count)", "correct the size")
      }
      guard count <= most else {
        throw refuse(
          "at most \(most) \(name) in a file of \(fileSize) bytes",
          "\(count)", "correct the size line", kind: .tooLarge)
      }
    }
    guard symmetry == .general || rows == columns else {
      throw refuse(
        "a square shape, because the matrix is \(symmetry.rawValue)",
        "\(rows) × \(columns)", "declare it general, or correct the size")
    }
    let entries =
      isArray
      ? try readArray(rows, columns)
      : try readCoordinates(rows, columns, size[2])
    return try finish(rows, columns, entries)
  }

  private mutating func readBanner() throws(ChainError) -> Bool {
    let advice = "start with %%MatrixMarket matrix coordinate real general"
    let words = (try lines.next() ?? [])
      .map { String(decoding: $0, as: UTF8.self).lowercased() }
    guard words.first == "%%matrixmarket" else {
      throw ChainError(
        .malformed, at: "\(lines.file):1",
        expected: "the first word %%MatrixMarket",
        found: lines.isUTF16
          ? "a byte order mark of UTF-16"
          : words.first.map(TextLines.shown) ?? "nothing",
        advice: lines.isUTF16 ? "save the file as ASCII or UTF-8" : advice)
    }
    guard words.count == 5, words[1] == "matrix" else {
      throw refuse(
        "five words: %%MatrixMarket matrix FORMAT FIELD SYMMETRY",
        TextLines.shown(words.joined(separator: " ")), advice)
    }
    guard words[2] == "coordinate" || words[2] == "array" else {
      throw refuse(
        "coordinate or array", TextLines.shown(words[2]), advice)
    }
    switch words[3] {
    // Not in the specification, but written by some.
    case "real", "double": field = .real
    case "integer", "unsigned-integer": field = .integer
    case "pattern": field = .pattern
    default:
      throw refuse(
        "real, integer or pattern", TextLines.shown(words[3]),
        "save the matrix with real entries")
    }
    guard let symmetry = Symmetry(rawValue: words[4]) else {
      throw refuse(
        "general, symmetric or skew-symmetric", TextLines.shown(words[4]),
        "save the matrix as general")
    }
    self.symmetry = symmetry
    let isArray = words[2] == "array"
    guard field != .pattern || (!isArray && symmetry != .skewSymmetric) else {
      throw refuse(
        "entries, because the matrix is \(words[2]) \(words[4])", "pattern",
        "save it as coordinate pattern general, or with real entries")
    }
    return isArray
  }

  private mutating func readSize(_ count: Int) throws(ChainError) -> [Int] {
    let expected =
      count == 3 ? "the size: rows columns entries" : "the size: rows columns"
    let words = try words(expected).map(\.withoutPlus)
    guard words.count == count,
      words.allSatisfy({ $0.allSatisfy(Decimal.isDigit) })
    else {
      throw refuse(
        expected, TextLines.shown(words),
        "write \(count) whole numbers on the line")
    }
    var size: [Int] = []
    for word in words {
      guard let number = Decimal.natural(word).flatMap(Int.init(exactly:))
      else {
        throw refuse(
          "whole numbers below 2^63", TextLines.shown([word]),
          "correct the size line")
      }
      size.append(number)
    }
    return size
  }

  private mutating func finish(
    _ rows: Int, _ columns: Int, _ entries: Entries
  ) throws(ChainError) -> MatrixMarketFile {
    if try nextWords() != nil {
      throw refuse(
        "the end of the file", "more lines than declared",
        "correct the count in the size line, or remove what follows")
    }
    let pattern: SparsePattern
    do {
      pattern = try SparsePattern(
        rows: rows, columns: columns, rowIndices: entries.rows,
        columnIndices: entries.columns)
    } catch {
      var error = error
      error.location = lines.file
      throw error
    }
    var values = [Double](repeating: 0, count: pattern.entries)
    var isSeen = [Bool](repeating: false, count: pattern.entries)
    var pace = lines.pace
    for entry in entries.rows.indices {
      try pace.pass(lines.size + entry * MemoryLayout<Double>.size)
      let (row, column) = (entries.rows[entry], entries.columns[entry])
      let position = pattern.position(row: row, column: column)!
      guard !isSeen[position] else {
        throw ChainError(
          .malformed, at: "\(lines.file):\(entries.lines[entry])",
          expected: "coordinates not used before",
          found: "a second (\(row + 1), \(column + 1))",
          advice: symmetry == .general
            ? "add the values up and keep one line"
            : "store one triangle only, or declare the matrix general")
      }
      isSeen[position] = true
      values[position] = entries.values[entry]
    }
    return MatrixMarketFile(
      pattern: pattern, values: field == .pattern ? nil : values)
  }
}

extension MatrixMarketReader {
  /// The words of the next line that isn't blank or a comment; nil at the end.
  mutating func nextWords() throws(ChainError) -> [ArraySlice<UInt8>]? {
    while let words = try lines.next() {
      if words[0].first != UInt8(ascii: "%") { return words }
    }
    return nil
  }

  /// The same, where something has to follow.
  mutating func words(
    _ expected: String
  ) throws(ChainError) -> [ArraySlice<UInt8>] {
    if let words = try nextWords() { return words }
    throw refuse(
      expected, "the end of the file", "get the whole file, or correct the size"
    )
  }

  func refuse(
    _ expected: String, _ found: String, _ advice: String,
    kind: ChainError.Kind = .malformed
  ) -> ChainError {
    lines.refuse(expected, found: found, advice: advice, kind: kind)
  }
}
