/// A lower bound of a linear program, exact whatever the multipliers are.
///
/// For min c·x over l ≤ x ≤ u, rlo ≤ A·x ≤ rup, and **any** vector y,
///
///     L(y) = Σ_i (y_i > 0 ? y_i·rlo_i : y_i·rup_i)
///          + Σ_j min over l_j ≤ x_j ≤ u_j of (c_j − Σ_i a_ij·y_i)·x_j
///
/// is at most the optimum: it only relaxes the rows. All columns are boxed, so
/// nothing has to be repaired; a y whose sign asks for a missing row bound is
/// set to 0. Multipliers that come from floating point are rounded to
/// multiples of 2^−24 first, and from there on everything is integer
/// arithmetic: the bound is proven whatever the rounding did, only its quality
/// depends on it. (Neumaier & Shcherbina 2004, doi:10.1007/s10107-003-0433-3,
/// do the same in directed rounding.)
struct DualBound {
  /// The least integer that is not below L(y).
  let value: Int
  /// c_j − Σ_i a_ij·y_i in units of 2^−24.
  private let reduced: [Int128]
  private let total: Int128

  private static let shift = 24

  /// Evaluates L(`duals`); nil when 128 bits can't hold it.
  ///
  /// - Complexity: O(nonzeros).
  init?(of program: LinearProgram, duals: [Double]) {
    let unit = Double(1 << Self.shift)
    var total = Int128(program.offset) << Self.shift
    var reduced = program.columns.map { Int128($0.objective) << Self.shift }
    // What could overflow is bounded in floating point first, generously.
    var sizes = program.columns.map { abs(Double($0.objective)) * unit }
    var size = abs(Double(program.offset)) * unit
    for (row, dual) in zip(program.rows, duals) {
      guard dual.isFinite, abs(dual) < 0x1p70,
        let side = dual > 0 ? row.lower : row.upper
      else { continue }
      let multiplier = Int128((dual * unit).rounded())
      guard multiplier != 0 else { continue }
      size += abs(dual * unit * Double(side))
      guard size < 0x1p120 else { return nil }
      total += multiplier * Int128(side)
      for term in row.terms {
        let change = dual * unit * Double(term.coefficient)
        sizes[term.column] += abs(change)
        guard sizes[term.column] < 0x1p100 else { return nil }
        reduced[term.column] -= multiplier * Int128(term.coefficient)
      }
    }
    for (j, column) in program.columns.enumerated() {
      let side = reduced[j] > 0 ? column.lower : column.upper
      guard side != 0, reduced[j] != 0 else { continue }
      size += sizes[j] * abs(Double(side))
      guard size < 0x1p120 else { return nil }
      total += reduced[j] * Int128(side)
    }
    let (quotient, rest) = total.quotientAndRemainder(
      dividingBy: Int128(1) << Self.shift)
    guard let floor = Int(exactly: quotient) else { return nil }
    value = rest > 0 ? floor + 1 : floor
    self.reduced = reduced
    self.total = total
  }

  /// Whether every solution with x_j ≥ 1 costs more than `limit`, for a column
  /// with lower bound 0.
  func excludes(_ j: Int, above limit: Int) -> Bool {
    reduced[j] > 0 && total + reduced[j] > Int128(limit) << Self.shift
  }
}
