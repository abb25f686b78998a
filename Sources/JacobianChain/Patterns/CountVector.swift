/// Nonzeros per row or per column of a pattern, as pieces of a line.
///
/// A product of two Jacobians costs Σ_p colnnz_A(p) · rownnz_B(p) fma. The
/// counts of dense, diagonal, block and selection patterns are constant over
/// long runs and those of a band are ramps at its two ends, so the sum is
/// taken over a handful of pieces and not over the shared dimension: O(1) for
/// every structure that has a closed form.
package struct CountVector: Hashable, Sendable {
  /// `first + slope · t` nonzeros at index `start + t`, `0 ≤ t < length`.
  struct Piece: Hashable, Sendable {
    var length: Int
    var first: Int
    var slope: Int
  }

  /// Consecutive pieces that cover `0..<length`.
  private(set) var pieces: [Piece]

  /// How many pieces there are.
  package var pieceCount: Int { pieces.count }

  /// The memory of a piece.
  package static var bytesPerPiece: Int { MemoryLayout<Piece>.stride }

  /// `length` indices with `value` nonzeros each.
  package init(constant value: Int, length: Int) {
    pieces = [Piece(length: length, first: value, slope: 0)]
  }

  /// One count per index.
  ///
  /// - Complexity: O(n) time, O(number of runs of equal counts) memory.
  package init(_ counts: some Sequence<Int>) {
    pieces = []
    for count in counts { append(length: 1, first: count, slope: 0) }
  }

  /// No index at all; pieces are appended.
  init() { pieces = [] }

  /// Continues the vector with another piece.
  mutating func append(length: Int, first: Int, slope: Int) {
    guard length > 0 else { return }
    if slope == 0, let last = pieces.last, last.slope == 0, last.first == first
    {
      pieces[pieces.count - 1].length += length
    } else {
      pieces.append(Piece(length: length, first: first, slope: slope))
    }
  }

  /// The number of indices.
  package var length: Int { pieces.reduce(0) { $0 + $1.length } }

  /// The count of every index, when they are all alike.
  package var uniform: Int? {
    pieces.count == 1 && pieces[0].slope == 0 ? pieces[0].first : nil
  }

  /// The largest count.
  package var maximum: Int {
    pieces.reduce(0) { largest, piece in
      max(largest, piece.first, piece.first + piece.slope * (piece.length - 1))
    }
  }

  /// Σ_p counts(p): the stored entries of the pattern.
  package var sum: UInt128 {
    dot(CountVector(constant: 1, length: length))
  }

  /// The counts, index by index.
  package var values: [Int] {
    pieces.flatMap { piece in
      (0..<piece.length).map { piece.first + piece.slope * $0 }
    }
  }

  /// Σ_p self(p) · other(p), exactly.
  ///
  /// - Precondition: both have the same length. Lengths and counts are at most
  ///   2^40 each, so the sum stays below 2^120.
  /// - Complexity: O(pieces of both).
  package func dot(_ other: CountVector) -> UInt128 {
    if pieces.count == 1, other.pieces.count == 1 {
      return Self.segment(pieces[0], 0, other.pieces[0], 0, pieces[0].length)
    }
    var total: UInt128 = 0
    var (i, j, usedOfI, usedOfJ) = (0, 0, 0, 0)
    while i < pieces.count, j < other.pieces.count {
      let (a, b) = (pieces[i], other.pieces[j])
      let length = min(a.length - usedOfI, b.length - usedOfJ)
      total += Self.segment(a, usedOfI, b, usedOfJ, length)
      usedOfI += length
      usedOfJ += length
      if usedOfI == a.length { (i, usedOfI) = (i + 1, 0) }
      if usedOfJ == b.length { (j, usedOfJ) = (j + 1, 0) }
    }
    precondition(i == pieces.count && j == other.pieces.count)
    return total
  }

  /// Σ_p self(p) · other(p) modulo 2^64: the sum itself where it is known to
  /// fit, several times faster.
  ///
  /// - Precondition: both have the same length.
  /// - Complexity: O(pieces of both).
  package func wrappingDot(_ other: CountVector) -> Int {
    pieces.withUnsafeBufferPointer { mine in
      other.pieces.withUnsafeBufferPointer { theirs in
        var total = 0
        var (i, j, usedOfI, usedOfJ) = (0, 0, 0, 0)
        while i < mine.count, j < theirs.count {
          let (a, b) = (mine[i], theirs[j])
          let length = min(a.length - usedOfI, b.length - usedOfJ)
          total &+= Self.wrappingSegment(a, usedOfI, b, usedOfJ, length)
          usedOfI += length
          usedOfJ += length
          if usedOfI == a.length { (i, usedOfI) = (i + 1, 0) }
          if usedOfJ == b.length { (j, usedOfJ) = (j + 1, 0) }
        }
        return total
      }
    }
  }

  private static func wrappingSegment(
    _ a: Piece, _ startA: Int, _ b: Piece, _ startB: Int, _ n: Int
  ) -> Int {
    if a.slope == 0, b.slope == 0 { return a.first &* b.first &* n }
    // Divisions are exact only while their dividends don't wrap.
    guard n < 1 << 20 else {
      return Int(truncatingIfNeeded: segment(a, startA, b, startB, n))
    }
    let a0 = a.first &+ a.slope &* startA
    let b0 = b.first &+ b.slope &* startB
    let triangle = n &* (n &- 1) / 2
    let pyramid = triangle &* (2 &* n &- 1) / 3
    return a0 &* b0 &* n &+ (a0 &* b.slope &+ b0 &* a.slope) &* triangle
      &+ a.slope &* b.slope &* pyramid
  }

  /// Σ over `length` indices of the product of two lines, in closed form.
  private static func segment(
    _ a: Piece, _ startA: Int, _ b: Piece, _ startB: Int, _ length: Int
  ) -> UInt128 {
    if a.slope == 0, b.slope == 0 {
      let product = a.first.multipliedReportingOverflow(by: b.first)
      let sum = product.partialValue.multipliedReportingOverflow(by: length)
      return product.overflow || sum.overflow
        ? UInt128(a.first) * UInt128(b.first) * UInt128(length)
        : UInt128(sum.partialValue)
    }
    let n = Int128(length)
    let a0 = Int128(a.first) + Int128(a.slope) * Int128(startA)
    let b0 = Int128(b.first) + Int128(b.slope) * Int128(startB)
    let cross = a0 * Int128(b.slope) + b0 * Int128(a.slope)
    let linear = cross * (n * (n - 1) / 2)
    let square = Int128(a.slope) * Int128(b.slope)
    // Pyramid numbers, divided before they can outgrow 128 bits.
    let pyramid = (n - 1) * n / 2 * (2 * n - 1) / 3
    return UInt128(a0 * b0 * n + linear + square * pyramid)
  }
}
