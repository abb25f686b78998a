import JacobianChain

/// A bound on the makespan of a dense chain of any length, from its shapes.
///
/// A bracketing is a triangulation of the polygon whose vertices are the
/// interfaces (Hu & Shing 1982, doi:10.1137/0211028): factor j, a side, is in
/// one triangle, whose third vertex v is its apex, and whose product costs at
/// least d_v · w_j, with w_j the weight of the factor, fma for one vector.
/// Between a factor i and the Jacobian one product waits for the other, and
/// among them are those of all factors j that have i between them and their
/// apex. So neither work ÷ p nor the work across any i exceeds the makespan T,
/// nor does a mean of them: for any λ, π_i ≥ 0
///
///     T · (p · λ + Σ_i π_i) ≥ Σ_j w_j · min_v d_v · (λ + Σ_{i: j … v} π_i)
///
/// The chain is cut at narrow interfaces, where a little work joins much. π is
/// 0 but for the first and the last factor between two cuts, and all factors
/// there share one minimum. Which λ and π are good ones is another matter
/// (`bound`); all of them give a bound.
struct ApexBound {
  /// λ, and π of the first and the last factor of each segment; at the end one
  /// that stays 0, for all other factors.
  struct Multipliers {
    var work: UInt128
    var across: [UInt128]
  }

  /// What the cheapest apexes cost: work in all, and across each factor that
  /// has a multiplier.
  struct Load {
    var work = 0.0
    var across: [Double]
    /// Factors whose ears were looked at.
    var sides = 0
  }

  /// The chain between two cuts.
  private struct Segment {
    var weight: UInt128
    /// Narrower ones are farther away.
    var apexes: [Apex]
    /// Factors that may be in an ear, in order of what that costs for a unit of
    /// their weight.
    var sides: [Side]
  }

  /// An interface, or the narrowest one between two cuts.
  private struct Apex {
    var width: UInt128
    /// The multipliers between segment and apex.
    var across: Range<Int>
  }

  private struct Side {
    var weight: UInt128
    var ears: [Ear]
    /// The least of them.
    var fma: UInt128

    /// Whether an ear costs less for a unit of weight.
    func isCheaper(than other: Side) -> Bool {
      let own = fma.multipliedFullWidth(by: other.weight)
      let its = other.fma.multipliedFullWidth(by: weight)
      return (own.high, own.low) < (its.high, its.low)
    }
  }

  /// Two neighbours in one triangle: of the fma of their product, which are
  /// divided between them by weight, the share of one, and the multipliers of
  /// both.
  private struct Ear {
    var fma: UInt128
    var multipliers: [Int]

    func price(_ multipliers: Multipliers) -> UInt128 {
      let each = self.multipliers.reduce(multipliers.work) {
        $0 + multipliers.across[$1]
      }
      return fma.multipliedClamped(by: each)
    }
  }

  private let segments: [Segment]

  /// The most segments; none is lighter than a 16th of its share.
  private static let most = 64

  /// Nil for problems that aren't one dense chain of two factors or more.
  ///
  /// - Parameter horizon: plans that take longer, fma, are of no interest.
  /// - Complexity: O(q log q).
  init?(_ problem: Problem, within horizon: UInt128) {
    guard let word = problem.chain, problem.isDense, word.count > 1
    else { return nil }
    let factors = word.map { problem.factors[$0] }
    let weights = factors.map(Self.weight)
    let sizes =
      [UInt128(factors[0].columns)] + factors.map { UInt128($0.rows) }
    let cuts = narrowCuts(
      weights, sizes, pieces: Self.most, lightest: 16 * Self.most)
    let ranges = zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    let ears = Self.ears(weights, sizes, ranges, within: horizon)
    segments = ranges.indices.map { s in
      let range = ranges[s]
      let sides = range.compactMap { j -> Side? in
        guard weights[j] > 0, let fma = ears[j].map(\.fma).min()
        else { return nil }
        return Side(weight: weights[j], ears: ears[j], fma: fma)
      }
      return Segment(
        weight: weights[range].reduce(0, +),
        apexes: Self.apexes(of: s, ranges, sizes),
        sides: sides.sorted { $0.isCheaper(than: $1) })
    }
  }

  /// The least that a factor costs for each column or row that it is joined
  /// to, fma: a product with its entries, or a tangent, or an adjoint.
  static func weight(_ factor: Factor) -> UInt128 {
    let entries = CostModel.dense(factor.rows, factor.columns, 1)
    return Mode.allCases.compactMap { factor.cost($0) }
      .reduce(entries) { min($0, UInt128($1)) }
  }

