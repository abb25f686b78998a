import JacobianChain

/// A bound on the makespan of a dense chain of any length, from what each of
/// its interfaces can join in a time.
///
/// Apexes are those of `ApexBound`. In a time T on p machines
///
/// * the products of all factors take p · T at most,
/// * of the factors below an interface that have their apex there each waits
///   for the one before it, and so do those above: not more than T for either
///   side,
/// * a product of neighbours joins both at once, if T is long enough for it.
///
/// What can be joined at most is a fractional knapsack, and a T in which that
/// is less than the weight of the chain is too short. Narrow interfaces join
/// most for their work, and there are few of them. That different interfaces
/// wait for each other it doesn't know; it is the better bound where machines
/// are many or unlimited.
struct InterfaceBound {
  /// A way to join factors.
  private struct Way {
    /// Weight for fma, a fraction.
    var worth: (weight: UInt128, fma: UInt128)
    /// The most weight.
    var weight: UInt128
    /// Whether its products follow each other.
    var isSequence: Bool

    /// Whether it joins more for its work.
    func isBetter(than other: Way) -> Bool {
      let own = worth.weight.multipliedFullWidth(by: other.worth.fma)
      let its = other.worth.weight.multipliedFullWidth(by: worth.fma)
      return own.high != its.high
        ? own.high > its.high : own.low > its.low
    }

    /// What so much work joins, at most: rounded up.
    func joined(within fma: UInt128) -> UInt128 {
      let (product, overflow) = fma.multipliedReportingOverflow(
        by: worth.weight)
      guard !overflow else { return weight }
      let (quotient, rest) = product.quotientAndRemainder(
        dividingBy: worth.fma)
      return min(weight, quotient + (rest > 0 ? 1 : 0))
    }
  }

  /// Best first.
  private let ways: [Way]
  private let whole: UInt128

  /// Nil for problems that aren't one dense chain of two factors or more.
  ///
  /// - Complexity: O(q log q).
  init?(_ problem: Problem) {
    guard let word = problem.chain, problem.isDense, word.count > 1
    else { return nil }
    let factors = word.map { problem.factors[$0] }
    let weights = factors.map(ApexBound.weight)
    let widths =
      [UInt128(factors[0].columns)] + factors.map { UInt128($0.rows) }
    let whole = weights.reduce(0, +)
    var ways: [Way] = []
    var below: UInt128 = 0
    for (k, width) in widths.enumerated() {
      // The first and the second factor on either side of an interface have
      // their apex elsewhere, or meet in one triangle.
      let near = weights[max(0, k - 2)..<min(weights.count, k + 2)]
      let lower = below - weights[max(0, k - 2)..<k].reduce(0, +)
      for weight in [lower, whole - lower - near.reduce(0, +)] where weight > 0
      {
        ways.append(
          Way(worth: (1, width), weight: weight, isSequence: true))
      }
      if k < weights.count { below += weights[k] }
    }
    for (i, (inner, outer)) in zip(weights, weights.dropFirst()).enumerated() {
      let fma = min(inner * widths[i + 2], outer * widths[i])
      guard fma > 0 else { return nil }
      ways.append(
        Way(
          worth: (inner + outer, fma), weight: inner + outer,
          isSequence: false))
    }
    self.ways = ways.sorted { $0.isBetter(than: $1) }
    self.whole = whole
  }

  /// No schedule on `machines` takes less, fma; nil machines are unlimited.
  ///
  /// - Complexity: O(q · log of the bound).
  func bound(machines: Int?) -> UInt128 {
    var (tooShort, enough) = (UInt128(0), UInt128(1))
    while enough < .max, !mayJoin(in: enough, machines) {
      tooShort = enough
      enough = enough > .max / 2 ? .max : 2 * enough
    }
    while enough - tooShort > 1 {
      let middle = tooShort + (enough - tooShort) / 2
      if mayJoin(in: middle, machines) {
        enough = middle
      } else {
        tooShort = middle
      }
    }
    return enough
  }

  /// Whether nothing forbids that all factors are joined in `time`.
  private func mayJoin(in time: UInt128, _ machines: Int?) -> Bool {
    var left = whole
    var rest = machines.map { time.multipliedClamped(by: UInt128($0)) }
    for way in ways {
      if !way.isSequence, time < way.worth.fma { continue }
      let most = min(way.isSequence ? time : .max, rest ?? .max)
      let joined = way.joined(within: most)
      if joined >= left { return true }
      left -= joined
      guard let work = rest else { continue }
      // A product of neighbours that isn't whole took all that was left.
      let used =
        way.isSequence
        ? joined.multipliedClamped(by: way.worth.fma)
        : joined == way.weight ? way.worth.fma : work
      if used >= work { return false }
      rest = work - used
    }
    return false
  }
}
