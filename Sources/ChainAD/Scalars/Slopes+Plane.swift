import RealModule

extension Bends {
  /// Second derivatives of h = √(x² + y²), by xx, xy and yy: y²/h³, −xy/h³,
  /// x²/h³.
  @inlinable
  static func hypot(
    _ x: Double, _ y: Double, _ h: Double
  ) -> (xx: Double, xy: Double, yy: Double) {
    let (cosine, sine) = (x / h, y / h)
    return (sine / h * sine, -cosine * sine / h, cosine / h * cosine)
  }

  /// Second derivatives of the angle of (x, y), by yy, xy and xx: −2xy/h⁴,
  /// (y² − x²)/h⁴, 2xy/h⁴.
  @inlinable
  static func atan2(
    y: Double, x: Double, _ h: Double
  ) -> (yy: Double, xy: Double, xx: Double) {
    let twice = 2 * (x / h) * (y / h) / h / h
    // A difference of the squares would cancel.
    return (-twice, (y - x) / h * ((y + x) / h) / h / h, twice)
  }
}
