import JacobianChain

/// What the table asks about the spans of one chain; spans are half-open
/// ranges of positions in the target's word.
protocol SpanPrices: Sendable {
  associatedtype Price: TablePrice
  associatedtype Joints: SpanJoints where Joints.Price == Price

  /// The cheapest way to get factor `i` on its own.
  func leaf(_ i: Int) -> LeafChoice
  /// The price of the product of spans `i..<k` and `k..<j`.
  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Price
  /// Tangents of factor j − 1 on span `i..<j − 1`; nil when not allowed.
  func tangent(_ i: Int, _ j: Int) -> Price?
  /// Adjoints of factor i on span `i + 1..<j`; nil when not allowed.
  func adjoint(_ i: Int, _ j: Int) -> Price?
  /// Prepares joining spans that end at a boundary of `ks` with those from
  /// there to a boundary of `js`: one tile of outer spans.
  func joints(_ ks: Range<Int>, _ js: Range<Int>) -> Joints
  /// Why prices are no longer true: whoever wanted them stopped the search.
  var stopReason: StopReason? { get }
}

/// Most prices are so fast that only the table has to be asked.
extension SpanPrices {
  var stopReason: StopReason? { nil }
}

/// Joins spans across one tile of splits: rows of the outer spans' tile are
/// the splits k, columns the ends j.
protocol SpanJoints: Sendable {
  associatedtype Price: TablePrice

  /// The price of the product of span `i..<k`, of `innerJoints`, with span
  /// `k..<j`.
  func price(_ i: Int, _ k: Int, _ j: Int, innerJoints: Self) -> Price

  /// For all splits k in `ks` and all ends j in `js` at once,
  /// `row[j] = min(row[j], inner[k] + C(k, j) + price(i, k, j))`.
  ///
  /// - Parameters:
  ///   - row: C(i, j) at index j.
  ///   - inner: C(i, k) at index k.
  ///   - innerJoints: what was prepared for the tile of the inner spans.
  ///   - outer: C(k, j) at index `(k − first k of ks) · side + j`.
  ///   - target: what was prepared for the tile of `row`; may keep some of the
  ///     minima until `gather`.
  func relax(
    _ row: UnsafeMutablePointer<Price>, _ i: Int, _ ks: Range<Int>,
    _ js: Range<Int>, inner: UnsafePointer<Price>, innerJoints: Self,
    outer: UnsafePointer<Price>, side: Int, target: Self)

  /// Adds to `row` what `relax` has kept for spans (i, j), at most four ends.
  func gather(_ row: UnsafeMutablePointer<Price>, _ i: Int, _ js: Range<Int>)

  /// Spans (i, j), at most four ends, are final and may be operands from now
  /// on.
  func settle(_ row: UnsafeMutablePointer<Price>, _ i: Int, _ js: Range<Int>)
}

/// Most joints keep nothing and need no more than the table's entries.
extension SpanJoints {
  @inline(__always)
  func gather(_ row: UnsafeMutablePointer<Price>, _ i: Int, _ js: Range<Int>) {}

  @inline(__always)
  func settle(_ row: UnsafeMutablePointer<Price>, _ i: Int, _ js: Range<Int>) {}
}
