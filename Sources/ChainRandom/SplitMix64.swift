/// The seeded generator behind every random instance and matrix: the same
/// numbers on every platform (Steele, Lea & Flood 2014,
/// doi:10.1145/2660193.2660195).
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  /// Starts the sequence of `seed`.
  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number from the range, every one equally likely.
  ///
  /// Own arithmetic, because the standard library doesn't promise to keep its
  /// way of drawing from a range.
  package mutating func integer(in range: ClosedRange<Int>) -> Int {
    let width = UInt64(bitPattern: Int64(range.upperBound - range.lowerBound))
    guard width < .max else { return Int(Int64(bitPattern: next())) }
    let count = width + 1
    let rejected = (0 &- count) % count
    while true {
      let product = next().multipliedFullWidth(by: count)
      if product.low >= rejected {
        return range.lowerBound + Int(product.high)
      }
    }
  }

  /// A double from −1 up to 1, in steps of 2^−52.
  package mutating func uniform() -> Double {
    Double(Int64(bitPattern: next()) >> 11) * 0x1p-52
  }

  /// True with probability 1 / `n`.
  package mutating func oneIn(_ n: Int) -> Bool { integer(in: 1...n) == 1 }
}
