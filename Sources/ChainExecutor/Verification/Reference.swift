import JacobianChain

/// The word of a target, applied to vectors factor by factor.
struct Reference {
  /// Factor indices, first applied first.
  let word: [Int]
  let problem: Problem
  let operands: [any Operand]
  let rounding: Rounding
  /// The directions that all operands of the word have.
  let modes: [Mode]

  /// - Throws: `ChainError`: an operand fails, or has an entry that is no
  ///   finite number.
  /// - Complexity: O(Σ (m + n + entries)), and a product of each operand
  ///   without entries.
  init(
    word: [Int], of problem: Problem, operands: [any Operand],
    isStrict: Bool = false
  ) throws(ChainError) {
    (self.word, self.problem, self.operands) = (word, problem, operands)
    rounding = Rounding(word: word, of: problem, isStrict: isStrict)
    var modes = Mode.allCases
    for index in Set(word).sorted() {
      if let entries = operands[index].verifiableEntries {
        try entries.checkFinite(index, problem.factors[index].name)
      } else {
        var possible: [Mode] = []
        for mode in modes where try Self.allows(mode, index, problem, operands)
        {
          possible.append(mode)
        }
        modes = possible
      }
    }
    self.modes = modes
  }

  /// Whether an operand can be applied in a direction: it is, to zeros.
  private static func allows(
    _ mode: Mode, _ index: Int, _ problem: Problem, _ operands: [any Operand]
  ) throws(ChainError) -> Bool {
    let operand = operands[index]
    let zeros = [Double](
      repeating: 0, count: mode == .tangent ? operand.columns : operand.rows)
    return try operand.verifiedProduct(
      mode, zeros, index, problem.factors[index].name) != nil
  }

  /// Multiplications of one vector through the chain.
  func cost(_ mode: Mode) -> Double {
    let shapes = word.map { max(operands[$0].rows, operands[$0].columns) }
    return word.reduce(Double(shapes.max() ?? 0)) { sum, index in
      if operands[index].verifiableEntries != nil {
        return sum + Double(problem.patterns[index].nonzeros)
      }
      let declared = Double(problem.factors[index].cost(mode) ?? 0)
      return sum + Double(WideBlock.productsOfAnOperator)
        * max(declared, Double(problem.patterns[index].nonzeros))
    }
  }

  /// J · vectors or vectors · J.
  ///
  /// - Precondition: `modes` has the direction.
  func apply(_ mode: Mode, _ block: WideBlock) throws(ChainError) -> WideBlock {
    var block = block
    for index in mode == .tangent ? word : word.reversed() {
      if let entries = operands[index].verifiableEntries {
        block = try block.times(entries, mode, rounding)
      } else {
        let pattern = problem.patterns[index]
        let longest =
          mode == .tangent ? pattern.rowCounts : pattern.columnCounts
        block = try block.times(
          operands[index], mode, rounding, termsPerSum: longest.maximum
        ) { vector throws(ChainError) in
          try operands[index].verifiedProduct(
            mode, vector, index, problem.factors[index].name) ?? []
        }
      }
    }
    return block
  }
}

extension Operand {
  /// `product` with an error that names the factor; finite, or it is refused.
  fileprivate func verifiedProduct(
    _ mode: Mode, _ vector: [Double], _ index: Int, _ name: String
  ) throws(ChainError) -> [Double]? {
    let found: [Double]?
    do {
      found = try product(mode, with: vector)
    } catch {
      throw ChainError(
        .malformed, at: "/factors/\(index)", expected: "a \(mode) of \"\(name)\"",
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
