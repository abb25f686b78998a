import RealModule

/// A number that writes down on a tape how it came about: reverse mode.
///
/// It knows its tape itself. A constant has none and costs nothing; a step of
/// two constants is a constant. Every other step adds one entry to the tape.
///
/// Not to be used after the tape is gone or has been restarted, nor together
/// with numbers of another tape.
@frozen
@usableFromInline
struct Traced: ActiveScalar {
  /// The value.
  @usableFromInline let primal: Double
  @usableFromInline let log: UnsafeMutablePointer<Tape.Log>?
  /// The step that made it; 0 for a constant.
  @usableFromInline let step: Int

  @inlinable
  init(_ primal: Double, log: UnsafeMutablePointer<Tape.Log>?, step: Int) {
    self.primal = primal
    self.log = log
    self.step = step
  }

  /// A constant, on no tape.
  @inlinable
  init(_ constant: Double) {
    self.init(constant, log: nil, step: 0)
  }

  /// φ(x), recorded.
  @inlinable
  static func elemental(
    _ x: Self, value: Double, slope: Double
  ) -> Self {
    guard let log = x.log else { return Self(value) }
    let step = Tape.Log.append(
      Tape.Log.Step(x.step, slope, 0, 0), to: log)
    return Self(value, log: log, step: step)
  }

  /// φ(x, y), recorded.
  @inlinable
  static func elemental(
    _ x: Self, _ y: Self, value: Double, slopes: (Double, Double)
  ) -> Self {
    guard let log = x.log ?? y.log else { return Self(value) }
    assert(y.log == nil || y.log == log, "numbers of two tapes met")
    let step = Tape.Log.append(
      Tape.Log.Step(x.step, slopes.0, y.step, slopes.1), to: log)
    return Self(value, log: log, step: step)
  }
}
