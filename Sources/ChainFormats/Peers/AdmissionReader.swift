import JacobianChain

/// Reads line by line; nothing is allocated for a count before the lines that
/// it promises are there.
struct AdmissionReader {
  private var lines: TextLines
  /// The line after the last one that has been understood.
  private var next: [ArraySlice<UInt8>]?
  /// The line of each factor, for errors of the whole chain.
  private var places: [Int] = []
  /// The nonzeros of all patterns so far.
  private var entries = 0

  init(lines: TextLines) { self.lines = lines }

  mutating func factors() throws(ChainError) -> [Factor] {
    let count = try count()
    next = try lines.next()
    var factors: [Factor] = []
    var hasPatterns = false
    for index in 0..<count {
      places.append(lines.line)
      var factor = try header(index, of: count)
      next = try lines.next()
      if index == 0 {
        hasPatterns = try announcesPatterns(factor.columns, count)
      }
      if hasPatterns { factor.structure = try pattern(of: factor) }
      factors.append(factor)
    }
    guard next == nil else {
      throw lines.refuse(
        "the end of the file after \(count) factors",
        found: TextLines.shown(next),
        advice: "correct the number of factors on the first line")
    }
    return factors
  }

  /// The same error at the line of the factor that it names.
  func atLine(_ error: ChainError) -> ChainError {
    var error = error
    let parts = error.location.split(separator: "/")
    error.location = lines.file
    if parts.count > 1, parts[0] == "factors", let index = Int(parts[1]) {
      error.location += ":\(places[index])"
    }
    return error
  }

  private mutating func count() throws(ChainError) -> Int {
    let words = try lines.next()
    let limit = ProblemFile.factorLimit
    guard let words, words.count == 1,
      let number = Decimal.natural(words[0]), number > 0
    else {
      let shapes = (words ?? []).map { String(decoding: $0, as: UTF8.self) }
      let isList = shapes != ["0"] && shapes.allSatisfy(ShapeList.isShape)
      throw lines.refuse(
        "the number of factors alone on the first line",
        found: TextLines.shown(words),
        advice: "write 3, and below it a line ROWS COLUMNS COST for each"
          + (words != nil && isList ? "; a list of shapes is named @FILE" : ""))
    }
    guard number <= limit else {
      throw lines.refuse(
        "at most \(limit) factors", found: "\(number)",
        advice: "split the chain", kind: .tooLarge)
    }
    return Int(number)
  }

  private func header(
    _ index: Int, of count: Int
  ) throws(ChainError) -> Factor {
    let expected = "ROWS COLUMNS COST of factor \(index + 1) of \(count)"
    let numbers = (next ?? []).compactMap(Decimal.natural)
    guard let next, next.count == 3, numbers.count == 3 else {
      throw lines.refuse(
        expected, found: TextLines.shown(next),
        advice: next == nil
          ? "get the whole file, or correct the number of factors"
          : "write three whole numbers, such as 10 1 75")
    }
    for (name, number) in zip(["rows", "columns"], numbers)
    where !(1...UInt128(Problem.dimensionLimit)).contains(number) {
      throw lines.refuse(
        "\(name) from 1 to 2^40", found: "\(number)",
        advice: "correct the shape of the Jacobian")
    }
    guard let cost = Int(exactly: numbers[2]) else {
      throw lines.refuse(
        "a cost below 2^63", found: "\(numbers[2])",
        advice: "correct the cost of one tangent or adjoint")
    }
    return Factor(
      name: "F\(index + 1)", rows: Int(numbers[0]), columns: Int(numbers[1]),
      tangentCost: cost, adjointCost: cost, tape: cost)
  }

  /// Whether digits follow the first factor. A line of a dense file may look
  /// like them, too, but then there are no more lines than factors.
  private func announcesPatterns(
    _ columns: Int, _ count: Int
  ) throws(ChainError) -> Bool {
    guard let next, next.count == columns,
      next.allSatisfy({ Self.digit($0) != nil })
    else { return false }
    return try lines.remaining() > count - 2
  }

  private mutating func pattern(
    of factor: Factor
  ) throws(ChainError) -> Structure {
    var (rows, columns): ([Int], [Int]) = ([], [])
    for row in 0..<factor.rows {
      let digits = (next ?? []).compactMap(Self.digit)
      guard let next, digits.count == factor.columns,
        next.count == factor.columns
      else {
        throw lines.refuse(
          "row \(row + 1) of \(factor.rows) of \(factor.name)'s pattern, "
            + "\(factor.columns) digits 0 or 1", found: TextLines.shown(next),
          advice: "write one digit for each column, separated by blanks")
      }
      for (column, digit) in digits.enumerated() where digit == 1 {
        rows.append(row)
        columns.append(column)
      }
      guard entries + rows.count <= SparsePattern.entryLimit else {
        throw lines.refuse(
          "at most \(SparsePattern.entryLimit) nonzeros in all patterns",
          found: "more", advice: "split the chain", kind: .tooLarge)
      }
      self.next = try lines.next()
    }
    entries += rows.count
    if rows.count == factor.rows * factor.columns { return .dense }
    return .sparse(
      try SparsePattern(
        rows: factor.rows, columns: factor.columns, rowIndices: rows,
        columnIndices: columns))
  }

  private static func digit(_ word: ArraySlice<UInt8>) -> Int? {
    guard word.count == 1, word.first == 0x30 || word.first == 0x31 else {
      return nil
    }
    return Int(word.first! & 1)
  }
}
