/// Σ of the weights of all places of each cell's word, and the way back: what
/// each target has in a sum over cells.
struct Places: ~Copyable {
  /// The sum of each cell is `sums` · 2^`digits`.
  let sums: FlatArray<Double>
  let digits: FlatArray<Int32>

  init(_ cells: Int) {
    sums = FlatArray(repeating: 0, count: cells)
    digits = FlatArray(repeating: 0, count: cells)
  }

  subscript(cell: Int) -> ScaledNumber {
    get {
      ScaledNumber(mantissa: sums[cell], digits: Int(digits[cell]))
    }
    nonmutating set {
      sums[cell] = newValue.mantissa
      digits[cell] = Int32(truncatingIfNeeded: newValue.digits)
    }
  }

  private func clear() {
    sums.fill(0)
    digits.fill(Int32(ScaledNumber.zero.digits))
  }

  /// Sums the weights, one for each of `goals`, the endings of the targets.
  ///
  /// A word has a place where it begins an ending of a target. So weights go
  /// from longer endings to the shorter ones that end them, and then from
  /// longer words to the shorter ones that begin them.
  ///
  /// - Complexity: O(cells + endings).
  func sum(
    _ weights: [ScaledNumber], _ goals: [Int], _ rows: borrowing WordRows,
    _ endings: TargetEndings
  ) {
    var all = [ScaledNumber](repeating: .zero, count: endings.count)
    for (goal, weight) in zip(goals, weights) { all[goal] = weight }
    for node in stride(from: endings.count - 1, to: 0, by: -1) {
      all[endings.parents[node]] += all[node]
    }
    clear()
    for node in 1..<endings.count {
      self[rows.cell(of: node, endings)] += all[node]
    }
    // What a row shares goes to the first row that has it, not summed yet.
    for row in (0..<rows.count).reversed() where rows.shared[row] > 0 {
      let (start, before) = (rows.starts[row], rows.starts[row - 1])
      let last = rows.shared[row] - 1
      for position in 0..<last {
        self[before + position] += self[start + position]
      }
      for position in last..<rows.length(row) {
        self[before + last] += self[start + position]
      }
    }
    for row in 0..<rows.count {
      var sum = ScaledNumber.zero
      for cell in (rows.starts[row]..<rows.starts[row + 1]).reversed() {
        sum += self[cell]
        self[cell] = sum
      }
    }
    for row in 0..<rows.count where rows.shared[row] > 0 {
      copy(row, rows)
    }
  }

  /// For each target, Σ over its places of what was set for the place's word:
  /// the transpose of `sum`.
  ///
  /// - Parameter values: for original cells.
  /// - Complexity: O(cells + endings).
  func distribute(
    _ values: [(cell: Int, value: ScaledNumber)], to goals: [Int],
    _ rows: borrowing WordRows, _ endings: TargetEndings
  ) -> [ScaledNumber] {
    clear()
    for (cell, value) in values { self[cell] = value }
    for row in 0..<rows.count {
      let start = rows.starts[row]
      copy(row, rows)
      var sum = ScaledNumber.zero
      if rows.shared[row] > 0 { sum = self[start + rows.shared[row] - 1] }
      for cell in start + rows.shared[row]..<rows.starts[row + 1] {
        sum += self[cell]
        self[cell] = sum
      }
    }
    var all = [ScaledNumber](repeating: .zero, count: endings.count)
    for node in 1..<endings.count {
      all[node] = all[endings.parents[node]]
      all[node] += self[rows.cell(of: node, endings)]
    }
    return goals.map { all[$0] }
  }

  /// Repeats what a row shares with the one before.
  private func copy(_ row: Int, _ rows: borrowing WordRows) {
    let known = rows.shared[row]
    guard known > 0 else { return }
    let (start, before) = (rows.starts[row], rows.starts[row - 1])
    (sums.base + start).update(from: sums.base + before, count: known)
    (digits.base + start).update(from: digits.base + before, count: known)
  }

  /// The most digits by which the sums within one row differ.
  func spread(_ rows: borrowing WordRows) -> Int {
    (0..<rows.count).reduce(0) {
      max(
        $0,
        Int(digits[rows.starts[$1]] - digits[rows.starts[$1 + 1] - 1]))
    }
  }
}
