/// Derivatives side by side, so that one sweep carries several seeds.
extension SIMD where Scalar == Double {
  /// lanes · slope, but a lane that is 0 stays 0 whatever the slope is.
  ///
  /// A zero is a direction that doesn't move x, and has no part in a pole of
  /// φ′. The plain product would make NaN of 0 · ∞.
  @inlinable
  @inline(__always)
  func scaled(by slope: Double) -> Self {
    slope.isFinite ? self * slope : scaled(byPole: slope)
  }

  @usableFromInline
  func scaled(byPole slope: Double) -> Self {
    (self * slope).replacing(with: 0, where: self .== 0)
  }
}
