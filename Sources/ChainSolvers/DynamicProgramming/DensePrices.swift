import JacobianChain

/// Prices of a chain of dense Jacobians: products of its q + 1 dimensions.
struct DensePrices<Price: TablePrice>: SpanPrices {
  /// d_0 … d_q: columns of the first factor, then the rows of each.
  private let dimensions: [Price]
  private let tangents: [Price?]
  private let adjoints: [Price?]
  private let leaves: [LeafChoice]

  init(_ chain: [Int], of problem: Problem) throws(ChainError) {
    let factors = chain.map { problem.factors[$0] }
    dimensions =
      [Price(factors[0].columns)] + factors.map { Price($0.rows) }
    leaves = try chain.map { index throws(ChainError) in
      try LeafChoice(factor: index, of: problem)
    }
    tangents = factors.map {
      problem.eliminationCost(of: $0, .tangent).map { Price($0) }
    }
    adjoints = factors.map {
      problem.eliminationCost(of: $0, .adjoint).map { Price($0) }
    }
  }

  func leaf(_ i: Int) -> LeafChoice { leaves[i] }

  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Price {
    // `CostModel.dense` without its widening, as in the sweep below.
    dimensions[i] *% dimensions[k] *% dimensions[j]
  }

  func tangent(_ i: Int, _ j: Int) -> Price? {
    tangents[j - 1].map { dimensions[i] *% $0 }
  }

  func adjoint(_ i: Int, _ j: Int) -> Price? {
    adjoints[i].map { dimensions[j] *% $0 }
  }

  func joints(_ ks: Range<Int>, _ js: Range<Int>) -> Joints {
    Joints(dimensions: dimensions)
  }

  /// Dimensions are all that a tile needs.
  struct Joints: SpanJoints {
    let dimensions: [Price]

    func price(_ i: Int, _ k: Int, _ j: Int, innerJoints: Joints) -> Price {
      dimensions[i] *% dimensions[k] *% dimensions[j]
    }

    func relax(
      _ row: UnsafeMutablePointer<Price>, _ i: Int, _ ks: Range<Int>,
      _ js: Range<Int>, inner: UnsafePointer<Price>, innerJoints: Joints,
      outer: UnsafePointer<Price>, side: Int, target: Joints
    ) {
      dimensions.withUnsafeBufferPointer { buffer in
        let d = buffer.baseAddress!
        var k = ks.lowerBound
        var tail = outer
        // Four splits a sweep: the row is read and written once for all.
        while k + 4 <= ks.upperBound {
          let (b0, b1, b2, b3) = (
            inner[k], inner[k + 1], inner[k + 2], inner[k + 3]
          )
          let (a0, a1, a2, a3) = (
            d[i] *% d[k], d[i] *% d[k + 1], d[i] *% d[k + 2], d[i] *% d[k + 3]
          )
          let (t1, t2, t3) = (tail + side, tail + 2 * side, tail + 3 * side)
          for j in js {
            let p0 = b0 +% tail[j] +% a0 *% d[j]
            let p1 = b1 +% t1[j] +% a1 *% d[j]
            let p2 = b2 +% t2[j] +% a2 *% d[j]
            let p3 = b3 +% t3[j] +% a3 *% d[j]
            let (low, high) = (p0 < p1 ? p0 : p1, p2 < p3 ? p2 : p3)
            let least = low < high ? low : high
            row[j] = least < row[j] ? least : row[j]
          }
          k += 4
          tail += 4 * side
        }
        while k < ks.upperBound {
          let (base, area) = (inner[k], d[i] *% d[k])
          for j in js {
            let price = base +% tail[j] +% area *% d[j]
            row[j] = price < row[j] ? price : row[j]
          }
          k += 1
          tail += side
        }
      }
    }
  }
}
