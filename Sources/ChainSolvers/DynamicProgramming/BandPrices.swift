import JacobianChain

/// Prices of a chain of square bands and dense factors.
final class BandPrices: SpanPrices, @unchecked Sendable {
  let chain: BandChain
  /// What joins keep of all spans, tile after tile.
  private let storage: UnsafeMutablePointer<Double>
  private let side: Int
  private let leaves: [LeafChoice]
  private let tangents: [Double?]
  private let adjoints: [Double?]

  /// Prepares a chain; nil when it has other structures or needs numbers that
  /// doubles don't hold.
  ///
  /// - Complexity: O(q) time, and memory for all joins.
  init?(_ chain: [Int], of problem: Problem) throws(ChainError) {
    guard Self.tables(chain, of: problem) != nil else { return nil }
    let factors = chain.map { problem.factors[$0] }
    leaves = try chain.map { index throws(ChainError) in
      try LeafChoice(factor: index, of: problem)
    }
    let free = problem.matrixFree
    tangents = factors.map { free ? $0.tangentCost.map { Double($0) } : nil }
    adjoints = factors.map {
      free && problem.allowsAdjoint(of: $0)
        ? $0.adjointCost.map { Double($0) } : nil
    }
    let bands = chain.map { problem.patterns[$0].properBand }
    let sums = BandChain(
      boundaries: chain.count + 1,
      isSymmetric: bands.allSatisfy { $0.map { $0.lower == $0.upper } ?? true },
      hasUnits: chain.contains {
        problem.patterns[$0].structure == .identity
      })
    var first = 0
    sums.dimensions[0] = Double(factors[0].columns)
    for (k, band) in bands.enumerated() {
      sums.dimensions[k + 1] = Double(factors[k].rows)
      if let band {
        sums.lower[k + 1] = sums.lower[k] + Double(band.lower)
        sums.upper[k + 1] = sums.upper[k] + Double(band.upper)
      } else {
        sums.findEnds(of: first..<k + 1)
        first = k + 1
      }
    }
    sums.findEnds(of: first..<chain.count + 1)
    sums.unitTo[chain.count] = chain.count
    for (k, index) in chain.enumerated().reversed() {
      let isUnit = problem.patterns[index].structure == .identity
      sums.unitTo[k] = isUnit ? sums.unitTo[k + 1] : k
    }
    self.chain = sums
    side = SpanTable<Double>.side(factors: chain.count)
    let tiles = SpanTable<Double>.tiles(factors: chain.count)
    let count =
      tiles * (tiles + 1) / 2
      * BandJoints.tables(isSymmetric: sums.isSymmetric) * side * side
    // Whole vectors lie in one line of the cache.
    storage = UnsafeMutableRawPointer.allocate(
      byteCount: 8 * count, alignment: 64
    ).bindMemory(to: Double.self, capacity: count)
  }

  deinit {
    storage.deallocate()
    chain.deallocate()
  }

  /// How many tables of doubles the spans of a chain take, with that of the
  /// prices; nil when it isn't one for these prices.
  static func tables(_ chain: [Int], of problem: Problem) -> Int? {
    var (lower, upper, isSymmetric) = (0, 0, true)
    var volume = 0.0
    for index in chain {
      let pattern = problem.patterns[index]
      if let band = pattern.properBand {
        (lower, upper) = (lower + band.lower, upper + band.upper)
        if band.lower != band.upper { isSymmetric = false }
        let width = Double(max(lower, upper) + 1)
        volume = max(volume, (Double(band.size) + width) * width * width)
      } else if pattern.isDense {
        (lower, upper) = (0, 0)
      } else {
        return nil
      }
    }
    // What `CostModel.Band` and `CostModel.BandTerms` need, and the prices
    // that they are added to.
    guard problem.priceBound < Double.limit / 8, volume < 0x1p46 else {
      return nil
    }
    return 1 + BandJoints.tables(isSymmetric: isSymmetric)
  }

  func leaf(_ i: Int) -> LeafChoice { leaves[i] }

  func tangent(_ i: Int, _ j: Int) -> Double? {
    tangents[j - 1].map {
      $0
        * (j >= chain.denseFrom[i]
          ? chain.dimensions[i] : chain.band(i, j).colours)
    }
  }

  func adjoint(_ i: Int, _ j: Int) -> Double? {
    adjoints[i].map {
      $0
        * (j >= chain.denseFrom[i]
          ? chain.dimensions[j] : chain.band(i, j).colours)
    }
  }

  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Double {
    chain.price(i, k, j)
  }

  func joints(_ ks: Range<Int>, _ js: Range<Int>) -> BandJoints {
    let (I, J) = (ks.lowerBound / side, js.lowerBound / side)
    let capacity =
      BandJoints.tables(isSymmetric: chain.isSymmetric) * side * side
    return BandJoints(
      chain, ks, js, storage + (J * (J + 1) / 2 + I) * capacity, side)
  }
}

extension Pattern {
  /// The pattern as a band that isn't dense; an identity as a diagonal.
  fileprivate var properBand: SquareBand? {
    if structure == .identity { return SquareBand(diagonal: rows) }
    return isDense ? nil : squareBand
  }
}
