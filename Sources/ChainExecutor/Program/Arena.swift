import JacobianChain

/// Places in one block of memory, in doubles: what is given back is taken
/// again, by the value that fits it best.
///
/// Places begin on cache lines, as buffers do, so that a kernel finds the same
/// alignment wherever its operands lie.
struct Arena {
  /// Where all places end, counted from the beginning of the memory.
  private(set) var count: Int
  /// What was given back, ascending, never adjacent.
  private var free: [Range<Int>] = []

  /// Places behind those of another arena.
  init(after count: Int = 0) { self.count = count }

  /// Takes room for some doubles; none at all for 0.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when no memory could hold them.
  /// - Complexity: O(free places).
  mutating func take(_ doubles: Int) throws(ChainError) -> Range<Int> {
    guard doubles > 0 else { return 0..<0 }
    let wanted = Self.lines(doubles)
    var best: Int?
    for (index, place) in free.enumerated() where place.count >= wanted {
      if place.count < best.map({ free[$0].count }) ?? .max { best = index }
    }
    if let best {
      let start = free[best].lowerBound
      free[best] = start + wanted..<free[best].upperBound
      if free[best].isEmpty { free.remove(at: best) }
      return start..<start + doubles
    }
    // What is free at the end grows.
    var start = count
    if let last = free.last, last.upperBound == count {
      start = last.lowerBound
      free.removeLast()
    }
    guard start + wanted < 1 << 56 else {
      throw Buffer.refusal(bytes: 8 * UInt128(start + wanted))
    }
    count = start + wanted
    return start..<start + doubles
  }

  /// Gives a place back.
  ///
  /// - Complexity: O(free places).
  mutating func giveBack(_ place: Range<Int>) {
    guard !place.isEmpty else { return }
    var start = place.lowerBound
    var end = start + Self.lines(place.count)
    var index = free.firstIndex { $0.lowerBound >= end } ?? free.count
    if index < free.count, free[index].lowerBound == end {
      end = free.remove(at: index).upperBound
    }
    if index > 0, free[index - 1].upperBound == start {
      index -= 1
      start = free.remove(at: index).lowerBound
    }
    free.insert(start..<end, at: index)
  }

  /// Doubles that a place takes up. Large ones would all begin at the same
  /// place of a page, and processors keep what lies at the same place of
  /// several pages in the same few lines of cache: they are moved against each
  /// other by a quarter of a page and a line.
  private static func lines(_ doubles: Int) -> Int {
    guard doubles >= 4 * page else { return (doubles + 7) / 8 * 8 }
    return (doubles + page - 1) / page * page + page / 4 + 8
  }

  /// Doubles of a page of most processors.
  private static let page = 512
}
