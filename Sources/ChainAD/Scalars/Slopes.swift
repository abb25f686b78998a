import RealModule

/// φ′ where the formula of the textbook loses digits, for scalars and layers.
@usableFromInline
enum Slopes {
  /// Of 1 / (1 + e⁻ˣ): s / (1 + s)² with s = e^−|x|, which can't overflow.
  @inlinable
  static func sigmoid(_ x: Double) -> Double {
    let small = Double.exp(-x.magnitude)
    return small / ((1 + small) * (1 + small))
  }

  /// 1 / cosh² x, as tanh x = 2 / (1 + e^−2x) − 1. From the rounded tanh x no
  /// digit could be had where that is ±1.
  @inlinable
  static func tanh(_ x: Double) -> Double { 4 * sigmoid(2 * x) }

  /// 1 / √(1 + x²).
  @inlinable
  static func asinh(_ x: Double) -> Double { 1 / .hypot(1, x) }

  /// 1 / √(x² − 1); +∞ at 1, NaN below.
  @inlinable
  static func acosh(_ x: Double) -> Double {
    // Two roots: their product is NaN below −1, too.
    1 / (.sqrt(x - 1) * .sqrt(x + 1))
  }

  /// 1 / (1 − x²); +∞ at ±1, NaN beyond.
  @inlinable
  static func atanh(_ x: Double) -> Double {
    let square = (1 - x) * (1 + x)
    return square < 0 ? .nan : 1 / square
  }

  /// 1 / √(1 − x²); +∞ at ±1, NaN beyond.
  @inlinable
  static func asin(_ x: Double) -> Double { 1 / .sqrt((1 - x) * (1 + x)) }

  /// 1 / (1 + x²).
  @inlinable
  static func atan(_ x: Double) -> Double {
    let square = x * x
    return square.isFinite ? 1 / (1 + square) : 1 / x / x
  }

  /// 2/√π · e^(−x²), with the digits that x · x loses.
  @inlinable
  static func erf(_ x: Double) -> Double {
    // e^(−x²) is 0 long before the square overflows.
    guard x.magnitude < 30 else { return x.isNaN ? x : 0 }
    let square = x * x
    let rest = (-square).addingProduct(x, x)
    let bell = bellHeight * Double.exp(-square)
    return bell - bell * rest
  }

  /// 2/√π.
  @inlinable
  static var bellHeight: Double {
    0x1.20dd750429b6dp0
  }
}

/// φ″ of the same functions. Factors come in an order that neither overflows
/// nor underflows before the result does.
@usableFromInline
enum Bends {
  /// −φ′ · tanh(x / 2).
  @inlinable
  static func sigmoid(_ x: Double) -> Double {
    -Slopes.sigmoid(x) * .tanh(x / 2)
  }

  /// −2 · tanh x / cosh² x.
  @inlinable
  static func tanh(_ x: Double) -> Double { -2 * .tanh(x) * Slopes.tanh(x) }

  /// −x / (1 + x²)^(3/2).
  @inlinable
  static func asinh(_ x: Double) -> Double {
    let slope = Slopes.asinh(x)
    return -(x * slope) * slope * slope
  }

  /// −x / (x² − 1)^(3/2).
  @inlinable
  static func acosh(_ x: Double) -> Double {
    let slope = Slopes.acosh(x)
    return -(x * slope) * slope * slope
  }

  /// 2x / (1 − x²)².
  @inlinable
  static func atanh(_ x: Double) -> Double {
    let slope = Slopes.atanh(x)
    return 2 * x * slope * slope
  }

  /// x / (1 − x²)^(3/2).
  @inlinable
  static func asin(_ x: Double) -> Double {
    let slope = Slopes.asin(x)
    return x * slope * slope * slope
  }

  /// −2x / (1 + x²)².
  @inlinable
  static func atan(_ x: Double) -> Double {
    let slope = Slopes.atan(x)
    return -2 * (x * slope) * slope
  }

  /// −2x · φ′.
  @inlinable
  static func erf(_ x: Double) -> Double {
    guard x.magnitude < 30 else { return x.isNaN ? x : 0 }
    let square = x * x
    let rest = (-square).addingProduct(x, x)
    // Twice the root: φ′ may be subnormal where φ″ isn't.
    let root = Double.exp(-square / 2)
    return -2 * x * root * Slopes.bellHeight * root * (1 - rest)
  }
}
