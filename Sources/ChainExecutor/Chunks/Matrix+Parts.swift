import JacobianChain

/// Parts of matrices, and matrices of parts.
extension Matrix {
  /// Some rows and columns; rows of a dense matrix share its doubles.
  ///
  /// - Parameter pattern: that of the part.
  /// - Throws: `ChainError` (`tooLarge`) when they don't fit into memory.
  /// - Complexity: O(1) for rows of a dense matrix, otherwise O(m + entries).
  func part(
    rows: Range<Int>?, columns: Range<Int>?, _ pattern: Pattern,
    in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    let (row, column) = (rows?.lowerBound ?? 0, columns?.lowerBound ?? 0)
    guard self.pattern.isDense, let storage else {
      let reader = EntryReader(self)
      return try Matrix(pattern, in: workspace) {
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
    let part = try Matrix(unfilled: pattern, in: workspace)
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
    if pattern.isDense, part.pattern.isDense {
      for index in 0..<part.rows {
        (base + (row + index) * columns + column).update(
          from: part.base + index * part.columns, count: part.columns)
      }
    } else {
      let (places, base) = (EntryPlaces(pattern), base)
      part.forEachEntry {
        base[places.position(row + $0, column + $1)!] = $2
      }
    }
    withExtendedLifetime((storage, part)) {}
  }

  /// A dense block with zeros around: its rows become `rows` of `count`, or its
  /// columns `columns` of them; nil for a block that stays as it is.
  func spread(
    rows: Range<Int>? = nil, columns: Range<Int>? = nil, of count: Int,
    in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    if rows == nil, columns == nil { return self }
    let block = try Matrix(
      zero: Pattern(
        denseRows: rows == nil ? self.rows : count,
        columns: columns == nil ? self.columns : count), in: workspace)
    block.put(
      self, atRow: rows?.lowerBound ?? 0, column: columns?.lowerBound ?? 0)
    return block
  }

  /// Some rows or columns of a dense block, as a block of their own; nil for
  /// all.
  func narrowed(
    rows: Range<Int>? = nil, columns: Range<Int>? = nil,
    in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    if rows == nil, columns == nil { return self }
    let kept = columns ?? 0..<self.columns
    let block = try Matrix(
      unfilled: Pattern(
        denseRows: rows?.count ?? self.rows, columns: kept.count),
      in: workspace)
    for index in 0..<block.rows {
      (block.base + index * kept.count).update(
        from: base + ((rows?.lowerBound ?? 0) + index) * self.columns
          + kept.lowerBound, count: kept.count)
    }
    withExtendedLifetime((storage, block)) {}
    return block
  }

  /// The doubles of a dense matrix in another place; itself when they are there
  /// already, or it isn't dense.
  func moved(to place: Buffer) -> Matrix {
    guard pattern.isDense, let storage, storage !== place else { return self }
    place.base.update(from: storage.base, count: storage.count)
    return Matrix(pattern: pattern, sharing: place)
  }
}
