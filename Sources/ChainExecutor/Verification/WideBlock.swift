import JacobianChain

/// Vectors with twice the precision of a double and none of its limits, and
/// with what rounding could do to them.
///
/// Element (i, v), coordinate i of vector v, is (high + low) · 2^exponent, with
/// an exponent of its own: neither 1e-200 · 1e-200 nor 1e200 · 1e200 is lost.
///
/// `error` · 2^exponent is the size of the error that the element may have when
/// it is computed with doubles: see `Rounding`.
///
/// A block doesn't change once it is made; copies share its memory.
struct WideBlock {
  typealias Doubles = UnsafeMutablePointer<Double>

  /// Coordinates of each vector.
  let count: Int
  /// Vectors.
  let width: Int
  /// Element (i, v) is at i · width + v of this and the others.
  let high: Doubles
  let low: Doubles
  let error: Doubles
  let exponent: UnsafeMutablePointer<Int>
  private let storage: Buffer

  /// The exponent of 0: below every other, even after many products.
  static let nothing = -(1 << 40)

  /// All elements 0, without error.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when they don't fit into memory.
  init(zero count: Int, width: Int) throws(ChainError) {
    (self.count, self.width) = (count, width)
    let size = count * width
    storage = try Buffer(count: 4 * size)
    storage.base.update(repeating: 0, count: 4 * size)
    (high, low) = (storage.base, storage.base + size)
    error = storage.base + 2 * size
    exponent = UnsafeMutableRawPointer(storage.base + 3 * size)
      .bindMemory(to: Int.self, capacity: size)
    exponent.update(repeating: Self.nothing, count: size)
  }

  /// Unit vectors: number `lines[v]` as vector v.
  init(units lines: Range<Int>, of count: Int) throws(ChainError) {
    try self.init(zero: count, width: lines.count)
    for (vector, line) in lines.enumerated() {
      set(line, vector, to: 1)
    }
  }

  /// Gives an element a value, without error; only for a block that is being
  /// made.
  func set(_ coordinate: Int, _ vector: Int, to value: Double) {
    let place = coordinate * width + vector
    high[place] = value
    normalize(place)
  }

  /// An element as two doubles, the second far below the first; the first is
  /// infinite beyond the largest double.
  func value(_ coordinate: Int, _ vector: Int) -> (high: Double, low: Double) {
    let place = coordinate * width + vector
    return (
      high[place].scaled(by: exponent[place]),
      low[place].scaled(by: exponent[place])
    )
  }

  /// The error of an element as a double.
  func error(_ coordinate: Int, _ vector: Int) -> Double {
    let place = coordinate * width + vector
    return error[place].scaled(by: exponent[place])
  }

  /// Whether an element is more than what remains of a sum that is 0.
  func isSignificant(_ coordinate: Int, _ vector: Int) -> Bool {
    let place = coordinate * width + vector
    return high[place].magnitude > error[place]
  }

  /// Whether a double, being too small for all its digits, can't come as near
  /// to an element as rounding would.
  func losesDigits(_ coordinate: Int, _ vector: Int) -> Bool {
    let place = coordinate * width + vector
    let (exact, power) = (high[place], exponent[place])
    guard isSignificant(coordinate, vector), power < -900 else { return false }
    // Scaled twice, because 2^−power may be beyond the largest double.
    let near = exact.scaled(by: power).scaled(by: 600)
      .scaled(by: -600 - power)
    return !((near - exact).magnitude <= Rounding.safety * error[place])
  }

  /// Takes the exponent that the size of an element asks for, `nothing` for 0;
  /// only for a block that is being made.
  func normalize(_ place: Int) {
    let size = max(high[place].magnitude, error[place])
    if size == 0 {
      exponent[place] = Self.nothing
      return
    }
    if exponent[place] == Self.nothing { exponent[place] = 0 }
    // What an operator of doubles lost stays lost: it agrees with nothing.
    guard size.isFinite else { return }
    let shift = Int(size.exponent)
    guard shift != 0 else { return }
    high[place] = high[place].scaled(by: -shift)
    low[place] = low[place].scaled(by: -shift)
    error[place] = error[place].scaled(by: -shift)
    exponent[place] += shift
  }
}

extension Double {
  /// self · 2^exponent, rounded once.
  func scaled(by exponent: Int) -> Double {
    // Almost always neither end of the range is near.
    if exponent.magnitude <= 900, magnitude < 0x1p100, magnitude > 0x1p-100 {
      return self * Double(bitPattern: UInt64(1023 + exponent) << 52)
    }
    return Double(sign: .plus, exponent: exponent, significand: self)
  }
}
