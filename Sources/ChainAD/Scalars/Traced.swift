import RealModule

/// A number that writes down on a tape how it came about: reverse mode; with
/// duals as `Number` forward over reverse, for second derivatives, as the slope
/// of every step is a dual itself, so that the reverse sweep carries the
/// tangents of the adjoints.
///
/// It knows its tape itself. A constant has none and costs nothing; a step of
/// two constants is a constant. Every other step adds one entry to the tape.
///
/// `elemental` with plain numbers says nothing of the second derivative, so
/// whoever uses it is refused a Hessian.
///
/// Not to be used after the tape is gone or has been restarted, nor together
/// with numbers of another tape.
@frozen
@usableFromInline
struct Recorded<Number: Scalar>: ActiveScalar {
  @usableFromInline typealias Log = TapeLog<Number>

  /// The value, and how it moves where it is a dual.
  @usableFromInline let number: Number
  @usableFromInline let log: UnsafeMutablePointer<Log>?
  /// The step that made it; 0 for a constant.
  @usableFromInline let step: Int

  @inlinable
  init(_ number: Number, log: UnsafeMutablePointer<Log>?, step: Int) {
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

  /// φ(x), recorded.
  @inlinable
  static func elemental(_ x: Self, value: Number, slope: Number) -> Self {
    guard let log = x.log else { return Self(value.primal) }
    let step = Log.append(Log.Step(x.step, slope, 0, 0), to: log)
    return Self(value, log: log, step: step)
  }

  /// φ(x, y), recorded.
  @inlinable
  static func elemental(
    _ x: Self, _ y: Self, value: Number, slopes: (Number, Number)
  ) -> Self {
    guard let log = x.log ?? y.log else { return Self(value.primal) }
    assert(y.log == nil || y.log == log, "numbers of two tapes met")
    let step = Log.append(
      Log.Step(x.step, slopes.0, y.step, slopes.1), to: log)
    return Self(value, log: log, step: step)
  }

  /// Recorded as a step whose second derivative isn't known.
  @inlinable
  static func elemental(_ x: Self, value: Double, slope: Double) -> Self {
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

/// For adjoints.
@usableFromInline typealias Traced = Recorded<Double>
/// Moves along four directions.
@usableFromInline typealias TracedDual = Recorded<Dual<SIMD4<Double>>>
/// Moves along one, with exponents of any size.
@usableFromInline typealias TracedWide = Recorded<WideDual>
