/// The cheapest price of every span `i..<j` of q factors, in square tiles: row
/// i and column j, 0 ≤ i < j ≤ q, only the tiles on and above the diagonal.
///
/// A tile lies in one piece of memory and three of them fit the second-level
/// cache, so that a split touches no other memory. Written tile by tile by
/// whoever holds the tile; a finished tile is only read.
final class SpanTable<Price: TablePrice>: @unchecked Sendable {
  /// The number of factors q.
  let factors: Int
  /// Rows and columns of a tile, a multiple of four: who takes four ends at a
  /// time, from the first of a row on, reaches beyond the row's last end only
  /// to entries of the next row that are no spans.
  let side: Int
  /// Tiles along the diagonal.
  let tiles: Int
  private let storage: UnsafeMutablePointer<Price>

  /// The side of a tile of a long chain.
  static var longSide: Int { 64 }

  /// The side of a tile of a table for `factors` factors.
  static func side(factors: Int) -> Int { min(longSide, (factors + 4) & ~3) }

  /// The tiles along its diagonal.
  static func tiles(factors: Int) -> Int {
    let side = side(factors: factors)
    return (factors + side) / side
  }

  /// The bytes of a table for `factors` factors.
  static func bytes(factors: Int) -> Int {
    let tiles = (factors + longSide) / longSide
    return tiles * (tiles + 1) / 2 * longSide * longSide
      * MemoryLayout<Price>.stride
  }

  init(factors: Int) {
    self.factors = factors
    side = Self.side(factors: factors)
    tiles = Self.tiles(factors: factors)
    storage = .allocate(capacity: tiles * (tiles + 1) / 2 * side * side)
  }

  deinit { storage.deallocate() }

  /// The first entry of tile (I, J), I ≤ J; rows follow one another.
  func tile(_ I: Int, _ J: Int) -> UnsafeMutablePointer<Price> {
    storage + (J * (J + 1) / 2 + I) * side * side
  }

  /// The boundaries 0…q that tile row or column `I` covers.
  func boundaries(_ I: Int) -> Range<Int> {
    I * side..<min((I + 1) * side, factors + 1)
  }

  /// The price of span `i..<j`, once its tile is finished.
  func value(_ i: Int, _ j: Int) -> Price {
    let (I, J) = (i / side, j / side)
    return tile(I, J)[(i - I * side) * side + j - J * side]
  }
}
