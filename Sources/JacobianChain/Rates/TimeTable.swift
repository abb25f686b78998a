/// Measured nanoseconds of one kernel over its three sizes.
///
/// Between the measured sizes the time is linear in each of them, which is
/// exact for every mixture of overhead, work per row, per column and per
/// product; below the smallest it stays, beyond the largest it grows in
/// proportion. Every number is computed in one fixed order of operations, so
/// that whoever asks gets the same bits.
package struct TimeTable: Hashable, Sendable {
  /// The measured sizes, ascending, from 1 on.
  package let rows: [Double]
  /// Likewise.
  package let shared: [Double]
  /// Likewise.
  package let columns: [Double]
  /// Nanoseconds, columns fastest, rows slowest.
  package let nanoseconds: [Double]

  /// The most nanoseconds of an entry: eleven days.
  package static let most = 1e15

  /// Validates a table.
  ///
  /// - Parameter location: where it stands, for the error.
  /// - Throws: `ChainError`: an axis that doesn't ascend from 1 on, a wrong
  ///   number of entries, one that isn't a positive number up to `most`.
  package init(
    rows: [Double], shared: [Double], columns: [Double],
    nanoseconds: [Double], at location: String = ""
  ) throws(ChainError) {
    for (name, axis) in [
      ("rows", rows), ("shared", shared), ("columns", columns),
    ] {
      var last = 0.0
      for (place, size) in axis.enumerated() {
        guard size >= 1, size > last, size <= Double(Problem.dimensionLimit)
        else {
          throw ChainError(
            .malformed, at: "\(location)/\(name)/\(place)",
            expected: "a size from 1 to 2^40, above the one before it",
            found: "\(size)", advice: "list the measured sizes in order")
        }
        last = size
      }
      guard !axis.isEmpty else {
        throw ChainError(
          .malformed, at: "\(location)/\(name)", expected: "at least one size",
          found: "none", advice: "measure again: jchain calibrate")
      }
    }
    let count = rows.count * shared.count * columns.count
    guard nanoseconds.count == count else {
      throw ChainError(
        .malformed, at: "\(location)/nanoseconds",
        expected: "\(count) numbers, one for each rows × shared × columns",
        found: "\(nanoseconds.count)",
        advice: "measure again: jchain calibrate")
    }
    for (place, time) in nanoseconds.enumerated()
    where !(time > 0 && time <= Self.most) {
      throw ChainError(
        .malformed, at: "\(location)/nanoseconds/\(place)",
        expected: "nanoseconds above 0, up to 10^15", found: "\(time)",
        advice: "measure again: jchain calibrate")
    }
    self.rows = rows
    self.shared = shared
    self.columns = columns
    self.nanoseconds = nanoseconds
  }

  /// Where a size lies on an axis: the value there is
  /// `low · f[cell] + high · f[next]`.
  @usableFromInline package struct Place: Sendable {
    @usableFromInline package let cell: Int
    @usableFromInline package let next: Int
    @usableFromInline package let low: Double
    @usableFromInline package let high: Double

    /// - Complexity: O(sizes of the axis).
    package init(_ size: Double, on axis: [Double]) {
      let last = axis.count - 1
      if size >= axis[last] {
        (cell, next, low, high) = (last, last, size / axis[last], 0)
      } else if size <= axis[0] {
        (cell, next, low, high) = (0, 0, 1, 0)
      } else {
        var cell = 0
        while axis[cell + 1] <= size { cell += 1 }
        let t = (size - axis[cell]) / (axis[cell + 1] - axis[cell])
        (self.cell, next, low, high) = (cell, cell + 1, 1 - t, t)
      }
    }

    /// Between two values.
    @inlinable @inline(__always)
    package func between(_ f: Double, _ g: Double) -> Double {
      low * f + high * g
    }
  }

  /// The time at measured row size `row`, between the other two.
  @inlinable @inline(__always)
  package func time(
    row: Int, _ shared: Place, _ columns: Place
  ) -> Double {
    let width = self.columns.count
    let first = (row * self.shared.count + shared.cell) * width
    let second = (row * self.shared.count + shared.next) * width
    return nanoseconds.withUnsafeBufferPointer { f in
      shared.between(
        columns.between(f[first + columns.cell], f[first + columns.next]),
        columns.between(f[second + columns.cell], f[second + columns.next]))
    }
  }

  /// Nanoseconds for three sizes, not rounded.
  package func time(_ sizes: Work.Sizes) -> Double {
    let row = Place(sizes.rows, on: rows)
    let k = Place(sizes.shared, on: shared)
    let n = Place(sizes.columns, on: columns)
    return row.between(
      time(row: row.cell, k, n), time(row: row.next, k, n))
  }
}
