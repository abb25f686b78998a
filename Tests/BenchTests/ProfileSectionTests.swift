import Testing

@testable import ChainBenchReport

/// What the report says of a profile's predictions.
@Suite struct ProfileSectionTests {
  /// Microseconds: what the profile says, and what it took.
  private func rows(
    _ name: String, _ order: String, _ predicted: Double, _ measured: Double
  ) -> String {
    [("predicted seconds", predicted), ("processor seconds", measured)].map {
      "\(name),\(order),\($0),structured,3,measured,1,\($1 * 1e-6),"
        + "\($1 * 1e-6),\($1 * 1e-6),\n"
    }.joined()
  }

  private func report(_ rows: [String]) -> String {
    BenchReport(
      BenchResults(files: [
        "prediction": "case,contestant,quantity,family,size,outcome,samples,"
          + "median,low,high,note\n" + rows.joined()
      ])
    ).markdown
  }

  @Test func sharesAndLossesAreCounted() {
    let text = report([
      rows("a", "time optimum", 100, 100), rows("a", "forward", 300, 200),
      rows("b", "time optimum", 100, 110), rows("b", "reverse", 130, 100),
      // Too short to say anything.
      rows("c", "time optimum", 1, 19), rows("c", "reverse", 2, 1),
    ])
    #expect(
      text.contains(
        "within 5 % of the fastest one that was run in 1 of 2, within 12 % in "
          + "2 of 2. Predicted ÷ measured is from 0.7 to 1.4 in 3 of 4 orders."
      ))
    #expect(
      text.contains(
        "In 1 of 2 another order is faster by more than 5 % than the one that "
          + "a profile calls fastest: b (1.10×)."))
    #expect(text.contains("| a, forward |"))
  }

  @Test func withoutTheSuiteNothingIsSaid() {
    #expect(!report([]).contains("profile calls fastest"))
  }
}
