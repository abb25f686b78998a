import ChainMemory
import JacobianChain

extension MatrixMarketReader {
  /// Coordinates as they come, with the line of each for errors.
  struct Entries {
    var rows: [Int] = []
    var columns: [Int] = []
    var values: [Double] = []
    var lines: [Int32] = []

    mutating func reserve(_ count: Int) {
      rows.reserveCapacity(count)
      columns.reserveCapacity(count)
      values.reserveCapacity(count)
      lines.reserveCapacity(count)
    }

    /// Adds an entry, and what the symmetry says of its mirror image.
    mutating func append(
      _ row: Int, _ column: Int, _ value: Double, _ symmetry: Symmetry,
      line: Int
    ) {
      add(row, column, value, line)
      guard row != column else { return }
      switch symmetry {
      case .general: return
      case .symmetric: add(column, row, value, line)
      case .skewSymmetric: add(column, row, -value, line)
      }
    }

    private mutating func add(
      _ row: Int, _ column: Int, _ value: Double, _ line: Int
    ) {
      rows.append(row)
      columns.append(column)
      values.append(value)
      lines.append(Int32(clamping: line))
    }
  }

  mutating func readCoordinates(
    _ rows: Int, _ columns: Int, _ count: Int
  ) throws(ChainError) -> Entries {
    // "1 1" and a newline: no entry takes fewer bytes.
    let most = min(lines.bytesLeft / 4 + 1, SparsePattern.entryLimit)
    guard count <= most else {
      throw refuse(
        "at most \(most) entries in the rest of the file", "\(count) declared",
        "correct the size line, or get the whole file", kind: .tooLarge)
    }
    let stored = symmetry == .general ? count : 2 * count
    try checkMemory(stored)
    var entries = Entries()
    entries.reserve(stored)
    for _ in 0..<count {
      let words = try words("\(count) entries, one per line")
      let wanted = field == .pattern ? 2 : 3
      guard words.count == wanted else {
        throw refuse(
          wanted == 2 ? "a row and a column" : "a row, a column and a value",
          TextLines.shown(words),
          "write \(wanted) numbers separated by spaces")
      }
      let row = try index(words[0], rows, "row")
      let column = try index(words[1], columns, "column")
      let value = field == .pattern ? 1 : try value(words[2])
      try checkDiagonal(row, column, value)
      entries.append(row, column, value, symmetry, line: lines.line)
    }
    return entries
  }

  /// Column by column; a symmetric file holds the lower triangle only, a
  /// skew-symmetric one without its diagonal or with zeros there.
  mutating func readArray(
    _ rows: Int, _ columns: Int
  ) throws(ChainError) -> Entries {
    // Both factors are at most 2^26.
    let triangle = rows * (rows + 1) / 2
    let (least, most) =
      switch symmetry {
      case .general: (rows * columns, rows * columns)
      case .symmetric: (triangle, triangle)
      case .skewSymmetric: (triangle - rows, triangle)
      }
    // "1" and a newline: no value takes fewer bytes.
    guard least <= lines.bytesLeft / 2 + 1 else {
      throw refuse(
        "\(least) values", "\(lines.bytesLeft) bytes after the size",
        "correct the size line, or get the whole file", kind: .tooLarge)
    }
    try checkMemory(rows * columns)
    var values: [(value: Double, line: Int)] = []
    values.reserveCapacity(least)
    while values.count < most, let words = try nextWords() {
      guard words.count == 1 else {
        throw refuse(
          "one value", TextLines.shown(words), "write one value per line")
      }
      values.append((try value(words[0]), lines.line))
    }
    guard values.count == least || values.count == most else {
      throw refuse(
        least == most
          ? "\(least) values, one per line"
          : "\(least) values, or \(most) with the zeros of the diagonal",
        "the end of the file after \(values.count) values",
        "get the whole file, or correct the size")
    }
    let skipsDiagonal = values.count < most
    var entries = Entries()
    entries.reserve(rows * columns)
    var next = 0
    for column in 0..<columns {
      let first =
        symmetry == .general ? 0 : skipsDiagonal ? column + 1 : column
      for row in first..<max(rows, first) {
        let (value, line) = values[next]
        next += 1
        try checkDiagonal(row, column, value, at: line)
        entries.append(row, column, value, symmetry, line: line)
      }
    }
    return entries
  }

