import ChainReports

extension BenchResults {
  /// What to say where figures of a suite should stand and none do; empty
  /// when there are rows.
  func absence(
    _ suite: String, _ quantity: ExpectedSuite.Quantity
  ) -> [Block] {
    if let malformed = malformed.first(where: { $0.file == suite + ".csv" }) {
      return [.missing("\(malformed.sentence) Nothing of it is shown.")]
    }
    guard self.suite(suite) != nil else {
      return [
        .missing(
          "results/\(suite).csv is absent, so there is no \(quantity.name) "
            + "here.")
      ]
    }
    guard rows(suite, quantity.name).isEmpty else { return [] }
    return [.missing("results/\(suite).csv has no rows of \(quantity.name).")]
  }
}

extension BenchResults.Malformed {
  /// Where reading stopped, and why.
  var sentence: String {
    "results/\(file) can't be read: line \(line) should be \(expected)."
  }
}
