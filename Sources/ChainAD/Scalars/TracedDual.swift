import RealModule

/// A dual number that writes down on a tape how it came about: forward over
/// reverse, for second derivatives.
///
/// The slope of every step is a dual itself, so that the reverse sweep carries
/// the tangents of the adjoints. A constant has no tape and costs nothing.
///
/// `elemental` gives a value and a slope as plain numbers and says nothing of
/// the second derivative, so whoever uses it is refused a Hessian.
@frozen
public struct TracedDual: Scalar {
  @usableFromInline typealias Number = Dual<SIMD4<Double>>

  @usableFromInline let number: Number
  @usableFromInline unowned(unsafe) let tape: CurvedTape?
  /// The step that made it; 0 for a constant.
  @usableFromInline let step: Int

  @inlinable
  init(_ number: Number, tape: CurvedTape?, step: Int) {
    self.number = number
    self.tape = tape
    self.step = step
  }

  /// A constant, on no tape.
  @inlinable
  public init(_ constant: Double) {
    self.init(Number(constant), tape: nil, step: 0)
  }

  /// The value.
  @inlinable
  public var primal: Double { number.primal }

  /// Recorded as a step whose second derivative isn't known.
  @inlinable
  public static func elemental(
    _ x: Self, value: Double, slope: Double
  ) -> Self {
    x.tape?.appendUnknown()
    return record(x, Number(value), Number(slope))
  }

  /// Recorded as a step whose second derivative isn't known.
  @inlinable
  public static func elemental(
    _ x: Self, _ y: Self, value: Double, slopes: (Double, Double)
  ) -> Self {
    (x.tape ?? y.tape)?.appendUnknown()
    return record(
      x, y, Number(value), (Number(slopes.0), Number(slopes.1)))
  }

  /// φ(x), with φ′ on duals.
  @inlinable
  static func record(
    _ x: Self, _ value: Number, _ slope: @autoclosure () -> Number
  ) -> Self {
    guard let tape = x.tape else { return Self(value.primal) }
    return Self(
      value, tape: tape, step: tape.append(x.step, slope(), 0, Number(0)))
  }

  /// φ(x, y), with both slopes on duals.
  @inlinable
  static func record(
    _ x: Self, _ y: Self, _ value: Number,
    _ slopes: @autoclosure () -> (Number, Number)
  ) -> Self {
    guard let tape = x.tape ?? y.tape else { return Self(value.primal) }
    let slopes = slopes()
    return Self(
      value, tape: tape,
      step: tape.append(x.step, slopes.0, y.step, slopes.1))
  }
}

extension TracedDual {
  /// The constant 0.
  @inlinable
  public static var zero: Self { Self(0.0) }

  /// A constant.
  @inlinable
  public init(floatLiteral value: Double) { self.init(value) }

  /// A constant.
  @inlinable
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  /// A constant; nil when no `Double` has this value.
  @inlinable
  public init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Double(exactly: source) else { return nil }
    self.init(value)
  }

  /// Whether the values are equal; derivatives aren't looked at.
  @inlinable
  public static func == (a: Self, b: Self) -> Bool { a.primal == b.primal }

  /// Whether a has the smaller value; derivatives aren't looked at.
  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.primal < b.primal }

  /// |x|, with slope +1 at 0.
  @inlinable
  public var magnitude: Self { primal < 0 ? -self : self }

  /// a + b.
  @inlinable
  public static func + (a: Self, b: Self) -> Self {
    record(a, b, a.number + b.number, (1, 1))
  }

  /// a − b.
  @inlinable
  public static func - (a: Self, b: Self) -> Self {
    record(a, b, a.number - b.number, (1, -1))
  }

  /// −x.
  @inlinable
  public static prefix func - (x: Self) -> Self {
    record(x, -x.number, -1)
  }

  /// a · b.
  @inlinable
  public static func * (a: Self, b: Self) -> Self {
    record(a, b, a.number * b.number, (b.number, a.number))
  }

  /// a / b.
  @inlinable
  public static func / (a: Self, b: Self) -> Self {
    let quotient = a.number / b.number
    let slope = 1 / b.number
    return record(a, b, quotient, (slope, -quotient * slope))
  }

  /// a becomes a + b.
  @inlinable
  public static func += (a: inout Self, b: Self) { a = a + b }

  /// a becomes a − b.
  @inlinable
  public static func -= (a: inout Self, b: Self) { a = a - b }

  /// a becomes a · b.
  @inlinable
  public static func *= (a: inout Self, b: Self) { a = a * b }

  /// a becomes a / b.
  @inlinable
  public static func /= (a: inout Self, b: Self) { a = a / b }

  /// 1 / x, or nil where `Double` has none.
  @inlinable
  public var reciprocal: Self? {
    primal.reciprocal == nil ? nil : 1 / self
  }
}
