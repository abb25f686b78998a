import JacobianChain

/// Nanoseconds of a chain with structure, under a profile: the fma of each
/// product as `StructuredPrices` knows them, and how each span is stored.
final class StructuredTimes<Count: TablePrice>: SpanPrices {
  typealias Price = Double

  private let work: StructuredPrices<Count>
  private let profile: Profile
  private let factors: Int
  private let leaves: [LeafChoice]
  /// Row by row: span `i..<j` is at `i · q − i (i + 1) / 2 + j − 1`.
  private let shapes: [ValueShape]
  /// Prices of eliminations, infinite where not allowed.
  private let tangents: [Double]
  private let adjoints: [Double]

  /// Bytes a span.
  static var bytesPerSpan: Int {
    StructuredPrices<Count>.bytesPerSpan + MemoryLayout<ValueShape>.stride
      + 2 * MemoryLayout<Double>.stride
  }

  /// Derives all spans; nil when `control` stopped it.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  /// - Complexity: that of `StructuredPrices`.
  init?(
    _ chain: [Int], of problem: Problem, under profile: Profile,
    _ control: SearchControl
  ) throws(ChainError) {
    self.profile = profile
    factors = chain.count
    let rate = Rate.time(profile)
    let reading = chain.count > 1 ? Reading(of: problem, at: rate) : nil
    leaves = try chain.map { index throws(ChainError) in
      try LeafChoice(
        factor: index, of: problem, at: rate, reading: reading, control)
    }
    var shapes: [ValueShape] = []
    var tangents: [Double] = []
    var adjoints: [Double] = []
    func price(
      _ mode: Mode, _ index: Int, _ pattern: Pattern
    ) throws(ChainError) -> Double {
      let factor = problem.factors[index]
      guard problem.eliminationCost(of: factor, mode) != nil else {
        return .infinity
      }
      let evaluations = try CostModel.evaluations(
        mode, pattern, control: control)
      return Work(evaluations: evaluations, of: factor, mode)
        .map(profile.time) ?? .infinity
    }
    let work = try StructuredPrices<Count>(chain, of: problem, control) {
      i, j, pattern throws(ChainError) in
      shapes.append(ValueShape(pattern))
      tangents.append(try price(.tangent, chain[j - 1], pattern))
      adjoints.append(try price(.adjoint, chain[i], pattern))
    }
    guard let work else { return nil }
    self.work = work
    (self.shapes, self.tangents, self.adjoints) = (shapes, tangents, adjoints)
  }

  private func place(_ i: Int, _ j: Int) -> Int {
    i * factors - i * (i + 1) / 2 + j - 1
  }

  var stopReason: StopReason? { work.stopReason }

  func leaf(_ i: Int) -> LeafChoice { leaves[i] }

  func tangent(_ i: Int, _ j: Int) -> Double? { allowed(tangents[place(i, j)]) }

  func adjoint(_ i: Int, _ j: Int) -> Double? { allowed(adjoints[place(i, j)]) }

  private func allowed(_ price: Double) -> Double? {
    price == .infinity ? nil : price
  }

  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Double {
    let fma = work.multiply(i, k, j)
    // Whoever stopped the search doesn't want the price any more.
    guard fma != .unreached else { return .infinity }
    return profile.time(
      Work(
        multiply: shapes[place(k, j)], shapes[place(i, k)],
        into: shapes[place(i, j)], fma: fma.fma))
  }

  func joints(_ ks: Range<Int>, _ js: Range<Int>) -> Joints {
    Joints(prices: self)
  }

  /// Products are priced one by one, where the operands alone don't cost too
  /// much already.
  struct Joints: SpanJoints {
    let prices: StructuredTimes

    func price(_ i: Int, _ k: Int, _ j: Int, innerJoints: Joints) -> Double {
      prices.multiply(i, k, j)
    }

    func relax(
      _ row: UnsafeMutablePointer<Double>, _ i: Int, _ ks: Range<Int>,
      _ js: Range<Int>, inner: UnsafePointer<Double>, innerJoints: Joints,
      outer: UnsafePointer<Double>, side: Int, target: Joints
    ) {
      var tail = outer
      for k in ks {
        let base = inner[k]
        for j in js where base + tail[j] < row[j] {
          row[j] = min(row[j], base + tail[j] + prices.multiply(i, k, j))
        }
        tail += side
      }
    }
  }
}
