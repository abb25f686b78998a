import ChainRandom
import ChainTestSupport
import Testing

@testable import ChainSolvers

/// Packing by sums of subsets against every way to share pieces out.
@Suite struct SubsetSumsTests {
  private func mayFit(
    _ pieces: [Int], _ bins: [Int], steps: Int = .max
  ) -> Bool {
    var steps = steps
    return bins.withUnsafeBufferPointer {
      SubsetSums(of: pieces).mayFit($0, steps: &steps)
    }
  }

  /// Bins with a little to spare, so that both answers are frequent.
  @Test func equalsEveryAssignment() throws {
    var answers = [false: 0, true: 0]
    try withSeeds(0..<4000) { seed in
      var random = ChainRandom.SplitMix64(seed: seed)
      let pieces = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Int.random(in: 1...30, using: &random)
      }
      var bins = [Int](
        repeating: 0, count: Int.random(in: 1...4, using: &random))
      for piece in pieces {
        bins[Int.random(in: bins.indices, using: &random)] += piece
      }
      for _ in 0..<2 {
        let bin = Int.random(in: bins.indices, using: &random)
        bins[bin] = max(0, bins[bin] + Int.random(in: -4...5, using: &random))
      }
      let expected = fits(pieces[...], in: bins)
      answers[expected]! += 1
      #expect(mayFit(pieces, bins) == expected, "\(pieces) in \(bins)")
    }
    #expect(answers[false]! > 500 && answers[true]! > 500)
  }

  /// Out of steps, nothing is ruled out.
  @Test func withoutStepsAllMayFit() {
    let bins = [5, 5, 5]
    let pieces = [3, 3, 3, 3]
    #expect(!mayFit(pieces, bins))
    #expect(mayFit(pieces, bins, steps: 1))
    // More than there is room for is seen without a step.
    #expect(!mayFit([4, 4, 4, 4], bins, steps: 0))
  }
}
