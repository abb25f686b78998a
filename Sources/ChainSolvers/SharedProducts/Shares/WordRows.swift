import JacobianChain

/// Every distinct sub-word of a problem's targets, as beginnings of rows.
///
/// A sub-word is a beginning of an ending of a target. Endings that begin
/// another ending say nothing new; the others, in lexicographic order, are the
/// *rows*. A *cell* is a beginning of a row: cell `starts[r] + l − 1` is the
/// first l factors of row r, first applied first. A row repeats the cells that
/// it shares with the row before. What is left of a row's beginning without
/// its first factor is a beginning of its *tail*: so cutting a word in two
/// takes two look-ups, and the interval programs of all targets become one.
///
/// A comb of n layers has 2n rows and n² cells, not n³; a power has one row.
struct WordRows {
  /// The last factor of each cell's word.
  private(set) var factors: [Int32] = []
  /// Row r has the cells `starts[r]..<starts[r + 1]`.
  private(set) var starts: [Int] = [0]
  /// The cells of row r that are those of the row before.
  private(set) var shared: [Int] = []
  /// The row that begins with row r without its first factor; −1 when nothing
  /// is left.
  private(set) var tails: [Int] = []
  /// The row of each cell.
  private(set) var rowsOfCells: [Int32] = []
  /// For each cell, the first one with the same word.
  private(set) var originals: [Int32] = []
  /// The rows such that operands come first; nil when, as in powers, a row is
  /// among its own operands.
  private(set) var order: [Int]?
  /// The row that each ending begins, by its node.
  private(set) var rowsOfEndings: [Int32]

  /// The number of rows.
  var count: Int { shared.count }
  /// The number of cells.
  var cellCount: Int { factors.count }
  /// The number of factors of row `r`.
  func length(_ r: Int) -> Int { starts[r + 1] - starts[r] }

  /// The splits of all distinct words.
  var splits: Int {
    (0..<count).reduce(0) { sum, r in
      let (all, known) = (length(r), shared[r])
      return sum + (all * (all - 1) - known * max(0, known - 1)) / 2
    }
  }

  /// Sorts the endings; nil when there are more than `limit` cells.
  ///
  /// - Complexity: O(Σ lengths of the endings), but no more than it takes to
  ///   find out that there are too many.
  init?(_ endings: TargetEndings, limit: Int) {
    rowsOfEndings = [Int32](repeating: -1, count: endings.count)
    var sorted = EndingSort(endings)
    var nodes: [Int] = []
    while let row = sorted.next() {
      for node in row.beginnings { rowsOfEndings[node] = Int32(count) }
      rowsOfEndings[row.node] = Int32(count)
      guard cellCount + endings.lengths[row.node] <= limit else { return nil }
      append(row.node, shared: row.shared, endings)
      nodes.append(row.node)
    }
    tails = nodes.map { node in
      let parent = endings.parents[node]
      return parent == 0 ? -1 : Int(rowsOfEndings[parent])
    }
    order = operandsFirst()
  }

  private mutating func append(
    _ node: Int, shared known: Int, _ endings: TargetEndings
  ) {
    let before = count == 0 ? 0 : starts[count - 1]
    var node = node
    var position = 0
    while node > 0 {
      originals.append(
        position < known ? originals[before + position] : Int32(cellCount))
      factors.append(Int32(endings.factors[node]))
      rowsOfCells.append(Int32(count))
      node = endings.parents[node]
      position += 1
    }
    shared.append(known)
    starts.append(cellCount)
  }

  /// The cell of an ending, given by its node.
  func cell(of node: Int, _ endings: TargetEndings) -> Int {
    starts[Int(rowsOfEndings[node])] + endings.lengths[node] - 1
  }

  /// Each row after its tail and after the row whose cells it repeats.
  private func operandsFirst() -> [Int]? {
    var needs = [Int](repeating: 0, count: count)
    var heads = [Int](repeating: -1, count: count)
    var links: [(row: Int, next: Int)] = []
    func link(_ row: Int, after other: Int) {
      needs[row] += 1
      links.append((row, heads[other]))
      heads[other] = links.count - 1
    }
    for row in 0..<count {
      if tails[row] >= 0 { link(row, after: tails[row]) }
      if shared[row] > 1 { link(row, after: row - 1) }
    }
    var order = (0..<count).filter { needs[$0] == 0 }
    var done = 0
    while done < order.count {
      var position = heads[order[done]]
      while position >= 0 {
        let row = links[position].row
        needs[row] -= 1
        if needs[row] == 0 { order.append(row) }
        position = links[position].next
      }
      done += 1
    }
    return order.count == count ? order : nil
  }
}

/// The endings in lexicographic order, by sorting on one factor after another
/// (a radix sort of strings from the left; McIlroy, Bostic & McIlroy 1993).
private struct EndingSort {
  /// An ending that begins no other one.
  struct Row {
    let node: Int
    /// How many factors it begins with like the one before.
    let shared: Int
    /// The endings that it begins with, and none before it does.
    let beginnings: [Int]
  }

  private struct Group {
    var range: Range<Int>
    /// The factors that all of the group begin with.
    var depth: Int
    /// Those that its first one has in common with the row before.
    var shared: Int
  }

  private let endings: TargetEndings
  private var nodes: [Int]
  /// What is left of each ending beyond the depth of its group.
  private var rests: [Int]
  private var groups: [Group]
  private var beginnings: [Int] = []

  init(_ endings: TargetEndings) {
    self.endings = endings
    nodes = Array(1..<endings.count)
    rests = Array(0..<endings.count)
    groups = [Group(range: 0..<nodes.count, depth: 0, shared: 0)]
  }

  mutating func next() -> Row? {
    while var group = groups.popLast() {
      if group.range.count == 1 {
        defer { beginnings = [] }
        return Row(
          node: nodes[group.range.lowerBound], shared: group.shared,
          beginnings: beginnings)
      }
      let first = rest(group.range.lowerBound)
      if group.range.allSatisfy({ rest($0) == first }) {
        for position in group.range {
          rests[nodes[position]] = endings.parents[rests[nodes[position]]]
        }
        group.depth += 1
        // Distinct words: at most one of them ends here.
        if let end = group.range.first(where: { rests[nodes[$0]] == 0 }) {
          nodes.swapAt(end, group.range.lowerBound)
          beginnings.append(nodes[group.range.lowerBound])
          group.range = group.range.dropFirst()
        }
        groups.append(group)
      } else {
        split(group)
      }
    }
    return nil
  }

  private func rest(_ position: Int) -> Int {
    endings.factors[rests[nodes[position]]]
  }

  private mutating func split(_ group: Group) {
    nodes[group.range].sort {
      (endings.factors[rests[$0]], $0) < (endings.factors[rests[$1]], $1)
    }
    var end = group.range.upperBound
    for position in group.range.reversed() {
      let isFirst = position == group.range.lowerBound
      guard isFirst || rest(position) != rest(position - 1) else { continue }
      groups.append(
        Group(
          range: position..<end, depth: group.depth,
          shared: isFirst ? group.shared : group.depth))
      end = position
    }
  }
}