  /// For each factor what there is time for.
  private static func ears(
    _ weights: [UInt128], _ sizes: [UInt128], _ ranges: [Range<Int>],
    within horizon: UInt128
  ) -> [[Ear]] {
    var multipliers = [[Int]](repeating: [], count: weights.count)
    for (s, range) in ranges.enumerated() {
      multipliers[range.lowerBound].append(2 * s)
      multipliers[range.upperBound - 1].append(2 * s + 1)
    }
    var ears = [[Ear]](repeating: [], count: weights.count)
    for j in weights.indices.dropLast() {
      let (inner, outer) = (weights[j], weights[j + 1])
      let fma = min(inner * sizes[j + 2], outer * sizes[j])
      guard fma <= horizon else { continue }
      let share =
        fma == 0
        ? 0
        : (inner + outer).dividingFullWidth(
          fma.multipliedFullWidth(by: inner)
        ).quotient
      let both = multipliers[j] + multipliers[j + 1]
      ears[j].append(Ear(fma: share, multipliers: both))
      ears[j + 1].append(Ear(fma: fma - share, multipliers: both))
    }
    return ears
  }

  /// From a segment outwards, to either side: interfaces that are narrower than
  /// all before them. Positions are those of multipliers: cuts stand between
  /// those of two segments, other interfaces between the two of their own.
  private static func apexes(
    of s: Int, _ ranges: [Range<Int>], _ sizes: [UInt128]
  ) -> [Apex] {
    func width(_ position: Int) -> UInt128? {
      let cut = position / 2
      if position.isMultiple(of: 2) {
        return cut < ranges.count ? sizes[ranges[cut].lowerBound] : sizes.last
      }
      return sizes[ranges[cut]].dropFirst().min()
    }
    let own = 2 * s + 1
    var apexes: [Apex] = []
    // The ends of a factor aren't its apex.
    let first = ranges[s].count == 1 ? 2 : 0
    for positions in [
      Array(stride(from: own - first, through: 0, by: -1)),
      Array(stride(from: own + first, through: 2 * ranges.count, by: 1)),
    ] {
      var least = UInt128.max
      for position in positions {
        guard let width = width(position), width < least else { continue }
        least = width
        apexes.append(
          Apex(
            width: width,
            across: min(position, own)..<max(position, own)))
      }
    }
    return apexes
  }

  /// Multipliers π.
  var multiplierCount: Int { 2 * segments.count }

  /// The right side of the inequality, with every factor at its cheapest apex.
  ///
  /// - Complexity: O(apexes + ears that may be taken).
  func minimum(_ multipliers: Multipliers) -> (sum: UInt128, load: Load) {
    var sums: [UInt128] = [0]
    for multiplier in multipliers.across {
      sums.append(sums.last! + multiplier)
    }
    var load = Load(across: Array(repeating: 0, count: multiplierCount + 1))
    // Work as what is added where multipliers begin that it lies across, and
    // taken away where they end.
    var changes = load.across
    var sum: UInt128 = 0
    func add(_ price: UInt128) {
      let (total, overflow) = sum.addingReportingOverflow(price)
      sum = overflow ? .max : total
    }
    for segment in segments {
      func price(_ apex: Apex) -> UInt128 {
        apex.width.multipliedClamped(
          by: multipliers.work + sums[apex.across.upperBound]
            - sums[apex.across.lowerBound])
      }
      // Two factors have an ear only, and one interface beyond either of them.
      var (apex, least) = (segment.apexes[0], price(segment.apexes[0]))
      for other in segment.apexes.dropFirst() {
        let price = price(other)
        if price < least { (apex, least) = (other, price) }
      }
      var rest = segment.weight
      for side in segment.sides {
        let alone = side.weight.multipliedClamped(by: least)
        if side.fma.multipliedClamped(by: multipliers.work) >= alone { break }
        load.sides += 1
        let ear = side.ears.min {
          $0.price(multipliers) < $1.price(multipliers)
        }!
        let price = ear.price(multipliers)
        guard price < alone else { continue }
        rest -= side.weight
        add(price)
        load.work += Double(ear.fma)
        for i in ear.multipliers { load.across[i] += Double(ear.fma) }
      }
      add(rest.multipliedClamped(by: least))
      let fma = Double(rest) * Double(apex.width)
      load.work += fma
      changes[apex.across.lowerBound] += fma
      changes[apex.across.upperBound] -= fma
    }
    var running = 0.0
    for i in 0..<multiplierCount {
      running += changes[i]
      load.across[i] += max(0, running)
    }
    return (sum, load)
  }
}
