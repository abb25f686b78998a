import ChainExecutor
import JacobianChain
import RealModule

/// log₂ of the largest entry of a factor.
struct Gain {
  var entries: Double
  /// That of what a number which is lost within the factor may still be
  /// multiplied by there; at least 0.
  var inside = 0.0
}

/// How much that which is lost below the smallest doubles may be multiplied by,
/// before and behind the factors in a row in which it was lost, as log₂.
struct Lift {
  /// What makes it worth looking for: 2^32. What was below the normal numbers,
  /// 2^−1022, stays below 2^−990 otherwise, and nobody misses it.
  static let limit = 32.0

  /// Of each place: where nothing was lost yet; where that happens; after it.
  private var before: [Double]
  private var lost: [Double]
  private var after: [Double]

  /// - Parameters:
  ///   - places: how many there are.
  ///   - seed: log₂ of the largest number that begins at `start`.
  init(places: Int, start: Int, seed: Double = 0) {
    before = [Double](repeating: -.infinity, count: places)
    (lost, after) = (before, before)
    before[start] = seed
  }

  /// What enters a place comes before what leaves it.
  mutating func pass(from: Int, to: Int, _ gain: Gain) {
    let entries = gain.entries
    after[to] = max(after[to], lost[from] + entries, after[from] + entries)
    lost[to] = max(lost[to], max(lost[from], before[from]) + gain.inside)
    before[to] = max(before[to], before[from] + entries)
  }

  /// What the end has been reached with.
  func atEnd(_ end: Int) -> Double { max(lost[end], after[end]) }
}

extension Route {
  /// That of the whole way.
  ///
  /// - Complexity: O(hops).
  func lift<Failure: Error>(
    _ gain: (Int) throws(Failure) -> Gain
  ) throws(Failure) -> Double {
    var lift = Lift(places: sizes.count, start: start)
    for hop in hops {
      lift.pass(from: hop.from, to: hop.to, try gain(hop.factor))
    }
    return lift.atEnd(end)
  }
}

extension Double {
  /// log₂ of the magnitude. That of 0 is −1075, as of all that rounds to it;
  /// infinity and what is no number exceed every limit.
  var logarithm: Double {
    guard isFinite else { return 1024 }
    return self == 0 ? -1075 : .log2(magnitude)
  }
}
