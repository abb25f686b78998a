import JacobianChain

/// Prices the products of a graph's values at a rate, as they are derived.
struct ValuePricing {
  let rate: Rate
  private let reading: Reading
  /// What reading each value takes on top, in their order.
  private var readings: [UInt128] = []
  /// How values are stored, in their order; none for fma, which doesn't ask.
  private var shapes: [ValueShape] = []
  /// Σ of the dearest operation of each value so far: no plan costs more.
  private var worst: UInt128 = 0

  init(_ rate: Rate, _ problem: Problem) {
    self.rate = rate
    reading = Reading(of: problem, at: rate)
  }

  /// The pattern of the next value, and whether steps pay for reading it.
  mutating func append(
    _ pattern: @autoclosure () -> Pattern, isRead: Bool
  ) {
    guard rate != .fma else { return }
    shapes.append(ValueShape(pattern()))
    readings.append(isRead ? reading.price(pattern().storedEntries) : 0)
  }

  /// What a step pays on top that takes value `v`.
  func reading(_ v: Int) -> UInt128 { readings.isEmpty ? 0 : readings[v] }

  /// The price of value `v` as the product of two others.
  func price(
    of v: Int, _ outer: Int, _ inner: Int, fma: UInt128
  ) -> UInt128 {
    guard !shapes.isEmpty else { return fma }
    return rate.price(
      Work(
        multiply: shapes[outer], shapes[inner], into: shapes[v], fma: fma))
      + readings[outer] + readings[inner]
  }

  /// Refuses prices whose sums doubles may not hold; those in fma have been
  /// bounded before.
  ///
  /// - Throws: `ChainError` (`tooLarge`).
  mutating func check(
    _ operations: [ProductGraph.Operation]
  ) throws(ChainError) {
    guard !shapes.isEmpty else { return }
    worst += UInt128(operations.lazy.map(\.price).max() ?? 0)
    guard worst < UInt128(SharedProducts.sumLimit) else {
      throw ChainError(
        .tooLarge, at: "/targets",
        expected: "values that together take less than 2^53 ns",
        found: "104 days and more",
        advice: "plan for fma, or ask for shorter words")
    }
  }
}
