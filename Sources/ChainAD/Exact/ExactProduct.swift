import JacobianChain

/// The sum over all ways of the products of the Jacobians along them, whose
/// value doesn't depend on an order. A product alone is one way.
struct ExactProduct {
  struct Arc {
    var factor: ExactFactor
    var from: Int
    var to: Int
  }

  /// On ways from the first vertex to the last; by the vertices where they end,
  /// each after those that it is reached from.
  private let arcs: [Arc]
  private let first: Int
  private let last: Int
  /// The components of each vertex that an arc touches.
  private let sizes: [Int]

  init(arcs: [Arc]) {
    self.arcs = arcs
    first = arcs.map(\.from).min()!
    last = arcs[arcs.count - 1].to
    var sizes = [Int](repeating: 0, count: last + 1)
    for arc in arcs {
      (sizes[arc.from], sizes[arc.to]) = (arc.factor.columns, arc.factor.rows)
    }
    self.sizes = sizes
  }

  /// Multiplications that are worth an exceptional answer: some seconds.
  static let workLimit = 1 << 28

  static var tooLarge: ChainError {
    ChainError(
      .tooLarge, at: "/functions",
      expected: "at most \(workLimit) multiplications", found: "more",
      advice: "see where a derivative isn't finite")
  }

  var transposed: ExactProduct {
    ExactProduct(
      arcs: arcs.map {
        Arc(
          factor: $0.factor.transposed, from: last - $0.to, to: last - $0.from)
      }.sorted { ($0.to, $0.from) < ($1.to, $1.from) })
  }

  /// The first entry that isn't finite on a way from an input to an output.
  ///
  /// What no input leads to, and what leads to no output, has no part in the
  /// product.
  ///
  /// - Complexity: O(entries of all factors).
  var firstPole: (arc: Int, entry: ExactFactor.Entry)? {
    let none = sizes.map { [Bool](repeating: false, count: $0) }
    var (wanted, reached) = (none, none)
    wanted[last] = [Bool](repeating: true, count: sizes[last])
    reached[first] = [Bool](repeating: true, count: sizes[first])
    for arc in arcs.reversed() {
      for entry in arc.factor.entries where wanted[arc.to][entry.row] {
        wanted[arc.from][entry.column] = true
      }
    }
    for (index, arc) in arcs.enumerated() {
      for entry in arc.factor.entries where reached[arc.from][entry.column] {
        reached[arc.to][entry.row] = true
        if wanted[arc.to][entry.row], !entry.value.isFinite {
          return (index, entry)
        }
      }
    }
    return nil
  }

  /// Calls `body` with each entry of the product that is there, row by row.
  ///
  /// - Throws: `ChainError` (`tooLarge`) beyond `workLimit`.
  /// - Complexity: that of adjoints through all factors, for each row.
  func forEachEntry(
    _ body: (_ row: Int, _ column: Int, Wide) -> Void
  ) throws(ChainError) {
    var work = 0
    var sums = sizes.map { [Wide?](repeating: nil, count: $0) }
    var touched = [[Int]](repeating: [], count: sizes.count)
    for row in 0..<sizes[last] {
      (sums[last][row], touched[last]) = (Wide(1), [row])
      for arc in arcs.reversed() {
        for index in touched[arc.to] {
          let (weight, entries) = (sums[arc.to][index]!, arc.factor.row(index))
          work += entries.count
          for entry in entries {
            let term = weight * entry.value
            if let sum = sums[arc.from][entry.column] {
              sums[arc.from][entry.column] = sum + term
            } else {
              sums[arc.from][entry.column] = term
              touched[arc.from].append(entry.column)
            }
          }
        }
        guard work <= Self.workLimit else { throw Self.tooLarge }
      }
      for column in touched[first] { body(row, column, sums[first][column]!) }
      for vertex in sums.indices {
        for index in touched[vertex] { sums[vertex][index] = nil }
        touched[vertex].removeAll(keepingCapacity: true)
      }
    }
  }
}
