import ChainRandom
import JacobianChain

extension WideBlock {
  /// How often an operator is applied for each vector.
  static let productsOfAnOperator = 6

  /// J · vectors or vectors · J by an operator that knows only doubles.
  ///
  /// It is applied to the high and to the low parts, which keeps what they
  /// hold, but rounds as doubles do. Σ|a||x| and √(Σ (a · error)²) can't be
  /// read off an operator: products with random signs have the size of
  /// √(Σ (a x)²) on average (Rademacher), which is at least Σ|a||x| / √k for
  /// sums of k terms. Of two of them the largest element counts for all.
  ///
  /// Elements below 2^−1000 of the largest of their vector are lost.
  ///
  /// - Parameters:
  ///   - termsPerSum: k.
  ///   - product: applies the operator to one vector.
  func times(
    _ operand: Operand, _ mode: Mode, _ rounding: Rounding,
    termsPerSum: Int, _ product: ([Double]) throws(ChainError) -> [Double]
  ) throws(ChainError) -> WideBlock {
    let result = try WideBlock(
      zero: mode == .tangent ? operand.rows : operand.columns, width: width)
    var signs = SplitMix64(seed: 1)
    for vector in 0..<width {
      let places = (0..<count).map { $0 * width + vector }
      let top = places.map { exponent[$0] }.max() ?? Self.nothing
      guard top > Self.nothing else { continue }
      func part(_ values: Doubles) -> [Double] {
        places.map { values[$0].scaled(by: max(exponent[$0] - top, -2000)) }
      }
      func size(_ vector: [Double]) throws(ChainError) -> Double {
        var largest = 0.0
        for _ in 0..<2 {
          let signed = vector.map { signs.oneIn(2) ? $0 : -$0 }
          largest = try product(signed).reduce(largest) {
            max($0, $1.magnitude)
          }
        }
        return largest
      }
      let (highs, errors) = (part(high), part(error))
      let (sums, rests) = (try product(highs), try product(part(low)))
      let own =
        rounding.unit * Double(termsPerSum).squareRoot() * (try size(highs))
      let passed = try size(errors)
      // Not the root of their squares, which could overflow.
      let all = own + passed
      for (coordinate, (sum, rest)) in zip(sums, rests).enumerated() {
        let place = coordinate * width + vector
        result.high[place] = sum + rest
        result.low[place] = rest - (result.high[place] - sum)
        result.error[place] = all
        result.exponent[place] = top
        result.normalize(place)
      }
    }
    return result
  }
}
