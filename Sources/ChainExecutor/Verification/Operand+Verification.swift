import JacobianChain

/// What the reference asks of an operand; errors name the factor.
extension Operand {
  /// Whether it can be applied in a direction: it is, to zeros.
  func allows(
    _ mode: Mode, _ index: Int, _ name: String
  ) throws(ChainError) -> Bool {
    try verifiedProduct(
      mode, [Double](repeating: 0, count: length(mode)), index, name) != nil
  }

  /// All entries, m × n, row by row or column by column.
  ///
  /// - Complexity: m adjoints or n tangents.
  func expanded(
    by mode: Mode, _ index: Int, _ name: String
  ) throws(ChainError) -> Matrix {
    let (columns, count) = (columns, length(mode))
    var entries = [Double](repeating: 0, count: rows * columns)
    var unit = [Double](repeating: 0, count: count)
    for line in 0..<count {
      unit[line] = 1
      let found = try verifiedProduct(mode, unit, index, name) ?? []
      unit[line] = 0
      for (other, value) in found.enumerated() {
        let place =
          mode == .tangent
          ? other * columns + line : line * columns + other
        entries[place] = value
      }
    }
    return try Matrix(
      pattern: Pattern(denseRows: rows, columns: columns),
      denseEntries: entries)
  }

  private func length(_ mode: Mode) -> Int {
    mode == .tangent ? columns : rows
  }

  /// `product` with an error that names the factor; finite, or it is refused.
  func verifiedProduct(
    _ mode: Mode, _ vector: [Double], _ index: Int, _ name: String
  ) throws(ChainError) -> [Double]? {
    let found: [Double]?
    do {
      found = try product(mode, with: vector)
    } catch {
      throw ChainError(
        .malformed, at: "/factors/\(index)",
        expected: "a \(mode) of \"\(name)\"",
        found: "\(error)", advice: "see the function behind this factor")
    }
    guard let found else { return nil }
    let count = mode == .tangent ? rows : columns
    let wrong = found.first { !$0.isFinite }
    guard found.count == count, wrong == nil else {
      throw ChainError(
        .malformed, at: "/factors/\(index)",
        expected: "\(count) finite numbers as a \(mode) of \"\(name)\"",
        found: wrong.map { "\($0)" } ?? "\(found.count) numbers",
        advice: "see the function behind this factor; without its values "
          + "nothing can be verified")
    }
    return found
  }
}

extension Matrix {
  /// Refuses entries that are no finite numbers.
  func checkFinite(_ index: Int, _ name: String) throws(ChainError) {
    guard let place = firstNotFinite else { return }
    throw ChainError(
      .malformed, at: "/factors/\(index)",
      expected: "a finite number at (\(place.row), \(place.column)) of "
        + "\"\(name)\"",
      found: "\(place.value)",
      advice: "correct the entry; nothing can be verified with it")
  }

  /// The first entry that is NaN or infinite.
  ///
  /// - Complexity: O(m + entries).
  var firstNotFinite: (row: Int, column: Int, value: Double)? {
    var found: (row: Int, column: Int, value: Double)?
    forEachEntry { row, column, value in
      guard found == nil, !value.isFinite else { return }
      found = (row, column, value)
    }
    return found
  }
}
