import JacobianChain

/// Prices of a chain with structure: the pattern of each span is derived once
/// and kept as a closed form, or as counts where there is none.
final class StructuredPrices<Price: TablePrice>: SpanPrices {
  typealias Joints = StructuredJoints<Price>

  /// Row and column counts of a pattern without a closed form.
  struct Counts {
    let columns: CountVector
    let rows: CountVector
    let nonzeros: Price

    init(_ pattern: Pattern) {
      columns = pattern.columnCounts
      rows = pattern.rowCounts
      nonzeros = Price(price: columns.sum)
    }

    var pieces: Int { columns.pieceCount + rows.pieceCount }
  }

  /// The dimension at each boundary 0…q.
  let dimensions: [Int]
  private let leaves: [LeafChoice]
  /// Row by row: span `i..<j` is at `starts[i] + j − i − 1`.
  private let shapes: [SpanShape]
  private let counts: [Counts]
  private let starts: [Int]
  /// Prices of eliminations, `unreached` where not allowed; empty when none
  /// is possible anywhere.
  private let tangents: [Price]
  private let adjoints: [Price]
  /// Whether prices are doubles that hold those of all bands, with all that
  /// `CostModel.Band` computes on the way.
  let sweepsBands: Bool

  /// Bytes a span: its shape, the prices of its eliminations, and what joins
  /// prepare for sweeps.
  static var bytesPerSpan: Int {
    MemoryLayout<SpanShape>.stride + 5 * MemoryLayout<Price>.stride
      + StructuredJoints<Price>.bytesPerSpan
  }

  /// Why `control` stopped the search while products were priced.
  private let stop = Monitor<StopReason?>(nil)
  private let control: SearchControl

  /// Derives all q (q + 1) / 2 spans; nil when `control` stopped it.
  ///
  /// - Parameter each: is told the pattern of each span `i..<j`, row by row;
  ///   nil for whoever needs none.
  /// - Throws: `ChainError` (`tooLarge`) when a pattern, or what all of them
  ///   need for their prices, can't be held.
  /// - Complexity: O(q²) for structures that stay in closed form.
  convenience init?(
    _ chain: [Int], of problem: Problem, _ control: SearchControl,
    each: ((Int, Int, Pattern) throws(ChainError) -> Void)? = nil
  ) throws(ChainError) {
    do {
      try self.init(deriving: chain, of: problem, control, each)
    } catch  where error.isStop {
      return nil
    }
  }

  private init(
    deriving chain: [Int], of problem: Problem, _ control: SearchControl,
    _ each: ((Int, Int, Pattern) throws(ChainError) -> Void)?
  ) throws(ChainError) {
    self.control = control
    let q = chain.count
    let factors = chain.map { problem.factors[$0] }
    dimensions = [factors[0].columns] + factors.map(\.rows)
    leaves = try chain.map { index throws(ChainError) in
      try LeafChoice(factor: index, of: problem, at: .fma, control)
    }
    sweepsBands =
      Self.bandVolume(problem, chain).map { 16 * $0 < Double.limit } ?? false
    var next = 0
    var starts: [Int] = []
    var shapes: [SpanShape] = []
    var counts: [Counts] = []
    var tangents: [Price] = []
    var adjoints: [Price] = []
    shapes.reserveCapacity(q * (q + 1) / 2)
    let patterns = chain.map { problem.patterns[$0] }
    let bands = patterns.map(\.squareBand)
    let tangentCosts = factors.map { problem.eliminationCost(of: $0, .tangent) }
    let adjointCosts = factors.map { problem.eliminationCost(of: $0, .adjoint) }
    let isFree =
      tangentCosts.contains { $0 != nil }
      || adjointCosts.contains { $0 != nil }
    func price(
      _ mode: Mode, _ cost: Int?, _ pattern: Pattern
    ) throws(ChainError) -> Price {
      guard let cost else { return .unreached }
      let evaluations = try CostModel.evaluations(
        mode, pattern, control: control)
      return Price(
        price: CostModel.apply(evaluations: evaluations, cost: cost))
    }
    var pieces = 0
    for i in 0..<q {
      try control.checkpoint()
      starts.append(next)
      next += q - i
      var (pattern, band) = (patterns[i], bands[i])
      for j in i + 1...q {
        if j > i + 1 {
          // Bands of bands need no pattern before somebody asks for it.
          if let outer = bands[j - 1], let inner = band {
            band = outer.product(inner)
            if isFree || each != nil {
              pattern = Pattern(outer.product(inner))
            }
          } else {
            if let band { pattern = Pattern(band) }
            pattern = try .product(patterns[j - 1], pattern, control: control)
            band = pattern.squareBand
          }
        }
        if let band {
          shapes.append(SpanShape(band))
        } else if let shape = SpanShape(pattern) {
          shapes.append(shape)
        } else {
          try control.checkpoint()
          shapes.append(SpanShape(counts: counts.count))
          counts.append(Counts(pattern))
          pieces += counts[counts.count - 1].pieces
          try Self.guardSize(pieces)
        }
        try each?(i, j, pattern)
        if isFree {
          tangents.append(try price(.tangent, tangentCosts[j - 1], pattern))
          adjoints.append(try price(.adjoint, adjointCosts[i], pattern))
        }
      }
    }
    if !counts.isEmpty { try Self.countBands(&shapes, &counts, dimensions) }
    (self.starts, self.shapes, self.counts) = (starts, shapes, counts)
    (self.tangents, self.adjoints) = (tangents, adjoints)
  }

