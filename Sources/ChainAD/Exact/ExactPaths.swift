import ChainExecutor
import JacobianChain

/// The sum over all paths of the Jacobians' products along them, whose value
/// doesn't depend on the order. A product is a single path.
struct ExactPaths {
  /// A Jacobian on the way from one place to another.
  private struct Hop {
    let from: Int
    let to: Int
    let factor: ExactFactor
  }

  /// What enters a place comes before what leaves it.
  private let hops: [Hop]
  private let sizes: [Int]
  private let start: Int
  private let end: Int

  /// - Parameter factors: of each hop of the route.
  init(_ route: Route, _ factors: [ExactFactor]) {
    hops = zip(route.hops, factors).map {
      Hop(from: $0.from, to: $0.to, factor: $1)
    }
    (sizes, start, end) = (route.sizes, route.start, route.end)
  }

  private init(transposing other: ExactPaths) {
    hops = other.hops.reversed().map {
      Hop(from: $0.to, to: $0.from, factor: $0.factor.transposed)
    }
    (sizes, start, end) = (other.sizes, other.end, other.start)
  }

  /// Multiplications that are worth an exceptional answer: some seconds.
  static let workLimit = 1 << 28
  /// Entries that are: some hundred megabytes.
  static let entryLimit = 1 << 22

  /// Whether it is worth it to compute a target anew that an order has made.
  ///
  /// - Parameters:
  ///   - entries: of all factors on the way.
  ///   - sweeps: through them.
  static func areWorth(entries: Double, sweeps: Int) -> Bool {
    entries <= Double(entryLimit)
      && entries * Double(sweeps) <= Double(workLimit)
  }

  static var tooLarge: ChainError {
    ChainError(
      .tooLarge, at: "/functions",
      expected: "at most \(workLimit) multiplications", found: "more",
      advice: "see where a derivative isn't finite")
  }

  /// The first entry that isn't finite on a way from an input to an output.
  ///
  /// What no input leads to, and what leads to no output, has no part in the
  /// sum.
  ///
  /// - Parameter rank: of hops: the lowest one with such an entry counts.
  /// - Complexity: O(entries of all factors).
  func firstPole(
    by rank: (Int) -> Int
  ) -> (hop: Int, entry: ExactFactor.Entry)? {
    let nowhere = sizes.map { [Bool](repeating: false, count: $0) }
    var (wanted, reached) = (nowhere, nowhere)
    for element in wanted[end].indices { wanted[end][element] = true }
    for hop in hops.reversed() {
      for entry in hop.factor.entries where wanted[hop.to][entry.row] {
        wanted[hop.from][entry.column] = true
      }
    }
    for element in reached[start].indices { reached[start][element] = true }
    var first: (hop: Int, entry: ExactFactor.Entry)?
    for (index, hop) in hops.enumerated() {
      for entry in hop.factor.entries where reached[hop.from][entry.column] {
        reached[hop.to][entry.row] = true
        if wanted[hop.to][entry.row], !entry.value.isFinite,
          first.map({ rank(index) < rank($0.hop) }) ?? true
        {
          first = (index, entry)
        }
      }
    }
    return first
  }

  /// The sum, rounded once, in its pattern.
  ///
  /// - Throws: `ChainError`, `malformed` for an entry beyond the largest double,
  ///   `tooLarge` beyond `workLimit`.
  /// - Complexity: that of adjoints through all factors for each row, or of
  ///   tangents for each column, whichever are fewer.
  func rounded(in pattern: Pattern) throws(ChainError) -> Matrix {
    let places = try pattern.expanded()
    var values = [Double](repeating: 0, count: places.entries)
    var overflow: (row: Int, column: Int)?
    let isTall = pattern.rows > pattern.columns
    try (isTall ? ExactPaths(transposing: self) : self).forEachEntry {
      let (row, column) = isTall ? ($1, $0) : ($0, $1)
      let value = $2.rounded
      if !value.isFinite { overflow = overflow ?? (row, column) }
      if let position = places.position(row: row, column: column) {
        values[position] = value
      }
    }
    if let overflow {
      throw ChainError(
        .malformed, at: "/functions", expected: "derivatives that are doubles",
        found: "entry (\(overflow.row), \(overflow.column)) of the product is "
          + "beyond 1.8e308",
        advice: "scale the inputs or the outputs")
    }
    return try Matrix(pattern: pattern, sparseValues: values)
  }

  /// The sum of a single row.
  ///
  /// - Throws: `ChainError` (`tooLarge`) beyond `workLimit`.
  /// - Complexity: O(entries of all factors).
  func row() throws(ChainError) -> [Wide] {
    var row = [Wide](repeating: Wide(0), count: sizes[start])
    try forEachEntry { row[$1] = $2 }
    return row
  }

  /// Calls `body` with each entry of the sum that is there, row by row.
  private func forEachEntry(
    _ body: (_ row: Int, _ column: Int, Wide) -> Void
  ) throws(ChainError) {
    var work = 0
    var sums = sizes.map { [Wide?](repeating: nil, count: $0) }
    var touched = sizes.map { _ in [Int]() }
    func add(_ term: Wide, to element: Int, of place: Int) {
      if let sum = sums[place][element] {
        sums[place][element] = sum + term
      } else {
        sums[place][element] = term
        touched[place].append(element)
      }
    }
    for row in 0..<sizes[end] {
      add(Wide(1), to: row, of: end)
      for hop in hops.reversed() {
        for index in touched[hop.to] {
          let (weight, entries) = (sums[hop.to][index]!, hop.factor.row(index))
          work += entries.count
          for entry in entries {
            add(weight * entry.value, to: entry.column, of: hop.from)
          }
        }
        guard work <= Self.workLimit else { throw Self.tooLarge }
      }
      for column in touched[start] { body(row, column, sums[start][column]!) }
      for place in sizes.indices {
        for element in touched[place] { sums[place][element] = nil }
        touched[place].removeAll(keepingCapacity: true)
      }
    }
  }
}

extension ChainError {
  /// A function without a finite derivative where it stands.
  ///
  /// - Parameters:
  ///   - what: "derivative", "second derivative".
  ///   - derivative: the entry, in words.
  ///   - inputs: where it stands, in words.
  static func pole(
    ofFunction index: Int, _ name: String, _ what: String,
    _ derivative: String, _ value: Wide, at inputs: String
  ) -> ChainError {
    ChainError(
      .malformed, at: "/functions/\(index)",
      expected: "a finite \(what) of \"\(name)\"",
      found: "\(derivative) is \(value.rounded.word) at \(inputs)",
      advice: "keep the point away from where the function has no such "
        + "derivative; 0 · ∞ is none either, by tangents and by adjoints")
  }

  /// A Jacobian for which such a function couldn't be looked for.
  static func notFinite(_ what: String) -> ChainError {
    ChainError(
      .malformed, at: "/functions", expected: "a finite \(what)",
      found: "an entry that isn't finite, in the order that was chosen",
      advice: "see which function has no finite derivative at the point, or "
        + "whether derivatives are too large to be multiplied")
  }
}
