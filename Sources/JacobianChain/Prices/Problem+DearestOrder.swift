extension Problem {
  /// The most factors, in all targets, whose dearest orders are looked for.
  static let dearestLimit = 400

  /// The price of the dearest order of a word of given dense factors, the exact
  /// value that `worstPrice` bounds. Where the bound is beyond 128 bits and
  /// this isn't, the chain need not be refused.
  ///
  /// - Returns: nil when some order costs 2^128 fma or more, or when other
  ///   factors are among them.
  /// - Complexity: O(q³): the maximum over the splits of every span.
  static func dearestOrder(
    of word: [Int], _ factors: [Factor], _ patterns: [Pattern]
  ) -> UInt128? {
    let isProduct = word.allSatisfy { index in
      patterns[index].isDense
        && Mode.allCases.allSatisfy { factors[index].cost($0) == nil }
    }
    guard isProduct else { return nil }
    let sizes = [factors[word[0]].columns] + word.map { factors[$0].rows }
    let width = sizes.count
    // prices[i · width + j]: of the span from interface i to j.
    var prices = [UInt128](repeating: 0, count: width * width)
    for length in 2..<max(2, width) {
      for start in 0..<width - length {
        let end = start + length
        var dearest: UInt128 = 0
        for split in start + 1..<end {
          let join = CostModel.dense(sizes[start], sizes[split], sizes[end])
          let parts = prices[start * width + split].addingReportingOverflow(
            prices[split * width + end])
          let price = parts.partialValue.addingReportingOverflow(join)
          guard !parts.overflow, !price.overflow else { return nil }
          dearest = max(dearest, price.partialValue)
        }
        prices[start * width + end] = dearest
      }
    }
    return prices[width - 1]
  }
}
