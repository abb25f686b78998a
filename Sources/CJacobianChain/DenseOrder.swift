import ChainSolvers
import JChainHeader
import JacobianChain

/// The cheapest order for a product of given dense matrices.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_dense_order(
  _ count: Int64, _ dimensions: UnsafePointer<Int64>!,
  _ products: UnsafeMutablePointer<Int64>!, _ fma: UnsafeMutablePointer<UInt64>!
) -> Int32 {
  reporting { () throws(Refusal) in
    guard count >= 1, count < Int64.max / 16 else {
      throw .argument(
        "count", "a number of matrices from 1 on", found: "\(count)",
        advice: "pass how many matrices are multiplied")
    }
    guard let dimensions else {
      throw .missing("dimensions", "\(count + 1) dimensions")
    }
    guard products != nil || count == 1 else {
      throw .missing("products", "an array of \(2 * (count - 1)) numbers")
    }
    let list = UnsafeBufferPointer(start: dimensions, count: Int(count) + 1)
      .map { Int($0) }
    if let place = list.firstIndex(where: {
      !(1...Problem.dimensionLimit).contains($0)
    }) {
      throw Refusal(
        ChainError(
          .malformed, at: "dimensions[\(place)]",
          expected: "a dimension from 1 to 2^40", found: "\(list[place])",
          advice: "correct the shapes of the matrices"))
    }
    let order = try refusing { () throws(ChainError) in
      try denseOrder(list)
    }
    for (position, product) in order.enumerated() {
      products[2 * position] = Int64(product.outer)
      products[2 * position + 1] = Int64(product.inner)
    }
    if let fma { fma.pointee = UInt64(clamping: price(of: order, list)) }
    return JC_DONE
  }
}

/// What products of dense values cost, fma: no search is believed.
private func price(
  of products: [HuShing.Product], _ dimensions: [Int]
) -> UInt128 {
  var shapes = zip(dimensions.dropFirst(), dimensions)
    .map { (rows: $0, columns: $1) }
  var fma: UInt128 = 0
  for (outer, inner) in products {
    let (rows, columns) = (shapes[outer].rows, shapes[inner].columns)
    fma += CostModel.dense(rows, shapes[outer].columns, columns)
    shapes.append((rows, columns))
  }
  return fma
}

/// - Throws: `ChainError` (`tooLarge`) for prices from 2^128 on.
private func denseOrder(
  _ dimensions: [Int]
) throws(ChainError) -> [HuShing.Product] {
  if let known = HuShing.products(dimensions: dimensions) {
    return known.products
  }
  let count = dimensions.count - 1
  let problem = try Problem(
    factors: (0..<count).map {
      Factor(
        name: "J\($0 + 1)", rows: dimensions[$0 + 1], columns: dimensions[$0])
    })
  let solution = try HuShing().solve(problem)
  var values = [Int](repeating: 0, count: solution.plan.steps.count)
  var products: [HuShing.Product] = []
  for (id, step) in solution.plan.steps.enumerated() {
    switch step {
    case .given(let factor): values[id] = factor
    case .multiply(let outer, let inner):
      values[id] = count + products.count
      products.append((values[outer], values[inner]))
    case .accumulate, .eliminate, .add:
      preconditionFailure("given dense factors are multiplied only")
    }
  }
  return products
}
