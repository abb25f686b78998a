import JacobianChain

/// The seeded families of random chains: `jchain generate FAMILY`.
///
/// A family draws with `SplitMix64` and integer arithmetic only, so a seed
/// names the same problem on every platform, for good. A new family is a new
/// case, a summary, and a line in `draw`.
public enum Family: String, Hashable, Sendable, CaseIterable {
  case uniform
  case widths
  case hourglass
  case sorted
  case ties
  case huge
  case matrixFree = "matrix-free"
  case banded
  case mixed

  /// One line for lists and help texts: how an instance is drawn.
  public var summary: String {
    switch self {
    case .uniform: "dense and given, interfaces 1…1000"
    case .widths: "dense and given, interfaces powers of two 16…4096"
    case .hourglass: "dense and given, wide ends (…4096) and a narrow middle"
    case .sorted:
      "dense and given, interfaces 1…1000 in rising or falling order"
    case .ties: "dense and given, interfaces from a set of three"
    case .huge: "dense and given, interfaces 1…10^9"
    case .matrixFree:
      "dense, tangents and adjoints of 1000…10000 fma, interfaces 5…50"
    case .banded: "tridiagonal steps of one size 50…500 between dense ends"
    case .mixed:
      "every structure, given, matrix-free or both, interfaces 1…12"
    }
  }

  /// Draws the instance with `factors` factors that belongs to `seed`.
  ///
  /// - Throws: `ChainError` when `factors` is below 1, or beyond what one
  ///   problem can hold.
  /// - Complexity: O(factors · log factors).
  public func problem(
    factors: Int, seed: UInt64
  ) throws(ChainError) -> Problem {
    guard (1...Self.factorLimit).contains(factors) else {
      throw ChainError(
        .malformed, at: "--factors",
        expected: "a number from 1 to \(Self.factorLimit)",
        found: "\(factors)", advice: "ask for one factor or more")
    }
    var generator = SplitMix64(seed: seed)
    return try Problem(
      name: "\(rawValue)-\(factors)-seed-\(seed)",
      source: "jchain generate \(rawValue) --factors \(factors) "
        + "--seed \(seed): \(summary)",
      factors: draw(factors, &generator))
  }

  /// The most factors of one instance.
  public static let factorLimit = 10_000_000

  private func draw(_ count: Int, _ generator: inout SplitMix64) -> [Factor] {
    switch self {
    case .uniform: Self.uniform(count, 1...1000, &generator)
    case .widths: Self.widths(count, &generator)
    case .hourglass: Self.hourglass(count, &generator)
    case .sorted: Self.sorted(count, &generator)
    case .ties: Self.ties(count, &generator)
    case .huge: Self.uniform(count, 1...1_000_000_000, &generator)
    case .matrixFree: Self.matrixFree(count, &generator)
    case .banded: Self.banded(count, &generator)
    case .mixed: MixedFactors().draw(count, using: &generator)
    }
  }
}
