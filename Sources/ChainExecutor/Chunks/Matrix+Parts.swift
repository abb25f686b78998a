import JacobianChain

/// Parts of matrices, and matrices of parts.
extension Matrix {
  /// Some rows and columns; rows of a dense matrix share its doubles.
  ///
  /// - Parameter pattern: that of the part.
  /// - Throws: `ChainError` (`tooLarge`) when they don't fit into memory.
  /// - Complexity: O(1) for rows of a dense matrix, otherwise O(m + entries).
  func part(
    rows: Range<Int>?, columns: Range<Int>?, _ pattern: Pattern
  ) throws(ChainError) -> Matrix {
    let (row, column) = (rows?.lowerBound ?? 0, columns?.lowerBound ?? 0)
    guard self.pattern.isDense, let storage else {
      let reader = EntryReader(self)
      return try Matrix(pattern) {
        reader[row + $0, column + $1]
      }
    }
    let width = self.columns
    if columns == nil {
      return Matrix(
        pattern: pattern,
        sharing: Buffer(
          storage.base + row * width, count: pattern.rows * width,
          of: storage))
    }
    let part = try Matrix(unfilled: pattern)
    for index in 0..<pattern.rows {
      (part.base + index * pattern.columns).update(
        from: storage.base + (row + index) * width + column,
        count: pattern.columns)
    }
    return part
  }

  /// Puts a part into its place; only while this matrix is being made.
  ///
  /// - Precondition: the pattern has every entry of the part there.
  func put(_ part: Matrix, atRow row: Int, column: Int) {
    forEachRun(of: part, atRow: row, column: column) { place, source, count in
      place.update(from: source, count: count)
    }
  }

  /// Adds a part to what lies in its place; only while this matrix is being
  /// made.
  ///
  /// - Precondition: the pattern has every entry of the part there.
  func add(_ part: Matrix, atRow row: Int, column: Int) {
    forEachRun(of: part, atRow: row, column: column) { place, source, count in
      for index in 0..<count { place[index] += source[index] }
    }
  }

  /// Runs of a part's entries beside their places here.
  private func forEachRun(
    of part: Matrix, atRow row: Int, column: Int,
    _ body: (
      _ place: UnsafeMutablePointer<Double>,
      _ source: UnsafePointer<Double>, _ count: Int
    ) -> Void
  ) {
    if pattern.isDense, part.pattern.isDense {
      for index in 0..<part.rows {
        body(
          base + (row + index) * columns + column,
          part.base + index * part.columns, part.columns)
      }
    } else {
      let (places, base) = (EntryPlaces(pattern), base)
      part.forEachEntry { i, j, entry in
        withUnsafePointer(to: entry) {
          body(base + places.position(row + i, column + j)!, $0, 1)
        }
      }
    }
    withExtendedLifetime((storage, part)) {}
  }
}
