import JacobianChain

/// What the products of the cells of `WordRows` cost, as doubles: they steer,
/// and bound with an allowance for their rounding.
///
/// Σ_p colnnz_A(p) · rownnz_B(p) is entries times a count where the counts of
/// one side are all alike: of dense, diagonal, block and unit patterns. The
/// others are compared once, pattern by pattern.
struct CellPrices: ~Copyable {
  /// The entries of each cell's pattern; 0 for units, whose products are free.
  let entries: FlatArray<Double>
  /// The entries of each row of it, as an inner operand; −1 where they differ.
  let inner: FlatArray<Double>
  /// The entries of each column, as an outer operand; −1 where they differ.
  let outer: FlatArray<Double>
  /// The price of making a cell by tangents of its last factor, by adjoints of
  /// its first one; infinite where there are none. Empty without eliminations.
  let tangents: FlatArray<Double>
  let adjoints: FlatArray<Double>
  /// The ways to make each factor alone.
  let leaves: [[Leaf]]
  /// The tape of an adjoint of each factor; 0 without a bound on the total.
  let tapes: [Double]
  private let uneven: UnevenPatterns
  /// Every price is a multiple of it, so every plan's is.
  private(set) var unit: UInt128 = 1

  /// A way to make a factor alone.
  struct Leaf {
    let step: Step
    let price: Double
    let tape: Double
  }

  /// The most stored entries of patterns.
  private static let entryLimit = 1 << 26

  /// Prices all cells; nil when `control` stopped it, or when the patterns
  /// take too much memory.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  /// - Complexity: O(cells) products of patterns.
  init?(
    _ rows: borrowing WordRows, _ problem: Problem, _ control: SearchControl
  ) throws(ChainError) {
    let cells = rows.cellCount
    entries = FlatArray(unfilled: cells)
    inner = FlatArray(unfilled: cells)
    outer = FlatArray(unfilled: cells)
    let eliminates =
      problem.matrixFree
      && problem.factors.contains {
        $0.tangentCost != nil || $0.adjointCost != nil
      }
    tangents = FlatArray(unfilled: eliminates ? cells : 0)
    adjoints = FlatArray(unfilled: eliminates ? cells : 0)
    let isCounted = problem.limits.tapeTotal != nil
    leaves = problem.factors.indices.map {
      problem.leaves(ofFactor: $0).map {
        Leaf(
          step: $0.step, price: Double($0.fma),
          tape: isCounted ? Double($0.tape) : 0)
      }
    }
    tapes = problem.factors.map {
      problem.limits.tapeTotal == nil ? 0 : Double($0.tape)
    }
    uneven = UnevenPatterns(problem.isDense ? 0 : cells)
    var known = Colours()
    var patterns: [Pattern] = []
    for row in 0..<rows.count {
      if control.shouldStop() != nil { return nil }
      let start = rows.starts[row]
      patterns.removeSubrange(rows.shared[row]...)
      let first = problem.factors[Int(rows.factors[start])]
      for position in 0..<rows.length(row) {
        let cell = start + position
        if position < rows.shared[row] {
          copy(Int(rows.originals[cell]), to: cell)
          continue
        }
        let factor = Int(rows.factors[cell])
        let own = problem.patterns[factor]
        let pattern =
          position == 0
          ? own : try Pattern.product(own, patterns[position - 1])
        patterns.append(pattern)
        measure(pattern, cell)
        guard uneven.stored <= Self.entryLimit else { return nil }
        guard eliminates else { continue }
        let last = problem.factors[factor]
        tangents[cell] = Self.price(.tangent, pattern, last, problem, &known)
        adjoints[cell] = Self.price(.adjoint, pattern, first, problem, &known)
      }
    }
    unit = commonDivisor()
  }

  /// A common divisor of all prices: entries and counts have one each where
  /// all counts are even.
  private func commonDivisor() -> UInt128 {
    var (all, rows, costs): (UInt64, UInt64, UInt64) = (0, 0, 0)
    func add(_ value: Double, to divisor: inout UInt64) {
      // Beyond 2^53 a double need not be the number that it stands for.
      guard value.isFinite, value != 0, divisor != 1 else { return }
      guard value > 0, value < 0x1p53 else { return divisor = 1 }
      var (a, b) = (divisor, UInt64(value))
      while b != 0 { (a, b) = (b, a % b) }
      divisor = a
    }
    for cell in 0..<entries.count {
      add(entries[cell], to: &all)
      add(inner[cell], to: &rows)
      guard tangents.count > 0 else { continue }
      add(tangents[cell], to: &costs)
      add(adjoints[cell], to: &costs)
    }
    for leaf in leaves.joined() { add(leaf.price, to: &costs) }
    let products = UInt128(all) * UInt128(rows)
    var (a, b) = (products, UInt128(costs))
    while b != 0 { (a, b) = (b, a % b) }
    return max(1, a)
  }

