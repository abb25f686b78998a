/// A short name for bytes, so that a change is noticed (FNV-1a, 64 bits); no
/// protection against somebody who wants two files to have the same one.
package enum Digest {
  /// 16 hexadecimal digits.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
