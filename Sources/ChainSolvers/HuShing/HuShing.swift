import JacobianChain

/// The exact bracketing of one target of given dense factors in O(q log q).
///
/// A bracketing of q matrices is a triangulation of a polygon with q + 1
/// vertices, whose weights are the interface dimensions and in which a
/// triangle costs the product of its corners. Hu and Shing showed that only
/// O(q) arcs, found in one sweep, can be part of an optimal partition, that
/// the regions between the arcs taken are fans from their lightest corner, and
/// how a priority queue decides which arcs are taken.
///
/// Hu & Shing 1982 (doi:10.1137/0211028) and 1984 (doi:10.1137/0213017); the
/// proof of the second part was mended by Schwartz & Weiss 2019
/// (doi:10.1137/18M1195401). Supports are compared as exact fractions.
///
/// Chains whose best fan meets an O(q) bound are answered without a search.
///
/// O(q log q) time and O(q) memory. Not for structure, tangents, adjoints,
/// several targets or repeated factors: prices must be products of three
/// dimensions.
package struct HuShing: ChainSolver {
  package init() {}

  package var name: String { "hu-shing" }

  package var summary: String {
    "exact for one target of given dense distinct factors; O(q log q) time, "
      + "O(q) memory"
  }

  /// Exact for given dense chains and fma.
  package func support(for problem: Problem, objective: Objective) -> Support {
    if let refusal = Support.refusal(
      of: problem, objective: objective, knowsTime: false)
    {
      return refusal
    }
    for index in problem.chain! {
      let factor = problem.factors[index]
      guard problem.patterns[index].isDense else {
        return .unsupported(
          "needs dense factors, \"\(factor.name)\" is "
            + problem.patterns[index].structure.name)
      }
      guard factor.isGiven else {
        return .unsupported(
          "needs given factors, \"\(factor.name)\" is matrix-free")
      }
      guard factor.tangentCost == nil, factor.adjointCost == nil else {
        return .unsupported(
          "needs factors without tangents and adjoints, \"\(factor.name)\" "
            + "has some")
      }
    }
    return .exact
  }

  /// Chooses an fma-minimal bracketing.
  ///
  /// - Complexity: O(q log q) time, O(q) memory; never stopped early.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    let chain = problem.chain!
    if problem.fitsNarrowPrices {
      return solve(problem, chain, Int.self)
    }
    return solve(problem, chain, UInt128.self)
  }

  private func solve<Price: FixedWidthInteger>(
    _ problem: Problem, _ chain: [Int], _: Price.Type
  ) -> Solution {
    var dimensions = [Price(problem.factors[chain[0]].columns)]
    dimensions.reserveCapacity(chain.count + 1)
    for index in chain {
      dimensions.append(Price(problem.factors[index].rows))
    }
    let best = Bracketing(dimensions: dimensions)
    return Solution(
      plan: Plan(chain: chain, spansEndingAt: best.spansEnding),
      lowerBound: UInt128(best.price), status: .optimal,
      explored: best.explored)
  }

  /// An optimal bracketing of q dense matrices with dimensions d_0 … d_q.
  private struct Bracketing<Price: FixedWidthInteger> {
    /// For each interface, the number of products that end there.
    let spansEnding: [Int32]
    /// Its fma.
    let price: Price
    /// Arcs looked at.
    let explored: Int

    /// - Parameter dimensions: at least two; no bracketing's price overflows.
    init(dimensions: [Price]) {
      let fan = FanBound(dimensions: dimensions)
      if fan.fan == fan.bound {
        spansEnding = fan.spansEnding(factors: dimensions.count - 1)
        (price, explored) = (fan.bound, 0)
        return
      }
      var partition = PolygonPartition(weights: dimensions)
      partition.choose()
      assert(fan.bound <= partition.price && partition.price <= fan.fan)
      spansEnding = partition.spansEnding()
      (price, explored) = (partition.price, partition.arcs.count)
    }
  }

  /// One product of a bracketing: values 0 ..< q are the factors, first applied
  /// first, and product k is value q + k.
  package typealias Product = (outer: Int, inner: Int)

  /// An optimal bracketing of q given dense matrices without a problem around
  /// them, for callers to whom that would cost more than the products: the same
  /// as that of `solve`, in an order in which it can be carried out.
  ///
  /// - Parameter dimensions: d_0 … d_q, input first; at least two, from 1 on.
  /// - Returns: q − 1 products, and their fma; nil where a price may reach 2^61.
  /// - Complexity: O(q log q) time, O(q) memory.
  package static func products(
    dimensions: [Int]
  ) -> (products: [Product], fma: Int)? {
    let (q, largest) = (dimensions.count - 1, Double(dimensions.max()!))
    guard Double(q) * largest * largest * largest < 0x1p61 else { return nil }
    let best = Bracketing(dimensions: dimensions)
    var products: [Product] = []
    products.reserveCapacity(q - 1)
    var values: [Int] = []
    values.reserveCapacity(q)
    for factor in 0..<q {
      values.append(factor)
      for _ in 0..<best.spansEnding[factor + 1] {
        let outer = values.removeLast()
        let inner = values.removeLast()
        values.append(q + products.count)
        products.append((outer, inner))
      }
    }
    return (products, best.price)
  }
}

extension Plan {
  /// The bracketing in which `counts[j]` products end at interface j: after
  /// the leaf j − 1 the last two values are joined that many times.
  fileprivate init(chain: [Int], spansEndingAt counts: [Int32]) {
    var steps: [Step] = []
    steps.reserveCapacity(2 * chain.count)
    var values: [Int] = []
    values.reserveCapacity(chain.count)
    for (position, factor) in chain.enumerated() {
      values.append(steps.count)
      steps.append(.given(factor: factor))
      for _ in 0..<counts[position + 1] {
        let outer = values.removeLast()
        let inner = values.removeLast()
        values.append(steps.count)
        steps.append(.multiply(outer: outer, inner: inner))
      }
    }
    self.init(steps: steps, targets: [values[0]])
  }
}
