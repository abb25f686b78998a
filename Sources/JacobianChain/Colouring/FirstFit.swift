/// Colours columns one after the other, each with the first colour that no
/// earlier column has with which it shares a row.
///
/// The colours of a short row are read off its columns. A long row keeps its
/// colours as runs and is asked for its first free one, so that a row of L
/// nonzeros costs about L · log(runs) and not L². Where runs are many and long
/// rows disagree, their colours are read off, too: the work is never more than
/// a small multiple of Σ_rows nnz(row)².
struct FirstFit {
  /// Rows up to so many nonzeros are short: reading them is fastest.
  private static let shortRow = 32

  private let byRow: SparsePattern
  private let byColumn: SparsePattern
  /// The place of each long row among `runs`; −1 for a short one.
  private let places: [Int32]
  private var runs: [ColourRuns]
  /// The nonzeros of each of them.
  private let lengths: [Int]
  /// For the first long rows of a column, a colour below which they have all:
  /// colours are only added, so that the next column with the same rows needs
  /// not begin at 0.
  private var floors: [SIMD8<Int32>: Int32] = [:]
  private var colours: [Int32]
  /// The last column that found a colour taken.
  private var taken: [Int32]

  /// - Parameters:
  ///   - byRow: the pattern, m × n.
  ///   - byColumn: its transpose.
  init(_ byRow: SparsePattern, _ byColumn: SparsePattern) {
    (self.byRow, self.byColumn) = (byRow, byColumn)
    var lengths: [Int] = []
    places = (0..<byRow.rows).map { row in
      let length = byRow.row(row).count
      guard length > Self.shortRow else { return -1 }
      lengths.append(length)
      return Int32(lengths.count - 1)
    }
    self.lengths = lengths
    runs = Array(repeating: ColourRuns(), count: lengths.count)
    colours = Array(repeating: -1, count: byRow.columns)
    taken = Array(repeating: -1, count: byRow.columns + 1)
  }

  /// The colouring in that order of the columns; nil when it needs `limit`
  /// colours or more, or more work than `meter` has.
  ///
  /// - Throws: `ChainError` when the meter's control stops it.
  mutating func colouring(
    order: some Sequence<Int>, below limit: Int, _ meter: inout WorkMeter
  ) throws(ChainError) -> Colouring? {
    var count: Int32 = 0
    var longRows: [Int32] = []
    for column in order where !byColumn.row(column).isEmpty {
      longRows.removeAll(keepingCapacity: true)
      var work = 0
      for row in byColumn.row(column) {
        if places[row] >= 0 {
          longRows.append(places[row])
          continue
        }
        let neighbours = byRow.row(row)
        work += neighbours.count
        for neighbour in neighbours where colours[neighbour] >= 0 {
          taken[Int(colours[neighbour])] = Int32(column)
        }
      }
      let colour = firstFree(column, longRows, &work)
      for place in longRows {
        work += 1 + runs[Int(place)].count / 8
        runs[Int(place)].insert(colour)
      }
      colours[column] = colour
      count = max(count, colour + 1)
      guard Int(count) < limit, try meter.spend(work) else { return nil }
    }
    return Colouring(count: Int(count), classes: .listed(colours))
  }

  /// The first colour that is neither marked as taken nor in a long row. Rows
  /// take turns; when that takes as long as reading their colours off, they are
  /// read off.
  private mutating func firstFree(
    _ column: Int, _ longRows: [Int32], _ work: inout Int
  ) -> Int32 {
    guard !longRows.isEmpty else { return firstUntaken(from: 0, column) }
    var key = SIMD8<Int32>(repeating: -1)
    for (index, place) in longRows.prefix(8).enumerated() { key[index] = place }
    let all = longRows.reduce(0) { $0 + lengths[Int($1)] }
    var patience = all / 4
    var colour = floors[key] ?? 0
    advance(&colour, longRows.prefix(8), nil, &patience)
    floors[key] = colour
    colour = firstUntaken(from: colour, column)
    advance(&colour, longRows[...], column, &patience)
    work += all / 4 - patience
    guard patience < 0 else { return colour }
    work += all
    for place in longRows {
      runs[Int(place)].forEach(from: colour) {
        taken[Int($0)] = Int32(column)
      }
    }
    return firstUntaken(from: colour, column)
  }

  /// Goes on to the first colour that none of the rows has, and that isn't
  /// marked as taken for `column`; or ends on the way when patience does.
  private func advance(
    _ colour: inout Int32, _ rows: ArraySlice<Int32>, _ column: Int?,
    _ patience: inout Int
  ) {
    var (turn, agreeing) = (rows.startIndex, 0)
    while agreeing < rows.count, patience >= 0 {
      let row = Int(rows[turn])
      turn = turn + 1 < rows.endIndex ? turn + 1 : rows.startIndex
      patience -= 1 + runs[row].depth
      let free = runs[row].firstFree(from: colour)
      if free == colour {
        agreeing += 1
        continue
      }
      colour = column.map { firstUntaken(from: free, $0) } ?? free
      agreeing = colour == free ? 1 : 0
    }
  }

  private func firstUntaken(from colour: Int32, _ column: Int) -> Int32 {
    var colour = colour
    while taken[Int(colour)] == Int32(column) { colour += 1 }
    return colour
  }
}