  /// Refuses counts that would take more memory than tables may.
  private static func guardSize(_ pieces: Int) throws(ChainError) {
    let bytes = pieces * CountVector.bytesPerPiece
    guard bytes <= DynamicProgramming.tableBudget else {
      throw ChainError(
        .tooLarge, at: "/factors",
        expected: "patterns whose counts of nonzeros, for all spans together, "
          + "take at most \(DynamicProgramming.tableBudget >> 30) GiB",
        found: "more",
        advice: "declare sparse factors dense, banded or block diagonal where "
          + "they are, or plan the chain in parts")
    }
  }

  /// Lists the counts of bands, too: they may meet spans without closed form.
  private static func countBands(
    _ shapes: inout [SpanShape], _ counts: inout [Counts], _ dimensions: [Int]
  ) throws(ChainError) {
    var position = 0
    for i in 0..<dimensions.count - 1 {
      for _ in i + 1..<dimensions.count {
        if shapes[position].kind == .band {
          let pattern = try Pattern(
            rows: dimensions[i], columns: dimensions[i],
            structure: .banded(
              lower: shapes[position].first, upper: shapes[position].second),
            at: "")
          shapes[position].counts = Int32(counts.count)
          counts.append(Counts(pattern))
        }
        position += 1
      }
    }
  }

  /// n · W² for bands of size n and widths up to W; nil without bands, when it
  /// is huge, and for other numbers than doubles: only those are swept.
  private static func bandVolume(_ problem: Problem, _ chain: [Int]) -> UInt128?
  {
    guard Price.self == Double.self else { return nil }
    var (size, lower, upper) = (0, 0, 0)
    for index in chain {
      let pattern = problem.patterns[index]
      if case .banded(let below, let above) = pattern.structure {
        size = max(size, pattern.rows)
        (lower, upper) = (lower + below, upper + above)
      }
    }
    let width = min(max(lower, upper) + 1, size)
    guard size > 0, size < 1 << 40, width < 1 << 20 else { return nil }
    return UInt128(size) * UInt128(width * width)
  }

  /// Sums over so many pieces and more ask whether they are to go on.
  private static var manyPieces: Int { 1 << 12 }

  private var isStopped: Bool {
    stop.withLock { stop in
      stop = stop ?? control.shouldStop()
      return stop != nil
    }
  }

  var stopReason: StopReason? { stop.withLock { $0 } }

  func leaf(_ i: Int) -> LeafChoice { leaves[i] }

  func tangent(_ i: Int, _ j: Int) -> Price? { eliminated(tangents, i, j) }

  func adjoint(_ i: Int, _ j: Int) -> Price? { eliminated(adjoints, i, j) }

  private func eliminated(_ prices: [Price], _ i: Int, _ j: Int) -> Price? {
    guard !prices.isEmpty else { return nil }
    let price = prices[starts[i] + j - i - 1]
    return price == .unreached ? nil : price
  }

  func joints(_ ks: Range<Int>, _ js: Range<Int>) -> StructuredJoints<Price> {
    StructuredJoints(self, ks, js)
  }

  /// The shape of span `i..<j`.
  func shape(_ i: Int, _ j: Int) -> SpanShape {
    shapes[starts[i] + j - i - 1]
  }

  /// Σ of the nonzeros of span `i..<j`; 0 for a unit, whose products are free.
  func nonzeros(_ i: Int, _ j: Int) -> Price {
    nonzeros(i, j, shape(i, j))
  }

  /// The same for a shape that is at hand.
  @inline(__always)
  func nonzeros(_ i: Int, _ j: Int, _ shape: SpanShape) -> Price {
    switch shape.kind {
    case .unit: return Price(0)
    case .uniform: return Price(dimensions[j]) *% Price(shape.second)
    case .band:
      // What a band costs times a diagonal.
      return band(dimensions[i], shape)
    case .general: return counts[Int(shape.counts)].nonzeros
    }
  }

  /// The nonzeros of a band.
  private func band(_ size: Int, _ shape: SpanShape) -> Price {
    if sweepsBands {
      return CostModel.Band(size, shape, as: Double.self).nonzeros as! Price
    }
    let band = CostModel.Band(size, shape, as: Int128.self)
    return Price(price: UInt128(band.nonzeros))
  }

  /// The price of the product of two bands.
  private func band(
    _ size: Int, _ outer: SpanShape, _ inner: SpanShape
  ) -> Price {
    if sweepsBands {
      return CostModel.Band(size, outer, as: Double.self)
        .price(times: CostModel.Band(size, inner, as: Double.self)) as! Price
    }
    let product = CostModel.Band(size, outer, as: Int128.self)
      .price(times: CostModel.Band(size, inner, as: Int128.self))
    return Price(price: UInt128(product))
  }

  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Price {
    let (inner, outer) = (shape(i, k), shape(k, j))
    switch (outer.kind, inner.kind) {
    case (.unit, _), (_, .unit): return Price(0)
    case (_, .uniform):
      return nonzeros(k, j, outer) *% Price(inner.second)
    case (.uniform, _):
      return Price(outer.first) *% nonzeros(i, k, inner)
    case (.band, .band):
      return band(dimensions[k], outer, inner)
    case (.general, .band), (.band, .general), (.general, .general):
      let columns = counts[Int(outer.counts)].columns
      let rows = counts[Int(inner.counts)].rows
      if columns.pieceCount + rows.pieceCount > Self.manyPieces, isStopped {
        return .unreached
      }
      return Price.self == UInt128.self
        ? Price(price: columns.dot(rows)) : Price(columns.wrappingDot(rows))
    }
  }
}

extension CostModel.Band {
  /// The band of a shape of that kind.
  fileprivate init(_ size: Int, _ shape: SpanShape, as: Number.Type) {
    self.init(
      size: Number(size), lower: Number(shape.first),
      upper: Number(shape.second))
  }
}
