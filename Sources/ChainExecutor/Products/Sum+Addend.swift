import JacobianChain

/// Where the entries of an operand lie in the storage of a sum.
package struct Addend: Sendable {
  /// Neighbours that stay neighbours.
  private struct Run {
    var source: Int
    var target: Int
    var count: Int
  }

  /// Whether the operand is stored as the sum is.
  package let isWhole: Bool
  private let count: Int
  private var runs: [Run] = []
  /// Where the known entries of a unit go, and their value.
  private var units: [Int] = []
  private let unit: Double

  /// - Precondition: the sum has every entry of the operand.
  /// - Complexity: O(1) for an operand with the sum's pattern, otherwise
  ///   O(m + entries), times O(log entries of a row) for a sparse sum.
  package init(_ operand: Pattern, in sum: Pattern) {
    isWhole = operand == sum
    unit = operand.structure.unit ?? 0
    count = isWhole ? Int(operand.storedEntries) : 0
    guard !isWhole else { return }
    let places = EntryPlaces(sum)
    var runs: [Run] = []
    operand.forEachStored { source, row, column in
      let target = places.position(row, column)!
      if let last = runs.last, last.source + last.count == source,
        last.target + last.count == target
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(source: source, target: target, count: 1))
      }
    }
    self.runs = runs
    var units: [Int] = []
    operand.forEachUnit { row, column, _ in
      units.append(places.position(row, column)!)
    }
    self.units = units
  }

  /// Adds the operand's entries to the sum's.
  package func add(
    _ source: UnsafeMutablePointer<Double>,
    to sum: UnsafeMutablePointer<Double>
  ) {
    for place in 0..<count { sum[place] += source[place] }
    for run in runs {
      let (from, to) = (source + run.source, sum + run.target)
      for place in 0..<run.count { to[place] += from[place] }
    }
    for place in units { sum[place] += unit }
  }
}
