/// Derivatives side by side, so that one sweep carries several seeds.
extension SIMD where Scalar == Double {
  /// lanes · slope. Where bit k of `present` isn't set there is nothing to be
  /// multiplied in lane k: it stays 0 whatever the slope is.
  ///
  /// A 0 that is there is a number like any other: 0 · ∞ is NaN.
  @inlinable
  @inline(__always)
  func scaled(by slope: Double, _ present: UInt64) -> Self {
    slope.isFinite ? self * slope : scaled(byPole: slope, present)
  }

  @usableFromInline
  func scaled(byPole slope: Double, _ present: UInt64) -> Self {
    var product = self * slope
    for lane in indices where present >> UInt64(lane) & 1 == 0 {
      product[lane] = 0
    }
    return product
  }
}
