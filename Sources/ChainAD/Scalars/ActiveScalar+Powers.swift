import RealModule

extension ActiveScalar {
  /// xʸ for x ≥ 0, as `Double` has it: NaN for negative x and for 0⁰.
  ///
  /// With a whole number as exponent use `pow(_:_: Int)`.
  @inlinable
  static func pow(_ x: Self, _ y: Self) -> Self {
    let (base, exponent) = (x.primal, y.primal)
    let value = Number.pow(x.number, y.number)
    let power = value.primal
    let inBase = Slopes.pow(inBase: base, exponent, of: power)
    let inExponent = Slopes.pow(inExponent: exponent, ofBase: base, of: power)
    if !isWithinRange(inBase, at: base), let unit = unit(x, exponent * power) {
      return elemental(
        unit, y, value: value,
        slopes: (
          y.number * value / unit.number,
          .moving(with: unit.number, y.number, inExponent) {
            (
              power * (1 + exponent * .log(base)) / unit.primal,
              Bends.pow(inExponent: exponent, ofBase: base)
            )
          }
        ))
    }
    return elemental(
      x, y, value: value,
      slopes: (
        .moving(with: x.number, y.number, inBase) {
          Bends.pow(inBase: base, exponent)
        },
        .moving(with: x.number, y.number, inExponent) {
          (
            Bends.pow(inBase: base, exponent).1,
            Bends.pow(inExponent: exponent, ofBase: base)
          )
        }
      ))
  }

  /// xⁿ.
  @inlinable
  static func pow(_ x: Self, _ n: Int) -> Self {
    let value = Number.pow(x.number, n)
    return elemental(
      x, value: value,
      slope: .moving(
        with: x.number, Slopes.pow(x.primal, n), bend: Bends.pow(x.primal, n)),
      elasticity: Number(Double(n)) * value)
  }

  /// √x; the slope is +∞ at 0, NaN below.
  @inlinable
  static func sqrt(_ x: Self) -> Self {
    let value = Number.sqrt(x.number)
    // −0 + 0 is +0.
    return elemental(x, value: value, slope: 0.5 / (value + 0))
  }

  /// The n-th root; for even n the slope is NaN below 0.
  ///
  /// At 0 the slope is +∞ for n > 1, −∞ for n < 0.
  @inlinable
  static func root(_ x: Self, _ n: Int) -> Self {
    let value = Number.root(x.number, n)
    let root = value.primal
    return elemental(
      x, value: value,
      slope: .moving(
        with: x.number, Slopes.root(x.primal, n, of: root),
        bend: Bends.root(x.primal, n, of: root)),
      elasticity: value
        * Number(Slopes.root(x.primal, Double(n), root) / root / Double(n)))
  }
}
