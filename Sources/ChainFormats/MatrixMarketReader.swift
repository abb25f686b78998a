import JacobianChain

/// Reads line by line; every count of the header is held against the bytes
/// that are there before anything is allocated for it.
struct MatrixMarketReader {
  private enum Field: String, CaseIterable { case real, integer, pattern }
  private enum Symmetry: String, CaseIterable {
    case general, symmetric
    case skewSymmetric = "skew-symmetric"
  }

  let bytes: [UInt8]
  let file: String
  private var position = 0
  private var line = 0
  private var field = Field.real
  private var symmetry = Symmetry.general

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  mutating func read() throws(ChainError) -> MatrixMarketFile {
    let isArray = try readBanner()
    let size = try readSize(isArray ? 2 : 3)
    let (rows, columns) = (size[0], size[1])
    let most = MatrixMarketFile.extentLimit(ofBytes: bytes.count)
    for (name, count) in [("rows", rows), ("columns", columns)] {
      guard count >= 1 else {
        throw refuse("at least 1 of \(name)", "\(count)", "correct the size")
      }
      guard count <= most else {
        throw refuse(
          "at most \(most) \(name) in a file of \(bytes.count) bytes",
          "\(count)", "correct the size line", kind: .tooLarge)
      }
    }
    guard symmetry == .general || rows == columns else {
      throw refuse(
        "a square shape, because the matrix is \(symmetry.rawValue)",
        "\(rows) × \(columns)", "declare it general, or correct the size")
    }
    return isArray
      ? try readArray(rows, columns)
      : try readCoordinates(rows, columns, size[2])
  }

  private mutating func readBanner() throws(ChainError) -> Bool {
    let advice = "start with %%MatrixMarket matrix coordinate real general"
    let words = (nextLine() ?? []).split(separator: 0x20)
      .map { String(decoding: $0, as: UTF8.self).lowercased() }
    guard words.first == "%%matrixmarket" else {
      throw refuse(
        "the first word %%MatrixMarket", words.first.map(shown) ?? "nothing",
        advice)
    }
    guard words.count == 5, words[1] == "matrix" else {
      throw refuse(
        "five words: %%MatrixMarket matrix FORMAT FIELD SYMMETRY",
        shown(words.joined(separator: " ")), advice)
    }
    guard words[2] == "coordinate" || words[2] == "array" else {
      throw refuse("coordinate or array", shown(words[2]), advice)
    }
    guard let field = Field(rawValue: words[3]) else {
      throw refuse(
        "real, integer or pattern", shown(words[3]),
        "save the matrix with real entries")
    }
    guard let symmetry = Symmetry(rawValue: words[4]) else {
      throw refuse(
        "general, symmetric or skew-symmetric", shown(words[4]),
        "save the matrix as general")
    }
    (self.field, self.symmetry) = (field, symmetry)
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
    let words = try words(expected)
    let numbers = words.compactMap {
      Decimal.natural($0).flatMap(Int.init(exactly:))
    }
    guard words.count == count, numbers.count == count else {
      throw refuse(
        expected, shown(words), "write \(count) whole numbers on the line")
    }
    return numbers
  }

  private mutating func readCoordinates(
    _ rows: Int, _ columns: Int, _ count: Int
  ) throws(ChainError) -> MatrixMarketFile {
    // "1 1" and a newline: no entry takes fewer bytes.
    let most = (bytes.count - position) / 4 + 1
    guard count <= most else {
      throw refuse(
        "at most \(most) entries in the rest of the file", "\(count) declared",
        "correct the size line, or get the whole file", kind: .tooLarge)
    }
    var entries = Entries()
    entries.reserve(symmetry == .general ? count : 2 * count)
    for _ in 0..<count {
      let words = try words("\(count) entries, one per line")
      let wanted = field == .pattern ? 2 : 3
      guard words.count == wanted else {
        throw refuse(
          wanted == 2 ? "a row and a column" : "a row, a column and a value",
          shown(words), "write \(wanted) numbers separated by spaces")
      }
      let row = try index(words[0], rows, "row")
      let column = try index(words[1], columns, "column")
      let value = field == .pattern ? 1 : try value(words[2])
      try append(row, column, value, to: &entries)
    }
    return try finish(rows, columns, entries)
  }

  /// Column by column; a symmetric file holds the lower triangle only, a
  /// skew-symmetric one without its diagonal.
  private mutating func readArray(
    _ rows: Int, _ columns: Int
  ) throws(ChainError) -> MatrixMarketFile {
    func first(_ column: Int) -> Int {
      switch symmetry {
      case .general: 0
      case .symmetric: column
      case .skewSymmetric: column + 1
      }
    }
    // Both factors are at most 2^26.
    let count =
      symmetry == .general
      ? rows * columns
      : rows * (rows + (symmetry == .symmetric ? 1 : -1)) / 2
    // "1" and a newline: no value takes fewer bytes.
    guard count <= (bytes.count - position) / 2 + 1 else {
      throw refuse(
        "\(count) values", "\(bytes.count - position) bytes after the size",
        "correct the size line, or get the whole file", kind: .tooLarge)
    }
    var entries = Entries()
    entries.reserve(rows * columns)
    for column in 0..<columns {
      for row in first(column)..<max(rows, first(column)) {
        let words = try words("\(count) values, one per line")
        guard words.count == 1 else {
          throw refuse("one value", shown(words), "write one value per line")
        }
        try append(row, column, try value(words[0]), to: &entries)
      }
    }
    return try finish(rows, columns, entries)
  }

