import JacobianChain

/// The cheapest price of every span, row by row: row i holds spans `i..<j` for
/// j = i + 1 … q.
struct SpanTable<Price: FixedWidthInteger & Sendable> {
  private let q: Int
  private let starts: [Int]
  private var values: [Price]

  /// The bytes of a table for `factors` factors.
  static func bytes(of factors: Int) -> Int {
    factors * (factors + 1) / 2 * MemoryLayout<Price>.stride
  }

  /// Where each row begins in a table of `factors` factors.
  static func starts(of factors: Int) -> [Int] {
    var next = 0
    return (0..<factors).map { row in
      defer { next += factors - row }
      return next
    }
  }

  init(factors: Int) {
    q = factors
    starts = Self.starts(of: factors)
    values = [Price](repeating: .max, count: factors * (factors + 1) / 2)
  }

  /// The price of span `i..<j`.
  func value(_ i: Int, _ j: Int) -> Price { values[starts[i] + j - i - 1] }

  /// Fills the table from the outermost row inwards; returns why it stopped.
  ///
  /// Row i reads only rows below it: for k ascending, `C(i, k)` is final
  /// (every split below k and the elimination at k are in), so that it can be
  /// joined with all spans `k..<j` in one sweep along memory.
  mutating func fill<Prices: SpanPrices>(
    _ prices: Prices, _ control: SearchControl
  ) -> StopReason? where Prices.Price == Price {
    let (q, starts) = (q, starts)
    return values.withUnsafeMutableBufferPointer { table in
      let base = table.baseAddress!
      for i in stride(from: q - 1, through: 0, by: -1) {
        if let reason = control.shouldStop() { return reason }
        // A row i has q − i splits on average half as long: work ~ (q − i)².
        let row = base + starts[i]
        row[0] = Price(prices.leaf(i).fma)
        for j in stride(from: i + 2, through: q, by: 1) {
          guard let adjoint = prices.adjoint(i, j) else { break }
          row[j - i - 1] = base[starts[i + 1] + j - i - 2] &+ adjoint
        }
        for k in i + 1..<max(q, i + 1) {
          let inner = row[k - i - 1]
          prices.relax(
            row + (k - i), i, k, base: inner, tail: base + starts[k],
            count: q - k)
          if let tangent = prices.tangent(i, k + 1) {
            row[k - i] = min(row[k - i], inner &+ tangent)
          }
        }
        let done = Double(q - i) / Double(q)
        control.progress(done * done * done)
      }
      return nil
    }
  }

  /// Finds the joins of an optimal plan again, from the values alone. Ties go
  /// to eliminations, then to a forward step, then to the innermost split
  /// (a reverse step): plans that can be a fan look like one.
  ///
  /// - Complexity: O(q²) in the worst case, O(q) memory; iterative.
  func plan<Prices: SpanPrices>(
    _ prices: Prices, _ chain: [Int]
  ) -> Plan where Prices.Price == Price {
    var joins: [Step] = []
    joins.reserveCapacity(2 * q)
    var pending = [(0, q)]
    while let (i, j) = pending.popLast() {
      if j - i == 1 {
        joins.append(prices.leaf(i).step)
        continue
      }
      let price = value(i, j)
      if let tangent = prices.tangent(i, j),
        value(i, j - 1) &+ tangent == price
      {
        joins.append(
          .eliminate(
            factor: chain[j - 1], mode: .tangent, operand: Plan.pending))
        pending.append((i, j - 1))
      } else if let adjoint = prices.adjoint(i, j),
        value(i + 1, j) &+ adjoint == price
      {
        joins.append(
          .eliminate(factor: chain[i], mode: .adjoint, operand: Plan.pending))
        pending.append((i + 1, j))
      } else {
        let isOptimal = { (k: Int) in
          value(i, k) &+ value(k, j) &+ prices.multiply(i, k, j) == price
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
