import RealModule

/// A dual number that writes down on a tape how it came about: forward over
/// reverse, for second derivatives.
///
/// The slope of every step is a dual itself, so that the reverse sweep carries
/// the tangents of the adjoints. A constant has no tape and costs nothing.
///
/// `elemental` with plain numbers says nothing of the second derivative, so
/// whoever uses it is refused a Hessian.
@frozen
@usableFromInline
struct TracedDual: ActiveScalar {
  /// The value and how it moves along four directions.
  @usableFromInline let number: Dual<SIMD4<Double>>
  @usableFromInline let log: UnsafeMutablePointer<CurvedTape.Log>?
  /// The step that made it; 0 for a constant.
  @usableFromInline let step: Int

  @inlinable
  init(
    _ number: Number, log: UnsafeMutablePointer<CurvedTape.Log>?, step: Int
  ) {
    self.number = number
    self.log = log
    self.step = step
  }

  /// A constant, on no tape.
  @inlinable
  init(_ constant: Double) {
    self.init(Number(constant), log: nil, step: 0)
  }

  /// The value alone.
  @inlinable
  var primal: Double { number.primal }

  /// φ(x), recorded with φ′ on duals.
  @inlinable
  static func elemental(
    _ x: Self, value: Dual<SIMD4<Double>>, slope: Dual<SIMD4<Double>>
  ) -> Self {
    guard let log = x.log else { return Self(value.primal) }
    let step = CurvedTape.Log.append(
      CurvedTape.Log.Step(x.step, slope, 0, 0), to: log)
    return Self(value, log: log, step: step)
  }

  /// φ(x, y), recorded with both slopes on duals.
  @inlinable
  static func elemental(
    _ x: Self, _ y: Self, value: Dual<SIMD4<Double>>,
    slopes: (Dual<SIMD4<Double>>, Dual<SIMD4<Double>>)
  ) -> Self {
    guard let log = x.log ?? y.log else { return Self(value.primal) }
    assert(
      x.log == nil || y.log == nil || x.log == y.log,
      "numbers of two tapes met")
    let step = CurvedTape.Log.append(
      CurvedTape.Log.Step(x.step, slopes.0, y.step, slopes.1), to: log)
    return Self(value, log: log, step: step)
  }

  /// Recorded as a step whose second derivative isn't known.
  @inlinable
  static func elemental(
    _ x: Self, value: Double, slope: Double
  ) -> Self {
    x.log?.pointee.hasUnknownStep = true
    return elemental(x, value: Number(value), slope: Number(slope))
  }

  /// Recorded as a step whose second derivative isn't known.
  @inlinable
  static func elemental(
    _ x: Self, _ y: Self, value: Double, slopes: (Double, Double)
  ) -> Self {
    (x.log ?? y.log)?.pointee.hasUnknownStep = true
    return elemental(
      x, y, value: Number(value),
      slopes: (Number(slopes.0), Number(slopes.1)))
  }
}
