/// Prices as whole multiples of 2^−bits fma, so that every bound is an exact
/// integer sum.
///
/// A multiplier π is such a multiple, and L(π), a sum of multipliers over one
/// tree per target less the price of the total tape, is one too. No plan costs
/// a fraction of an fma, so the bound is L rounded up. Doubles choose which π
/// to try; what is proven is a sum of integers at that π.
///
/// No sum overflows: a tree of a target of length n has less than 2n
/// operations, each of at most the target's greatest price, and `bits` is
/// chosen so that the sum over all targets is below 2^58; tapes may add as much
/// again.
struct FixedPoint: Sendable {
  /// The number of binary digits after the point.
  let bits: Int
  /// The greatest multiplier of the tape, in units of 2^−(bits + tapeBits) fma
  /// per unit of tape.
  let tapePriceLimit: UInt64
  /// The operations of a tree of every target, at most.
  let treeSize: Int

  /// Digits that the price of one unit of tape has beyond `bits`.
  static let tapeBits = 20
  /// More than any sum of multipliers over the trees of all targets.
  static let infinity = 1 << 60

  /// The scale for a graph.
  ///
  /// - Precondition: trees of all targets cost less than 2^58 together;
  ///   `worstPrice` < 2^53 is enough.
  init(_ graph: ProductGraph, tapeTotal: Int?) {
    treeSize = graph.words.reduce(0) { $0 + 2 * $1.count }
    let worst = max(1, Self.worstPrice(of: graph))
    let spare = worst.leadingZeroBitCount - (UInt128.bitWidth - 58)
    precondition(spare >= 0, "the worst price takes more than 58 bits")
    bits = min(16, spare)
    let tape = graph.operations.reduce(1) { max($0, $1.tape) }
    let most = UInt128(max(tape, tapeTotal ?? 0)) * UInt128(treeSize)
    tapePriceLimit = UInt64(
      min((UInt128(1) << (58 + Self.tapeBits)) / most, 1 << 62))
  }

  private static func worstPrice(of graph: ProductGraph) -> UInt128 {
    // The greatest price on the way to each value.
    var greatest: [Int] = []
    for value in 0..<graph.count {
      greatest.append(
        graph.operations(of: value).reduce(0) { price, id in
          let operation = graph.operations[id]
          return [operation.first, operation.second].reduce(
            max(price, operation.price)
          ) { $1 < 0 ? $0 : max($0, greatest[$1]) }
        })
    }
    var worst: UInt128 = 0
    for (word, target) in zip(graph.words, graph.targets) {
      worst += UInt128(greatest[target]) * UInt128(2 * word.count)
    }
    return worst
  }

  /// The multiple that is `fma`.
  func fixed(_ fma: Int) -> Int { fma << bits }

  /// The price of `tape` units, rounded down: no plan is charged more than
  /// tape times price.
  func charge(_ tape: Int, _ tapePrice: UInt64) -> Int {
    Int((UInt128(tape) * UInt128(tapePrice)) >> Self.tapeBits)
  }

  /// What a plan may spend on tape at least, rounded up.
  func allowance(_ limit: Int, _ tapePrice: UInt64) -> Int {
    let unit = (UInt128(1) << Self.tapeBits) - 1
    return Int((UInt128(limit) * UInt128(tapePrice) + unit) >> Self.tapeBits)
  }

  /// The least whole number of fma that is at least `value`, 0 below that.
  func roundedUp(_ value: Int) -> Int {
    max(0, (value + (1 << bits) - 1) >> bits)
  }
}