  private func append(
    _ row: Int, _ column: Int, _ value: Double, to entries: inout Entries
  ) throws(ChainError) {
    entries.append(row, column, value, line)
    switch symmetry {
    case .general:
      return
    case .symmetric:
      if row != column { entries.append(column, row, value, line) }
    case .skewSymmetric:
      guard row != column else {
        throw refuse(
          "no diagonal, which is 0 in a skew-symmetric matrix",
          "entry (\(row + 1), \(column + 1))",
          "remove it, or declare the matrix general")
      }
      entries.append(column, row, -value, line)
    }
  }

  private mutating func finish(
    _ rows: Int, _ columns: Int, _ entries: Entries
  ) throws(ChainError) -> MatrixMarketFile {
    if let line = nextLine(), !isIgnored(line) || !restIsIgnored() {
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
      error.location = file
      throw error
    }
    var values = [Double](repeating: 0, count: pattern.entries)
    var isSeen = [Bool](repeating: false, count: pattern.entries)
    for entry in entries.rows.indices {
      let (row, column) = (entries.rows[entry], entries.columns[entry])
      let position = pattern.position(row: row, column: column)!
      guard !isSeen[position] else {
        line = entries.lines[entry]
        throw refuse(
          "coordinates not used before", "a second (\(row + 1), \(column + 1))",
          symmetry == .general
            ? "add the values up and keep one line"
            : "store one triangle only, or declare the matrix general")
      }
      isSeen[position] = true
      values[position] = entries.values[entry]
    }
    return MatrixMarketFile(
      pattern: pattern, values: field == .pattern ? nil : values)
  }

  private func index(
    _ word: ArraySlice<UInt8>, _ limit: Int, _ name: String
  ) throws(ChainError) -> Int {
    guard let number = Decimal.natural(word), number >= 1, number <= limit
    else {
      throw refuse(
        "a \(name) from 1 to \(limit)", shown([word]),
        "indices count from 1 here; correct it or the size line")
    }
    return Int(number) - 1
  }

  private func value(_ word: ArraySlice<UInt8>) throws(ChainError) -> Double {
    // Longer text says nothing more and takes more than linear time.
    guard word.count <= 1024, let value = Decimal.real(word), value.isFinite
    else {
      throw refuse(
        "a finite number", shown([word]), "write a value such as -1.5e-3")
    }
    return value
  }
}

extension MatrixMarketReader {
  /// Coordinates as they come, with the line of each for errors.
  private struct Entries {
    var rows: [Int] = []
    var columns: [Int] = []
    var values: [Double] = []
    var lines: [Int] = []

    mutating func reserve(_ count: Int) {
      rows.reserveCapacity(count)
      columns.reserveCapacity(count)
      values.reserveCapacity(count)
      lines.reserveCapacity(count)
    }

    mutating func append(
      _ row: Int, _ column: Int, _ value: Double, _ line: Int
    ) {
      rows.append(row)
      columns.append(column)
      values.append(value)
      lines.append(line)
    }
  }

  /// The next line without its end; nil after the last one.
  private mutating func nextLine() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let start = position
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    let end = position
    position += 1
    line += 1
    let isWindows = end > start && bytes[end - 1] == 0x0D
    return bytes[start..<(isWindows ? end - 1 : end)]
  }

  private func isIgnored(_ line: ArraySlice<UInt8>) -> Bool {
    line.first == UInt8(ascii: "%")
      || line.allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  private mutating func restIsIgnored() -> Bool {
    while let line = nextLine() {
      if !isIgnored(line) { return false }
    }
    return true
  }

  /// The words of the next line that isn't empty or a comment.
  private mutating func words(
    _ expected: String
  ) throws(ChainError) -> [ArraySlice<UInt8>] {
    while let line = nextLine() {
      if !isIgnored(line) {
        return line.split { $0 == 0x20 || $0 == 0x09 }
      }
    }
    line += 1
    throw refuse(
      expected, "the end of the file", "get the whole file, or correct the size"
    )
  }

  private func refuse(
    _ expected: String, _ found: String, _ advice: String,
    kind: ChainError.Kind = .malformed
  ) -> ChainError {
    ChainError(
      kind, at: "\(file):\(max(line, 1))", expected: expected, found: found,
      advice: advice)
  }

  private func shown(_ words: [ArraySlice<UInt8>]) -> String {
    shown(
      String(decoding: Array(words.joined(separator: [0x20])), as: UTF8.self))
  }

  private func shown(_ text: String) -> String {
    JSONValue.string(text).summary
  }
}
