import JacobianChain

/// Round times along a makespan, and what they are called.
struct TimeAxis {
  /// One mark.
  struct Tick {
    /// After the beginning.
    var time: UInt128
    /// Its number, without the unit: "1.5".
    var label: String
  }

  /// From 0 on, equally far apart, none after the end.
  let ticks: [Tick]
  /// "fma", "kfma", "Mfma", …, or "ns", "µs", "ms", "s", "ks", …
  let unit: String

  private static let prefixes = [
    "", "k", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q",
  ]

  /// At most `count` + 1 ticks; 1, 2 or 5 times a power of ten apart.
  ///
  /// - Precondition: `end` and `count` are above 0.
  init(to end: UInt128, count: Int, in unit: Rate.Unit = .fma) {
    let least = max(1, end / UInt128(count))
    var (power, digits): (UInt128, Int) = (1, 0)
    while power <= least / 10 {
      power *= 10
      digits += 1
    }
    // Multiples that reach `least`; the last one is the next power of ten.
    var step = power
    for factor: UInt128 in [1, 2, 5, 10] {
      let product = power.multipliedReportingOverflow(by: factor)
      if product.overflow { break }
      step = product.partialValue
      if end / step <= UInt128(count) { break }
    }
    var size = 0
    var rest = end
    while rest >= 1000, size < Self.prefixes.count - 1 {
      rest /= 1000
      size += 1
    }
    var whole: UInt128 = 1
    for _ in 0..<size { whole *= 1000 }
    // A step of 200 in units of 1000 has one decimal.
    var decimals = 0
    var fraction = whole
    while fraction > 1, step % fraction != 0 {
      fraction /= 10
      decimals += 1
    }
    self.unit =
      switch unit {
      case .fma: Self.prefixes[size] + "fma"
      case .nanoseconds:
        size < 3 ? ["ns", "µs", "ms"][size] : Self.prefixes[size - 3] + "s"
      }
    ticks = (0...end / step).map { index in
      let time = index * step
      var label = DigitGrouping.plain.grouped(time / whole)
      if decimals > 0 {
        let digits = "\(time % whole / fraction)"
        let zeros = String(repeating: "0", count: decimals - digits.count)
        label += "." + zeros + digits
      }
      return Tick(time: time, label: time == 0 ? "0" : label)
    }
  }
}
