import ChainRandom
import JacobianChain

/// Operands for a problem that comes without numbers.
public enum RandomOperands {
  /// One operand per factor: its data where there are some, otherwise seeded
  /// random entries of its structure. A factor that isn't given becomes an
  /// operator that is only ever applied.
  ///
  /// Each factor has a seed of its own, made of `seed` and its index, so that
  /// changing one factor leaves the others as they are.
  ///
  /// - Parameters:
  ///   - data: matrices by factor index, in any structure.
  /// - Throws: `ChainError` when data don't have the shape of their factor or
  ///   are nonzero outside the pattern it declares, or when something doesn't
  ///   fit into memory.
  /// - Complexity: O(Σ (m + entries)).
  public static func operands(
    for problem: Problem, seed: UInt64, data: [Int: Matrix] = [:]
  ) throws(ChainError) -> [Operand] {
    for index in data.keys.sorted()
    where !problem.factors.indices.contains(index) {
      throw ChainError(
        .malformed, at: "/factors/\(index)",
        expected: "data for a factor from 0 to \(problem.factors.count - 1)",
        found: "\(index)", advice: "give data for factors of this problem")
    }
    var operands: [Operand] = []
    for (index, factor) in problem.factors.enumerated() {
      let pattern = problem.patterns[index]
      let matrix: Matrix
      if let given = data[index] {
        matrix = try fitted(given, to: pattern, factor.name, index)
      } else {
        let mixed = UInt64(index + 1) &* 0xD134_2543_DE82_EF95
        var mixer = SplitMix64(seed: seed ^ mixed)
        var generator = SplitMix64(seed: mixer.next())
        matrix = try Matrix.random(pattern, using: &generator)
      }
      operands.append(
        factor.isGiven ? Operand(matrix) : Operand(hiding: matrix))
    }
    return operands
  }

  /// The data in the storage of the declared pattern.
  private static func fitted(
    _ data: Matrix, to pattern: Pattern, _ name: String, _ index: Int
  ) throws(ChainError) -> Matrix {
    guard data.rows == pattern.rows, data.columns == pattern.columns else {
      throw ChainError(
        .malformed, at: "/factors/\(index)",
        expected: "\(pattern.rows) × \(pattern.columns) entries of "
          + "\"\(name)\"",
        found: "\(data.rows) × \(data.columns)",
        advice: "correct the shape of the factor or of its data")
    }
    if data.pattern == pattern { return data }
    // Unit structures store nothing, so the frame costs nothing for them.
    let frame = EntryReader(try Matrix(unfilled: pattern))
    var outside: (row: Int, column: Int, value: Double)?
    data.forEachEntry { row, column, value in
      guard outside == nil, value != 0, !frame.contains(row, column) else {
        return
      }
      outside = (row, column, value)
    }
    if let outside {
      throw ChainError(
        .malformed, at: "/factors/\(index)",
        expected: "0 at (\(outside.row), \(outside.column)) of \"\(name)\", "
          + "outside its \(pattern.structure.name) pattern",
        found: "\(outside.value)",
        advice: "declare a structure that has every nonzero of the data")
    }
    let reader = EntryReader(data)
    var wrong: (row: Int, column: Int, value: Double, unit: Double)?
    pattern.forEachUnit { row, column, unit in
      let value = reader[row, column]
      if wrong == nil, value != unit { wrong = (row, column, value, unit) }
    }
    if let wrong {
      throw ChainError(
        .malformed, at: "/factors/\(index)",
        expected: "\(Int(wrong.unit)) at (\(wrong.row), \(wrong.column)) of "
          + "\"\(name)\", "
          + "as in every \(pattern.structure.name)",
        found: "\(wrong.value)",
        advice: "declare the factor diagonal or sparse")
    }
    return try Matrix(pattern) { reader[$0, $1] }
  }
}
