import JacobianChain

/// What the table asks about the spans of one chain; spans are half-open
/// ranges of positions in the target's word.
protocol SpanPrices {
  /// `Int` when no sum can exceed it, else `UInt128`.
  associatedtype Price: FixedWidthInteger & Sendable

  /// The cheapest way to get factor `i` on its own.
  func leaf(_ i: Int) -> LeafChoice
  /// Joins spans `i..<k` and `k..<j`, for one i and k and every j from k + 1
  /// on: `row[j] = min(row[j], base + tail[j − k − 1] + price of the product)`.
  func relax(
    _ row: UnsafeMutablePointer<Price>, _ i: Int, _ k: Int, base: Price,
    tail: UnsafePointer<Price>, count: Int)
  /// The price of the product of spans `i..<k` and `k..<j`.
  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Price
  /// Tangents of factor j − 1 on span `i..<j − 1`; nil when not allowed.
  func tangent(_ i: Int, _ j: Int) -> Price?
  /// Adjoints of factor i on span `i + 1..<j`; nil when not allowed.
  func adjoint(_ i: Int, _ j: Int) -> Price?
}

/// Prices of a chain of dense Jacobians: products of its q + 1 dimensions.
struct DensePrices<Price: FixedWidthInteger & Sendable>: SpanPrices {
  /// d_0 … d_q: columns of the first factor, then the rows of each.
  private let dimensions: [Price]
  private let tangents: [Price?]
  private let adjoints: [Price?]
  private let leaves: [LeafChoice]

  init(_ chain: [Int], of problem: Problem) {
    let factors = chain.map { problem.factors[$0] }
    dimensions =
      [Price(factors[0].columns)] + factors.map { Price($0.rows) }
    leaves = chain.map { LeafChoice(factor: $0, of: problem) }
    let free = problem.matrixFree
    tangents = factors.map { free ? $0.tangentCost.map { Price($0) } : nil }
    adjoints = factors.map {
      free && problem.allowsAdjoint(of: $0)
        ? $0.adjointCost.map { Price($0) } : nil
    }
  }

  func leaf(_ i: Int) -> LeafChoice { leaves[i] }

  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Price {
    CostModel.dense(wrapping: dimensions[i], dimensions[k], dimensions[j])
  }

  func tangent(_ i: Int, _ j: Int) -> Price? {
    tangents[j - 1].map { dimensions[i] &* $0 }
  }

  func adjoint(_ i: Int, _ j: Int) -> Price? {
    adjoints[i].map { dimensions[j] &* $0 }
  }

  func relax(
    _ row: UnsafeMutablePointer<Price>, _ i: Int, _ k: Int, base: Price,
    tail: UnsafePointer<Price>, count: Int
  ) {
    // `CostModel.dense` with its first product taken out of the loop.
    let area = dimensions[i] &* dimensions[k]
    dimensions.withUnsafeBufferPointer { dimensions in
      let outer = dimensions.baseAddress! + k + 1
      for step in 0..<count {
        let price = base &+ tail[step] &+ area &* outer[step]
        row[step] = min(row[step], price)
      }
    }
  }
}