  /// fma of a product of two cells.
  func product(_ a: Int, _ b: Int) -> Double {
    if inner[b] >= 0 { return inner[b] * entries[a] }
    return outer[a] >= 0 ? outer[a] * entries[b] : uneven.product(a, b)
  }

  private func measure(_ pattern: Pattern, _ cell: Int) {
    if pattern.structure.isUnit {
      (entries[cell], inner[cell], outer[cell]) = (0, 0, 0)
      return
    }
    entries[cell] = Double(pattern.nonzeros)
    switch pattern.structure {
    case .dense:
      (inner[cell], outer[cell]) = (
        Double(pattern.columns), Double(pattern.rows)
      )
    case .diagonal, .identity, .negatedIdentity, .selection,
      .negatedSelection:
      (inner[cell], outer[cell]) = (1, 1)
    case .blockDiagonal(_, let rows, let columns):
      (inner[cell], outer[cell]) = (Double(columns), Double(rows))
    case .banded, .sparse, .submatrix:
      let (byRow, byColumn) = uneven.insert(pattern, cell)
      inner[cell] = byRow.uniform.map { Double($0) } ?? -1
      outer[cell] = byColumn.uniform.map { Double($0) } ?? -1
    }
  }

  private func copy(_ other: Int, to cell: Int) {
    entries[cell] = entries[other]
    inner[cell] = inner[other]
    outer[cell] = outer[other]
    uneven.copy(other, to: cell)
    if tangents.count > 0 {
      tangents[cell] = tangents[other]
      adjoints[cell] = adjoints[other]
    }
  }

  /// The price of recovering `pattern` from evaluations of `factor`.
  private static func price(
    _ mode: Mode, _ pattern: Pattern, _ factor: Factor, _ problem: Problem,
    _ known: inout Colours
  ) -> Double {
    guard let cost = problem.cost(of: factor, mode) else { return .infinity }
    return Double(
      CostModel.apply(evaluations: known.count(mode, pattern), cost: cost))
  }
}

/// Colours that took a search, by pattern.
private struct Colours {
  private struct Key: Hashable {
    let mode: Mode
    let pattern: Pattern
  }
  private var counts: [Key: Int] = [:]

  mutating func count(_ mode: Mode, _ pattern: Pattern) -> Int {
    guard case .sparse = pattern.structure else {
      return CostModel.evaluations(mode, pattern)
    }
    let key = Key(mode: mode, pattern: pattern)
    if let count = counts[key] { return count }
    let count = CostModel.evaluations(mode, pattern)
    counts[key] = count
    return count
  }
}

/// Patterns whose rows or columns have different numbers of entries, each one
/// once, and the prices of their products.
private final class UnevenPatterns {
  /// Entries of all patterns.
  private(set) var stored = 0
  private let ids: FlatArray<Int32>
  private var known: [Pattern: Int32] = [:]
  private var counts: [(byRow: CountVector, byColumn: CountVector)] = []
  private var prices: [Int: Double] = [:]

  init(_ cells: Int) { ids = FlatArray(repeating: -1, count: cells) }

  func insert(
    _ pattern: Pattern, _ cell: Int
  ) -> (byRow: CountVector, byColumn: CountVector) {
    if let id = known[pattern] {
      ids[cell] = id
      return counts[Int(id)]
    }
    let id = Int32(counts.count)
    known[pattern] = id
    ids[cell] = id
    counts.append((pattern.rowCounts, pattern.columnCounts))
    if case .sparse(let sparse) = pattern.structure {
      stored += sparse.entries + sparse.rows
    }
    return counts[Int(id)]
  }

  func copy(_ other: Int, to cell: Int) {
    if ids.count > 0 { ids[cell] = ids[other] }
  }

  /// Σ_p colnnz_A(p) · rownnz_B(p).
  func product(_ a: Int, _ b: Int) -> Double {
    let (a, b) = (Int(ids[a]), Int(ids[b]))
    let key = a << 32 | b
    if let price = prices[key] { return price }
    let price = Double(counts[a].byColumn.dot(counts[b].byRow))
    prices[key] = price
    return price
  }
}