  /// Refuses entries that don't fit into memory while they are put in order.
  private func checkMemory(_ entries: Int) throws(ChainError) {
    // Place, value and line as they come, the order, and the sorted copy.
    try MemoryBudget.check(
      72 * UInt128(entries), at: lines.file, for: "\(entries) entries",
      advice: "use a machine with more memory, or a smaller matrix")
  }

  /// Refuses a diagonal that is its own negative and not 0.
  private func checkDiagonal(
    _ row: Int, _ column: Int, _ value: Double, at line: Int? = nil
  ) throws(ChainError) {
    guard symmetry == .skewSymmetric, row == column, value != 0 else { return }
    throw ChainError(
      .malformed, at: "\(lines.file):\(line ?? lines.line)",
      expected: "no diagonal, or 0, which it is in a skew-symmetric matrix",
      found: "\(value) at (\(row + 1), \(column + 1))",
      advice: "remove it, or declare the matrix general")
  }

  private func index(
    _ word: ArraySlice<UInt8>, _ limit: Int, _ name: String
  ) throws(ChainError) -> Int {
    guard let number = Decimal.natural(word.withoutPlus), number >= 1,
      number <= limit
    else {
      throw refuse(
        "a \(name) from 1 to \(limit)", TextLines.shown([word]),
        "indices count from 1 here; correct it or the size line")
    }
    return Int(number) - 1
  }

  private func value(_ word: ArraySlice<UInt8>) throws(ChainError) -> Double {
    if field == .integer { return try whole(word) }
    // Longer text says nothing more and takes more than linear time.
    guard word.count <= 1024 else {
      throw refuse(
        "a number of at most 1024 characters", "\(word.count) characters",
        "round it: 17 digits tell every double")
    }
    guard let value = Decimal.fortranReal(word), value.isFinite else {
      throw refuse(
        "a finite number", TextLines.shown([word]),
        "write a value such as -1.5e-3")
    }
    return value
  }

  /// A value of an `integer` file.
  private func whole(_ word: ArraySlice<UInt8>) throws(ChainError) -> Double {
    let isNegative = word.first == UInt8(ascii: "-")
    let digits = isNegative ? word.dropFirst() : word.withoutPlus
    guard !digits.isEmpty, digits.allSatisfy(Decimal.isDigit) else {
      throw refuse(
        "a whole number, because the matrix is integer",
        TextLines.shown([word]), "correct it, or declare the matrix real")
    }
    guard let magnitude = Decimal.natural(digits), magnitude <= 1 << 53 else {
      throw refuse(
        "a whole number within ±2^53, where doubles hold every one",
        TextLines.shown([word]),
        "scale the matrix, or declare it real to have its entries rounded",
        kind: .tooLarge)
    }
    let value = Double(UInt64(magnitude))
    return isNegative ? 0 - value : value
  }
}

extension ArraySlice<UInt8> {
  /// Fortran may write a plus before numbers, even before indices (`SP`).
  var withoutPlus: ArraySlice {
    first == UInt8(ascii: "+") ? dropFirst() : self
  }
}

extension Decimal {
  /// The same as `real`, also as Fortran writes it: `1.5D-03`, and `1.5-300`
  /// where three digits leave no room for the letter.
  static func fortranReal(_ text: ArraySlice<UInt8>) -> Double? {
    if let value = real(text) { return value }
    var text = text
    let signs = [UInt8(ascii: "+"), UInt8(ascii: "-")]
    if let letter = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "d") }) {
      text[letter] = UInt8(ascii: "e")
    } else if let sign = text.dropFirst().lastIndex(where: signs.contains),
      isDigit(text[sign - 1]) || text[sign - 1] == UInt8(ascii: ".")
    {
      text.insert(UInt8(ascii: "e"), at: sign)
    } else {
      return nil
    }
    return real(text)
  }
}
