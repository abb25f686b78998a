import JacobianChain

/// The spans of one chain, and every way to make each, with fma and tape.
///
/// Span `i..<j` is number `starts[i] + j − i − 1`, as in the table of the
/// dynamic program.
struct TapeSpans<Prices: SpanPrices> where Prices.Price == Int {
  /// A way to make a span from none, one or two others.
  struct Option {
    let price: Int
    let tape: Int
    /// What is chosen; operand ids are left open.
    let step: Step
    /// Numbers of the operand spans, −1 for none.
    let first: Int
    let second: Int
    /// The interface k of a product.
    var split = -1
  }

  /// The number of factors.
  let q: Int
  /// The number of the whole chain.
  var whole: Int { q - 1 }
  /// Σ of the tapes of all factors' adjoints: no plan needs more.
  let allTapes: UInt128
  /// The number of spans.
  var count: Int { q * (q + 1) / 2 }

  private let chain: [Int]
  private let prices: Prices
  /// The ways to get each factor alone.
  private let leaves: [[Option]]
  /// The tape of the adjoint of each factor.
  private let tapes: [Int]
  /// The products of every span, one after the other, where they fit.
  private var products: [Int] = []
  private var productStarts: [Int] = []

  /// The most products whose prices are kept: 32 MiB.
  private static var productLimit: Int { 4 << 20 }

  /// Prices the products of a chain; nil when `control` stopped it.
  init?(_ problem: Problem, _ prices: Prices, _ control: SearchControl) {
    chain = problem.chain!
    q = chain.count
    self.prices = prices
    tapes = chain.map { problem.factors[$0].tape }
    allTapes = chain.reduce(0) { total, index in
      let factor = problem.factors[index]
      return problem.allowsAdjoint(of: factor)
        ? total + UInt128(factor.tape) : total
    }
    leaves = chain.map { index in
      problem.leaves(ofFactor: index).map {
        Option(
          price: Int($0.fma), tape: $0.tape, step: $0.step, first: -1,
          second: -1)
      }
    }
    guard (q - 1) * q * (q + 1) / 6 <= Self.productLimit else { return }
    for i in 0..<q {
      if control.shouldStop() != nil { return nil }
      for j in i + 1...q {
        productStarts.append(products.count)
        for k in stride(from: i + 1, to: j, by: 1) {
          products.append(prices.multiply(i, k, j))
        }
      }
    }
  }

  /// The number of span `i..<j`, row by row.
  func number(_ i: Int, _ j: Int) -> Int {
    i * q - i * (i - 1) / 2 + j - i - 1
  }

  /// Calls `body` with every way to make span `i..<j`, always in one order.
  func forEachOption(_ i: Int, _ j: Int, _ body: (Option) -> Void) {
    guard j - i > 1 else {
      for leaf in leaves[i] { body(leaf) }
      return
    }
    if let price = prices.tangent(i, j) {
      body(
        Option(
          price: price, tape: 0,
          step: .eliminate(
            factor: chain[j - 1], mode: .tangent, operand: Plan.pending),
          first: number(i, j - 1), second: -1))
    }
    if let price = prices.adjoint(i, j) {
      body(
        Option(
          price: price, tape: tapes[i],
          step: .eliminate(
            factor: chain[i], mode: .adjoint, operand: Plan.pending),
          first: number(i + 1, j), second: -1))
    }
    let cached = productStarts.isEmpty ? -1 : productStarts[number(i, j)]
    for k in i + 1..<j {
      let price =
        cached < 0
        ? prices.multiply(i, k, j) : products[cached + k - i - 1]
      body(
        Option(
          price: price, tape: 0,
          step: .multiply(outer: Plan.pending, inner: Plan.pending),
          first: number(i, k), second: number(k, j), split: k))
    }
  }

  /// The operand spans of an option of span `i..<j`, the inner one first.
  func operands(of option: Option, in i: Int, _ j: Int) -> [(Int, Int)] {
    switch option.step {
    case .given, .accumulate: []
    case .eliminate(_, .tangent, _): [(i, j - 1)]
    case .eliminate(_, .adjoint, _): [(i + 1, j)]
    case .multiply: [(i, option.split), (option.split, j)]
    case .add: preconditionFailure("words have no sums")
    }
  }
}
