/// A number with the digits of a double and any exponent: number · 2^power.
struct Wide {
  /// 0, or from 1 to 2 in magnitude.
  private var number = 0.0
  private var power = 0

  init() {}

  /// - Precondition: x is finite.
  init(_ x: Double) {
    guard x != 0 else { return }
    number = Double(signOf: x, magnitudeOf: x.significand)
    power = Int(x.exponent)
  }

  /// The nearest double: 0 below, infinite beyond.
  var rounded: Double {
    Double(
      sign: .plus, exponent: max(-4096, min(4096, power)), significand: number)
  }

  static func * (a: Wide, x: Double) -> Wide {
    let factor = Wide(x)
    var product = Wide(a.number * factor.number)
    product.power += a.power + factor.power
    return product
  }

  static func += (a: inout Wide, b: Wide) {
    if b.number == 0 { return }
    if a.number == 0 || a.power < b.power - 128 {
      a = b
    } else if b.power >= a.power - 128 {
      let shifted = Double(
        sign: .plus, exponent: b.power - a.power, significand: b.number)
      let power = a.power
      a = Wide(a.number + shifted)
      if a.number != 0 { a.power += power }
    }
  }
}
