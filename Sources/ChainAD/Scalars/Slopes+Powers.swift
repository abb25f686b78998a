import RealModule

extension Slopes {
  /// y · xʸ⁻¹ for x ≥ 0.
  ///
  /// - Parameter value: xʸ.
  @inlinable
  static func pow(inBase x: Double, _ y: Double, of value: Double) -> Double {
    if value.isNaN { return .nan }
    // 0⁰ is NaN.
    if x == 0 || x == .infinity { return y == 1 ? 1 : y * .pow(x, y - 1) }
    // y − 1 would be rounded, and is an exponent.
    if value.isNormal { return scaled(value, by: y, over: x) }
    // xʸ is beyond the doubles, but the slope needn't be.
    let half = Double.pow(x, y / 2)
    return scaled(half, by: y, over: x) * half
  }

  /// xʸ · ln x for x ≥ 0; 0 at x = 0 for y > 0, though ln 0 is −∞.
  ///
  /// - Parameter value: xʸ.
  @inlinable
  static func pow(
    inExponent y: Double, ofBase x: Double, of value: Double
  ) -> Double {
    if x == 0 && y > 0 { return 0 }
    if value.isNormal { return value * .log(x) }
    let half = Double.pow(x, y / 2)
    return half * .log(x) * half
  }

  /// y · v / x in the order that stays within the doubles.
  @inlinable
  static func scaled(_ v: Double, by y: Double, over x: Double) -> Double {
    x <= 1 || v <= 1 ? y * v / x : y * (v / x)
  }

  /// n · xⁿ⁻¹.
  @inlinable
  static func pow(_ x: Double, _ n: Int) -> Double {
    if n == 0 { return 0 }
    // n − 1 = a + b; halves of the power can't be subnormal before all is.
    let a = n / 2
    let b = n - a - 1
    return Double(n) * .pow(x, a) * .pow(x, b)
  }

  /// The derivative of the n-th root, n · x times less than the root.
  ///
  /// - Parameter value: the root, of a rounded 1 / n.
  @inlinable
  static func root(_ x: Double, _ n: Int, of value: Double) -> Double {
    let number = Double(n)
    if x == 0 { return n == 1 ? 1 : n > 0 ? .infinity : -.infinity }
    return root(x, number, value) / number / x
  }

  /// The root with the digits that 1 / n lacks: |x|^(1/n − inverse) more.
  @inlinable
  static func root(_ x: Double, _ n: Double, _ value: Double) -> Double {
    let inverse = 1 / n
    let rest = (1.0).addingProduct(-inverse, n) / n
    // Cube roots aren't made by way of 1 / n.
    return rest == 0 || n == 3
      ? value : value + value * rest * .log(x.magnitude)
  }
}

extension Bends {
  /// The derivatives of y · xʸ⁻¹ by x and y, for x ≥ 0.
  @inlinable
  static func pow(
    inBase x: Double, _ y: Double
  ) -> (Double, Double) {
    if x == 0 {
      let more = y == 2 ? 1 : Double.pow(0, y - 2)
      return (
        y == 1 ? 0 : y * (y - 1) * more,
        y > 1 ? 0 : y < 0 ? .infinity : -.infinity
      )
    }
    let log = Double.log(x)
    let (second, first) = (half(x, y, less: 2), half(x, y, less: 1))
    return (
      y * second.power * ((y - 1) * second.power) * (1 + second.rest * log),
      first.power * (1 + y * log) * first.power * (1 + first.rest * log)
    )
  }

  /// xʸ · ln² x for x ≥ 0.
  @inlinable
  static func pow(inExponent y: Double, ofBase x: Double) -> Double {
    if x == 0 && y > 0 { return 0 }
    let root = Double.pow(x, y / 2) * .log(x)
    return root * root
  }

  /// x^((y − less) / 2), which is a double where its square isn't, and what
  /// the rounded y − less lacks.
  @inlinable
  static func half(
    _ x: Double, _ y: Double, less: Double
  ) -> (power: Double, rest: Double) {
    let exponent = y - less
    let taken = y - exponent
    let rest = (y - (exponent + taken)) + (taken - less)
    return (.pow(x, exponent / 2), rest)
  }

  /// n · (n − 1) · xⁿ⁻².
  @inlinable
  static func pow(_ x: Double, _ n: Int) -> Double {
    if n == 0 || n == 1 { return 0 }
    // n − 2 = a + b.
    let a = n / 2 - 1
    let b = n - n / 2 - 1
    return Double(n) * .pow(x, a) * ((Double(n) - 1) * .pow(x, b))
  }

  /// 1/n · (1/n − 1) · root / x².
  @inlinable
  static func root(_ x: Double, _ n: Int, of value: Double) -> Double {
    if n == 1 { return 0 }
    // The slope falls from its pole.
    if x == 0 { return n > 0 ? -.infinity : .infinity }
    let number = Double(n)
    return Slopes.root(x, n, of: value) * ((1 - number) / number) / x
  }
}
