import Testing

/// The numbers that are too far from their references.
struct Misses {
  private(set) var count = 0
  private var words: [String] = []

  /// - Parameters:
  ///   - ulps: units in the last place of the reference that are allowed;
  ///     below the normal numbers such a unit is 2^−1074.
  ///   - forced: an error that is inevitable, on top of them.
  mutating func hold(
    _ found: Double, _ expected: Double, ulps: Double, forced: Double = 0,
    _ place: @autoclosure () -> String
  ) {
    if found == expected || found.isNaN && expected.isNaN { return }
    let error = abs(found - expected)
    if expected.isFinite, error <= ulps * expected.ulp + forced { return }
    count += 1
    if words.count < 8 {
      words.append(
        "\(place()): \(found), right \(expected), \(error / expected.ulp) ulp")
    }
  }

  func report() {
    #expect(count == 0, "\(words.joined(separator: "\n"))")
  }
}
