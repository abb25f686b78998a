import JacobianChain

/// Prices of a chain of dense factors and square bands that are as wide below the
/// diagonal as above it.
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
    guard Self.takes(chain, of: problem) else { return nil }
    let factors = chain.map { problem.factors[$0] }
    leaves = try chain.map { index throws(ChainError) in
      try LeafChoice(factor: index, of: problem)
    }
    tangents = factors.map {
      problem.eliminationCost(of: $0, .tangent).map { Double($0) }
    }
    adjoints = factors.map {
      problem.eliminationCost(of: $0, .adjoint).map { Double($0) }
    }
    let bands = BandChain(boundaries: chain.count + 1)
    var first = 0
    bands.dimensions[0] = Double(factors[0].columns)
    for (k, index) in chain.enumerated() {
      bands.dimensions[k + 1] = Double(factors[k].rows)
      if let band = problem.patterns[index].properBand {
        bands.sums[k + 1] = bands.sums[k] + Double(band.upper)
      } else {
        bands.findEnds(of: first..<k + 1)
        first = k + 1
      }
    }
    bands.findEnds(of: first..<chain.count + 1)
    self.chain = bands
    side = SpanTable<Double>.side(factors: chain.count)
    let tiles = SpanTable<Double>.tiles(factors: chain.count)
    let count = tiles * (tiles + 1) / 2 * BandJoints.tables * side * side
    // Whole vectors lie in one line of the cache.
    storage = UnsafeMutableRawPointer.allocate(
      byteCount: 8 * count, alignment: 64
    ).bindMemory(to: Double.self, capacity: count)
  }

  deinit {
    storage.deallocate()
    chain.deallocate()
  }

  /// Whether a chain is one for these prices.
  static func takes(_ chain: [Int], of problem: Problem) -> Bool {
    var (sum, volume) = (0, 0.0)
    for index in chain {
      let pattern = problem.patterns[index]
      if let band = pattern.properBand {
        guard band.lower == band.upper else { return false }
        sum += band.upper
        let width = Double(sum + 1)
        volume = max(volume, (Double(band.size) + width) * width * width)
      } else if pattern.isDense {
        sum = 0
      } else {
        return false
      }
    }
    // What `CostModel.Band` and `CostModel.BandTerms` need, and the prices
    // that they are added to.
    return problem.priceBound < Double.limit / 8 && volume < 0x1p46
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
    let capacity = BandJoints.tables * side * side
    return BandJoints(
      chain, ks, js, storage + (J * (J + 1) / 2 + I) * capacity, side)
  }
}

extension Pattern {
  /// The pattern as a band that isn't dense.
  fileprivate var properBand: SquareBand? { isDense ? nil : squareBand }
}
