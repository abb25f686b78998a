import ChainAD
import ChainRandom
import JacobianChain

/// Runs any `ElementalFunction` through the laws of the protocol: what the
/// author of a layer, or of an adapter to another AD engine, calls from a
/// test, in whatever framework.
///
///     try AdapterConformance(function).check(at: [point], seed: 1)
///
/// Each law is checked as far as the abilities of the function reach:
///
/// | law | |
/// |---|---|
/// | sizes | counts, structures and costs fit together |
/// | writing | value, blocks and entries are written completely |
/// | values | the same whatever is kept |
/// | entries | J · S and S · J are those of the entries; no product has a nonzero outside the structure |
/// | blocks | a block of w vectors is w single ones |
/// | linearity | J · (α u + β v) = α J · u + β J · v, and from the left |
/// | adjoint identity | ⟨ȳ, J·ẋ⟩ = ⟨ȳ·J, ẋ⟩ |
/// | repetition | where a linearisation was before, and what else it keeps, changes nothing |
/// | differences | J · v agrees with a difference quotient of the value |
/// | parameters | they count from the next move on; their entries agree with a difference quotient |
/// | curvature | ⟨u, C·v⟩ = ⟨C·u, v⟩, linear in the weights λ; products against entries and structure, blocks and repetition as above; C · v agrees with a difference quotient of λ · J |
/// | poles | where a derivative isn't finite, entries, tangents and adjoints show it at the same outputs and inputs, even of a seed of 0, as 0 · ∞ is NaN; see `check(atPoles:)` |
/// | reference | the value, λ · J and C · v are those of the same function written in another way |
///
/// Entries are read in canonical form, as `Pattern` has it: a band that covers
/// its shape is dense and stored row by row.
///
/// ## Tolerances
///
/// A sum of k products is right to k · 2^−53 of the sum of their magnitudes.
/// Results are therefore compared relative to magnitudes that can't cancel:
/// Σ_j |J_ij| |v_j| where entries are at hand, the largest double of the block
/// where they aren't. `tolerance`, 10^−10, then leaves room for k = 10^6.
///
/// A central difference quotient with step h errs by O(h²) of the third
/// derivative and by 2^−53 / h of the value: with h ≈ 2^−17, some 10^−10 of
/// both. `differenceTolerance`, 10^−6, is relative to the larger of J · v and
/// the value; it finds wrong formulas, not lost digits. A function with kinks
/// must be given points that are farther than 10^−5 from them.
public struct AdapterConformance: Sendable {
  /// What is checked.
  let function: any ElementalFunction
  /// The largest error of a product, relative to its magnitudes.
  let tolerance: Double
  /// The largest relative error of a difference quotient; nil to draw none.
  let differenceTolerance: Double?
  /// The same function written in another way: over dual numbers and a tape as
  /// one by `Elemental.generic`, say, whose derivatives are exact. nil for none.
  let reference: (any ElementalFunction)?

  /// Prepares the check of one function.
  public init(
    _ function: any ElementalFunction, tolerance: Double = 1e-10,
    differenceTolerance: Double? = 1e-6,
    reference: (any ElementalFunction)? = nil
  ) {
    self.function = function
    self.tolerance = tolerance
    self.differenceTolerance = differenceTolerance
    self.reference = reference
  }

  /// Checks all laws at the points, in their order.
  ///
  /// - Parameters:
  ///   - points: n inputs each, at least one point.
  ///   - seed: of the vectors that are drawn.
  /// - Throws: `ChainError` that names the function and the broken law; what
  ///   the function itself throws, too.
  /// - Complexity: n + m + O(1) products, n + O(1) with the curvature, and the
  ///   expanded entries, per point.
  public func check(
    at points: [[Double]], seed: UInt64 = 1
  ) throws(ChainError) {
    try forEach(points, seed) { check throws(ChainError) in try check.run() }
  }

  /// Checks the law of poles at points with finite values whose derivatives
  /// aren't finite, such as √x at 0.
  ///
  /// Orders of products meet a pole from either side, and behind slopes of 0.
  /// Unless each of them shows it, prices decide whether there is an answer. A
  /// seed of 0 is a number here; a composition finds out by itself where a
  /// pole has no part in what is asked for.
  ///
  /// - Parameter points: n inputs each, at least one point.
  /// - Throws: `ChainError`; as `check(at:seed:)`.
  /// - Complexity: n + m + O(1) products per point.
  public func check(atPoles points: [[Double]]) throws(ChainError) {
    try forEach(points, 1) { check throws(ChainError) in
      try check.checkPoles()
    }
  }

  private func forEach(
    _ points: [[Double]], _ seed: UInt64,
    _ body: (inout PointCheck) throws(ChainError) -> Void
  ) throws(ChainError) {
    let sizes = try Sizes(function)
    guard !points.isEmpty else {
      throw ChainError(
        .malformed, at: "\(function.name)/points",
        expected: "at least one point", found: "none",
        advice: "laws are checked at points")
    }
    for (index, point) in points.enumerated() {
      guard point.count == sizes.columns else {
        throw ChainError(
          .malformed, at: "\(function.name)/points/\(index)",
          expected: "\(sizes.columns) inputs", found: "\(point.count)",
          advice: "give points of the length that the function declares")
      }
    }
    for (index, point) in points.enumerated() {
      // Without a second point, somewhere else nearby has to do.
      let elsewhere =
        points.count > 1
        ? points[(index + 1) % points.count] : point.map { $0 * 0.5 }
      var check = PointCheck(
        self, sizes, point, elsewhere,
        SplitMix64(seed: seed &+ UInt64(index)))
      try body(&check)
    }
  }
}
