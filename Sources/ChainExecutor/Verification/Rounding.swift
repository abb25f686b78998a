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
  ///   - isStrict: whether digits that are lost below the normal doubles count
  ///     as errors.
  /// - Complexity: O(Σ (m + n + entries)) for sparse patterns, otherwise
  ///   O(length).
  init(_ route: Route, of problem: Problem, isStrict: Bool) {
    let terms = Self.terms(route, problem)
    let sum = terms * 0x1p-53
    unit = sum / (1 - min(sum, 0.5))
    floor = isStrict ? 0 : terms * .leastNonzeroMagnitude
  }

  /// The terms of the sums, one for each place on the way, that any order can
  /// meet: as many as the dimension, or as ways lead there from one row of what
  /// is outside or one column of what is inside; and one rounding for each
  /// factor, by which it is multiplied or added.
  private static func terms(_ route: Route, _ problem: Problem) -> Double {
    func ways(_ mode: Mode) -> [Int: Double] {
      var ways = [mode == .tangent ? route.start : route.end: 1.0]
      for (place, hops) in route.stages(mode) {
        let sum = hops.reduce(0.0) { sum, hop in
          let pattern = problem.patterns[hop.factor]
          let counts =
            mode == .tangent ? pattern.columnCounts : pattern.rowCounts
          let before = ways[mode == .tangent ? hop.from : hop.to]!
          return sum + before * Double(counts.maximum)
        }
        ways[place] = min(sum, Double(route.sizes[place]))
      }
      return ways
    }
    let (inside, outside) = (ways(.tangent), ways(.adjoint))
    let places = Set(inside.keys).subtracting([route.start, route.end])
    // In order, because sums of doubles depend on it.
    return places.sorted().reduce(0.0) {
      $0 + min(inside[$1]!, outside[$1]!)
    } + Double(route.hops.count)
  }
}
