import ChainExecutor
import JacobianChain

/// How much that which is lost below the smallest doubles is multiplied by
/// afterwards.
enum Lift {
  /// log₂ of what makes it worth looking for: 2^32. What was below the normal
  /// numbers, 2^−1022, stays below 2^−990 otherwise, and nobody misses it.
  static let limit = 32.0
}

extension Double {
  /// log₂ of the magnitude, at most 0.09 too small: its bits, read as a number.
  /// That of 0 is −1023, as of all that a 0 may have been; infinity and what is
  /// no number exceed every limit.
  var roughLogarithm: Double {
    Double(Int(magnitude.bitPattern) - Int((1.0).bitPattern)) * 0x1p-52
  }
}

extension Route {
  /// log₂ of the greatest product of what comes before and what comes behind
  /// some hops in a row, in which a number may have been lost.
  ///
  /// - Parameter gain: log₂ of the largest entry of a factor.
  /// - Complexity: O(hops).
  func lift<Failure: Error>(
    _ gain: (Int) throws(Failure) -> Double
  ) throws(Failure) -> Double {
    let nowhere = [Double](repeating: -.infinity, count: sizes.count)
    // Where nothing was lost yet; where that happens; after it.
    var (before, lost, after) = (nowhere, nowhere, nowhere)
    before[start] = 0
    for hop in hops {
      let own = try gain(hop.factor)
      before[hop.to] = max(before[hop.to], before[hop.from] + own)
      after[hop.to] = max(
        after[hop.to], lost[hop.from] + own, after[hop.from] + own)
      lost[hop.to] = max(lost[hop.to], lost[hop.from], before[hop.from])
    }
    return max(lost[end], after[end])
  }
}
