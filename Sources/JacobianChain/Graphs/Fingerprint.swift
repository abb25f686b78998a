/// A polynomial's value at two random points of the field of p = 2^61 − 1
/// elements.
///
/// Two polynomials of degree d that differ agree at a random point with
/// probability at most d ÷ p (Schwartz 1980, doi:10.1145/322217.322225; Zippel
/// 1979), at both points with at most (d ÷ p)²: below 2^-50 for degrees up to
/// 2^36.
struct Fingerprint: Hashable {
  private static let prime: UInt64 = 1 << 61 - 1

  private var first: UInt64
  private var second: UInt64

  private init(_ first: UInt64, _ second: UInt64) {
    (self.first, self.second) = (first, second)
  }

  /// The polynomial 0.
  static let zero = Fingerprint(0, 0)
  /// The polynomial 1.
  static let one = Fingerprint(1, 1)

  /// An independent variable, known by two numbers.
  init(variable index: Int, _ position: Int = 0) {
    self.init(
      Self.scrambled(UInt64(index), UInt64(position), 1),
      Self.scrambled(UInt64(index), UInt64(position), 2))
  }

  /// Three numbers as one field element: the finaliser of SplitMix64 (Steele,
  /// Lea & Flood 2014, doi:10.1145/2660193.2660195) over each in turn.
  private static func scrambled(_ numbers: UInt64...) -> UInt64 {
    var state: UInt64 = 0
    for number in numbers {
      state = (state ^ number) &+ 0x9E37_79B9_7F4A_7C15
      state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
    return state % prime
  }

  static func + (a: Fingerprint, b: Fingerprint) -> Fingerprint {
    Fingerprint(sum(a.first, b.first), sum(a.second, b.second))
  }

  static func - (a: Fingerprint, b: Fingerprint) -> Fingerprint {
    Fingerprint(
      sum(a.first, prime - b.first), sum(a.second, prime - b.second))
  }

  static func * (a: Fingerprint, b: Fingerprint) -> Fingerprint {
    Fingerprint(product(a.first, b.first), product(a.second, b.second))
  }

  static func += (a: inout Fingerprint, b: Fingerprint) { a = a + b }

  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a + b
    return sum >= prime ? sum - prime : sum
  }

  private static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return sum(low & prime, high << 3 | low >> 61)
  }
}
