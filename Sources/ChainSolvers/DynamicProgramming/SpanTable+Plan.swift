import JacobianChain

extension SpanTable {
  /// Finds the joins of an optimal plan again, from the values alone. Ties go
  /// to eliminations, then to a forward step, then to the innermost split
  /// (a reverse step): plans that can be a fan look like one.
  ///
  /// - Complexity: O(q²) in the worst case, O(q) memory; iterative.
  func plan<Prices: SpanPrices>(
    _ prices: Prices, _ chain: [Int]
  ) -> Plan where Prices.Price == Price {
    var joins: [Step] = []
    joins.reserveCapacity(2 * factors)
    var pending = [(0, factors)]
    while let (i, j) = pending.popLast() {
      if j - i == 1 {
        joins.append(prices.leaf(i).step)
        continue
      }
      let price = value(i, j)
      if let tangent = prices.tangent(i, j),
        value(i, j - 1) +% tangent == price
      {
        joins.append(
          .eliminate(
            factor: chain[j - 1], mode: .tangent, operand: Plan.pending))
        pending.append((i, j - 1))
      } else if let adjoint = prices.adjoint(i, j),
        value(i + 1, j) +% adjoint == price
      {
        joins.append(
          .eliminate(factor: chain[i], mode: .adjoint, operand: Plan.pending))
        pending.append((i + 1, j))
      } else {
        let isOptimal = { (k: Int) in
          let operands = self.value(i, k) +% self.value(k, j)
          return operands <= price
            && operands +% prices.multiply(i, k, j) == price
        }
        let k =
          isOptimal(j - 1) ? j - 1 : (i + 1..<j - 1).first(where: isOptimal)!
        joins.append(.multiply(outer: Plan.pending, inner: Plan.pending))
        pending.append((i, k))
        pending.append((k, j))
      }
    }
    return Plan(fromRoot: joins)
  }
}
