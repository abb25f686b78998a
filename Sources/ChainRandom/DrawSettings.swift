import JacobianChain

/// What a draw may be told beyond its length and its seed. nil is the
/// family's own way.
///
/// Limits go with every family; what is drawn can be chosen for `Family.jcdp`
/// only, where draws come in the same order whatever the settings say: with
/// the same seed, other factors leave shapes and tapes as they were.
package struct DrawSettings: Hashable, Sendable {
  /// The interfaces, from 1 to 2^40.
  package var dimensions: ClosedRange<Int>?
  /// The tape of a factor, and its cost before the factors; 0 to 2^40 fma.
  package var costs: ClosedRange<Int>?
  /// Cost of a tangent ÷ tape, in millionths; up to 1000.
  package var tangentFactors: ClosedRange<Int>?
  /// Cost of an adjoint ÷ tape, in millionths; up to 1000.
  package var adjointFactors: ClosedRange<Int>?
  /// Whether eliminations may be used.
  package var matrixFree: Bool?
  /// Bounds on the whole plan.
  package var limits = Limits()

  /// Creates settings that leave everything to the family.
  package init() {}

  /// The options of `jchain generate` that stand for these settings.
  var options: [String] {
    var options: [String] = []
    func add(_ name: String, _ value: String?) {
      if let value { options.append("--\(name) \(value)") }
    }
    add("dimensions", dimensions.map { "\($0.lowerBound)-\($0.upperBound)" })
    add("costs", costs.map { "\($0.lowerBound)-\($0.upperBound)" })
    add("tangent-factors", tangentFactors.map(Self.decimals))
    add("adjoint-factors", adjointFactors.map(Self.decimals))
    if let matrixFree {
      options.append(matrixFree ? "--matrix-free" : "--no-matrix-free")
    }
    add("machines", limits.machines.map { "\($0)" })
    add("tape-limit", limits.tapePerStep.map { "\($0)" })
    add("tape-total", limits.tapeTotal.map { "\($0)" })
    return options
  }

  /// Refuses what `family` doesn't draw from, and what can't be drawn.
  func check(for family: Family) throws(ChainError) {
    let chosen = [
      ("dimensions", dimensions, 1...Problem.dimensionLimit),
      ("costs", costs, 0...Problem.dimensionLimit),
      ("tangent-factors", tangentFactors, 0...Self.factorLimit),
      ("adjoint-factors", adjointFactors, 0...Self.factorLimit),
    ]
    for case (let name, let range?, let bounds) in chosen {
      guard family == .jcdp else {
        throw ChainError(
          .malformed, at: "--\(name)",
          expected: "the family \(Family.jcdp.rawValue)",
          found: family.rawValue,
          advice: "leave --\(name) out: \(family.rawValue) always draws "
            + family.summary)
      }
      guard bounds.contains(range.lowerBound), bounds.contains(range.upperBound)
      else {
        throw ChainError(
          .malformed, at: "--\(name)",
          expected: name.hasSuffix("factors")
            ? "factors from 0 to 1000"
            : "numbers from \(bounds.lowerBound) to 2^40",
          found: options.first { $0.hasPrefix("--\(name)") } ?? "others",
          advice: "choose a range inside")
      }
    }
  }

  /// The largest factor, in millionths.
  static let factorLimit = 1_000_000_000

  private static func decimals(_ range: ClosedRange<Int>) -> String {
    decimal(range.lowerBound) + "-" + decimal(range.upperBound)
  }

  private static func decimal(_ millionths: Int) -> String {
    let (whole, part) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
    guard part > 0 else { return "\(whole)" }
    var digits = String(part + 1_000_000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
