import ChainRandom
import JacobianChain

/// A computed Jacobian held against an evaluation that shares no code with
/// the kernels: the factors of the word are applied one after the other to one
/// vector at a time, by plain loops over their entries.
public struct Verification: Hashable, Sendable {
  /// Which vectors were applied.
  public enum Method: Hashable, Sendable {
    /// All unit vectors: every entry has been compared.
    case oneHot(columns: Int)
    /// Seeded random vectors from the sides that the operands allow.
    case probes(count: Int)
  }

  /// max |Δ| / max |reference|; infinite when a NaN turned up.
  public let maxRelativeError: Double
  /// How it was found.
  public let method: Method

  /// Multiplications below which every unit vector is applied.
  public static let oneHotLimit = 2e8

  /// Compares `computed` with target `target` of the problem.
  ///
  /// Unit vectors go through the chain when that is cheap, in the direction
  /// that needs fewer of them among those that all operands have; otherwise
  /// random probes, `probes` from each side that is possible.
  ///
  /// - Throws: `ChainError` (`unsupported`) when neither tangents nor adjoints
  ///   reach through the whole word, `malformed` when shapes differ or an
  ///   operand fails.
  /// - Complexity: O(vectors · (Σ entries + Σ declared costs)).
  public init(
    of computed: Matrix, target: Int = 0, in problem: Problem,
    operands: [any Operand], seed: UInt64 = 1, probes: Int = 3
  ) throws(ChainError) {
    let reference = Reference(
      word: problem.targets[target], problem: problem, operands: operands)
    let shape = problem.shape(ofTarget: target)
    guard (computed.rows, computed.columns) == shape else {
      throw ChainError(
        .malformed, at: "/targets/\(target)",
        expected: "\(shape.rows) × \(shape.columns)",
        found: "\(computed.rows) × \(computed.columns)",
        advice: "compare a Jacobian with the target it was computed for")
    }
    var modes: [Mode] = []
    for mode in Mode.allCases
    where try reference.apply(
      mode, reference.zero(mode, computed)) != nil
    {
      modes.append(mode)
    }
    guard
      let exact = modes.min(by: {
        reference.length($0, computed) < reference.length($1, computed)
      })
    else {
      throw ChainError(
        .unsupported, at: "/targets/\(target)",
        expected: "tangents through the whole chain, or adjoints",
        found: "operands that have only one of them, some this, some that",
        advice: "verify parts of the chain, or give the operands both")
    }
    var error = Deviation()
    let count = reference.length(exact, computed)
    if Double(count) * reference.cost(exact, computed) <= Self.oneHotLimit {
      let reader = EntryReader(computed)
      var unit = reference.zero(exact, computed)
      for index in 0..<count {
        unit[index] = 1
        let expected = try reference.apply(exact, unit) ?? []
        unit[index] = 0
        for (other, value) in expected.enumerated() {
          error.add(
            exact == .tangent ? reader[other, index] : reader[index, other],
            value)
        }
      }
      method = .oneHot(columns: count)
    } else {
      var generator = SplitMix64(seed: seed)
      for mode in modes {
        for _ in 0..<probes {
          let vector = reference.zero(mode, computed).map { _ in
            generator.uniform()
          }
          let expected = try reference.apply(mode, vector) ?? []
          let found = computed.plainProduct(mode, with: vector)
          for (a, b) in zip(found, expected) { error.add(a, b) }
        }
      }
      method = .probes(count: modes.count * probes)
    }
    maxRelativeError = error.relative
  }
}

/// The largest difference and the largest reference so far.
private struct Deviation {
  private var difference = 0.0
  private var magnitude = 0.0
  private var hasNaN = false

  mutating func add(_ found: Double, _ expected: Double) {
    let delta = abs(found - expected)
    if delta.isNaN { hasNaN = true }
    difference = max(difference, delta)
    magnitude = max(magnitude, abs(expected))
  }

  var relative: Double {
    if hasNaN { return .infinity }
    return difference == 0 ? 0 : difference / magnitude
  }
}

/// The word of a target, applied factor by factor.
private struct Reference {
  /// Factor indices, first applied first.
  let word: [Int]
  let problem: Problem
  let operands: [any Operand]

  /// How many unit vectors there are in a direction.
  func length(_ mode: Mode, _ matrix: Matrix) -> Int {
    mode == .tangent ? matrix.columns : matrix.rows
  }

  func zero(_ mode: Mode, _ matrix: Matrix) -> [Double] {
    [Double](repeating: 0, count: length(mode, matrix))
  }

  /// Multiplications of one vector through the chain.
  func cost(_ mode: Mode, _ matrix: Matrix) -> Double {
    word.reduce(Double(max(matrix.rows, matrix.columns))) { sum, index in
      let declared =
        operands[index].entries == nil
        ? problem.factors[index].cost(mode) ?? 0 : 0
      return sum
        + max(Double(declared), Double(problem.patterns[index].nonzeros))
    }
  }

  /// J·v or v·J; nil when an operand can't be applied in that direction.
  func apply(
    _ mode: Mode, _ vector: [Double]
  ) throws(ChainError) -> [Double]? {
    var vector = vector
    for index in mode == .tangent ? word : word.reversed() {
      do {
        guard let next = try operands[index].product(mode, with: vector) else {
          return nil
        }
        vector = next
      } catch {
        throw ChainError(
          .malformed, at: "/factors/\(index)",
          expected: "a \(mode) of \"\(problem.factors[index].name)\"",
          found: "\(error)", advice: "see the function behind this factor")
      }
    }
    return vector
  }
}
