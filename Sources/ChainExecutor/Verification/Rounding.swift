import JacobianChain

/// How far rounding may move the entries of a product, in whatever order it is
/// computed.
///
/// A sum of n products of doubles errs by no more than γ_n Σ|a||b|, with
/// γ_n = n u / (1 − n u) and u = 2^−53, in any order of its terms (Higham,
/// Accuracy and Stability of Numerical Algorithms, 2002, §3.1,
/// doi:10.1137/1.9780898718027). Here every application of a factor to a vector
/// is charged with the sums of the *whole* chain, γ Σ|a||x|, so that no
/// bracketing is charged too little.
///
/// Errors that were made before are passed on as independent ones are,
/// √(Σ (a · error)²), and not by their magnitudes: Σ|a| error grows by √n with
/// each factor, beyond all that happens, and says nothing of a chain of twenty
/// (Higham & Mary 2019, doi:10.1137/18M1226312). What remains of the pessimism
/// of γ_n, and `safety`, make up for errors that aren't independent.
struct Rounding {
  /// γ of all sums that an entry goes through.
  let unit: Double
  /// What doubles that are no longer normal may lose of an entry of the result.
  let floor: Double

  /// The bound of an entry is so many times its `error`.
  static let safety = 2.0

  /// - Parameters:
  ///   - word: factors, first applied first.
  ///   - isStrict: whether digits that are lost below the normal doubles count
  ///     as errors.
  /// - Complexity: O(Σ (m + n + entries)) for sparse patterns, otherwise
  ///   O(length).
  init(word: [Int], of problem: Problem, isStrict: Bool) {
    let terms = Self.terms(word.map { problem.patterns[$0] })
    let sum = terms * 0x1p-53
    unit = sum / (1 - min(sum, 0.5))
    floor = isStrict ? 0 : terms * .leastNonzeroMagnitude
  }

  /// The terms of the sums, one for each interface, that any order can meet:
  /// as many as the dimension, or as ways lead there from one row of what is
  /// outside or one column of what is inside; and one rounding for each factor.
  private static func terms(_ patterns: [Pattern]) -> Double {
    var ways = [Double](repeating: 1, count: patterns.count)
    var inside = 1.0
    for (place, pattern) in patterns.enumerated().dropLast() {
      inside = min(
        inside * Double(pattern.columnCounts.maximum), Double(pattern.rows))
      ways[place] = inside
    }
    var outside = 1.0
    for place in patterns.indices.dropFirst().reversed() {
      outside = min(
        outside * Double(patterns[place].rowCounts.maximum),
        Double(patterns[place].columns))
      ways[place - 1] = min(ways[place - 1], outside)
    }
    return ways.reduce(0, +) + Double(patterns.count)
  }
}
