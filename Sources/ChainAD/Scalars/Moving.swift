extension Scalar {
  /// φ′(x), which moves with φ″(x).
  ///
  /// For slopes whose own derivative the chain rule would find by a formula
  /// that cancels, overflows or divides 0 by 0.
  ///
  /// - Parameter bend: φ″(x); only asked for where slopes move.
  @inlinable
  @inline(__always)
  static func moving(
    with x: Self, _ slope: Double, bend: @autoclosure () -> Double
  ) -> Self {
    Self.self == Double.self
      ? Self(slope) : .elemental(x, value: slope, slope: bend())
  }

  /// A slope of φ(x, y), which moves with the second derivatives.
  ///
  /// - Parameter bends: its derivatives by x and y; only asked for where slopes
  ///   move.
  @inlinable
  @inline(__always)
  static func moving(
    with x: Self, _ y: Self, _ slope: Double,
    bends: () -> (Double, Double)
  ) -> Self {
    Self.self == Double.self
      ? Self(slope) : .elemental(x, y, value: slope, slopes: bends())
  }
}
