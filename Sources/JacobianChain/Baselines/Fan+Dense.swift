extension Fan {
  /// All fans of a dense chain together, in O(q).
  ///
  /// Whatever is pushed from interface k has d_k columns (forward) or rows
  /// (reverse) all the way, so every step costs d_k times something that
  /// doesn't depend on k, plus accumulations: two running sums a direction.
  func cheapestDenseSplit() throws(ChainError) -> Int? {
    let q = word.count
    let forward = try runningSums(.tangent)
    let reverse = try runningSums(.adjoint)
    let last = UInt128(problem.factors[word[q - 1]].rows)
    let first = UInt128(problem.factors[word[0]].columns)
    var best: (split: Int, fma: UInt128)?
    for k in [0, q] + Array(1..<q) {
      let interface =
        k < q
        ? UInt128(problem.factors[word[k]].columns) : last
      var price = Price(fma: 0, tape: 0)
      if k < q {
        guard let above = forward[k] else { continue }
        price.fma += above.fixed + interface * above.scaled
        price.tape += above.tape
      }
      if k > 0 {
        guard let below = reverse[k - 1] else { continue }
        price.fma += below.fixed + interface * below.scaled
        price.tape += below.tape
      }
      if k > 0, k < q { price.fma += first * interface * last }
      guard allows(tape: price.tape) else { continue }
      if best.map({ price.fma < $0.fma }) ?? true { best = (k, price.fma) }
    }
    return best?.split
  }

  /// The price of a sweep: `fixed + d · scaled` from an interface of width d.
  private struct Sum {
    var fixed: UInt128
    var scaled: UInt128
    var tape: UInt128
  }

  /// For each position, the sweep that begins with it; nil where a factor on
  /// the way has no way to join.
  private func runningSums(_ mode: Mode) throws(ChainError) -> [Sum?] {
    var sums = [Sum?](repeating: nil, count: word.count)
    var rest: Sum? = Sum(fixed: 0, scaled: 0, tape: 0)
    let towardsStart =
      mode == .tangent
      ? Array(word.indices.reversed()) : Array(word.indices)
    for position in towardsStart {
      guard let known = rest else { break }
      let index = word[position]
      if let (_, price) = try leaf(index, mode) {
        sums[position] = Sum(
          fixed: known.fixed + price.fma, scaled: known.scaled,
          tape: known.tape + price.tape)
      }
      let factor = problem.factors[index]
      let area = CostModel.dense(factor.rows, factor.columns, 1)
      // Priced for an interface of width 1; an accumulation isn't scaled.
      let choice = try cheapestJoin(
        index, mode, product: { area }, evaluations: { 1 })
      rest = choice.map { choice in
        let isProduct = if case .multiply = choice.join { true } else { false }
        let scaled = isProduct ? area : choice.price.fma
        return Sum(
          fixed: known.fixed + choice.price.fma - scaled,
          scaled: known.scaled + scaled, tape: known.tape + choice.price.tape)
      }
    }
    return sums
  }
}
