import JacobianChain

/// One product of two patterns on its way to a kernel. Each kernel is made in
/// an extension of its own.
struct Product {
  var outer: Pattern
  var inner: Pattern
  let result: Pattern
  /// The vectors that the kernel uses.
  var loops = Loops.current
}

extension Matrix {
  /// The product `outer · inner`, m × k times k × n, and the fma performed.
  ///
  /// - Precondition: `outer.columns == inner.rows`.
  /// - Throws: `ChainError` (`tooLarge`) when the result or its pattern can't
  ///   be held.
  /// - Complexity: O(fma + entries of the three).
  public static func product(
    _ outer: Matrix, _ inner: Matrix
  ) throws(ChainError) -> (matrix: Matrix, fma: Int) {
    try product(outer, inner, at: nil)
  }

  /// The same by given loops, with a place for the result if it is dense and
  /// not an operand.
  static func product(
    _ outer: Matrix, _ inner: Matrix, at place: Buffer?,
    by loops: Loops = .current
  ) throws(ChainError) -> (matrix: Matrix, fma: Int) {
    precondition(outer.columns == inner.rows)
    switch RenamedOperand(outer.pattern, inner.pattern) {
    case .outer: return (outer, 0)
    case .inner: return (inner, 0)
    case nil: break
    }
    let pattern = try Pattern.product(outer.pattern, inner.pattern)
    let result = try Matrix(unfilled: pattern, at: place)
    guard result.storage != nil else { return (result, 0) }
    let kernel = try Product(
      outer: outer.pattern, inner: inner.pattern, result: pattern,
      loops: loops
    ).kernel()
    let scratch = kernel.scratch > 0 ? try Buffer(count: kernel.scratch) : nil
    let fma = kernel.fill(
      Kernel.Places(
        outer: outer.base, inner: inner.base, result: result.base,
        scratch: scratch?.base ?? Matrix.nowhere, threads: 1))
    withExtendedLifetime((outer, inner, result, scratch)) {}
    return (result, fma)
  }
}

extension Product {
  /// Picks the kernel. A pair without one of its own goes to `general`.
  ///
  /// - Precondition: nothing is shared, and the result stores something.
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be expanded.
  /// - Complexity: O(runs, bands, blocks), at most O(m + n + entries).
  func kernel() throws(ChainError) -> Kernel {
    switch (outer.structure, inner.structure) {
    case (.dense, .dense):
      let (m, k, n) = (outer.rows, inner.rows, inner.columns)
      return Kernel { [loops] in
        loops.multiply(
          m, k, n, $0.outer, k, $0.inner, n, into: $0.result, n,
          threads: $0.threads)
      }
    case (.dense, .submatrix), (.submatrix, .dense), (.submatrix, .submatrix):
      return coreTimesCore()
    case (.identity, _), (_, .identity):
      preconditionFailure("identity is shared before a kernel is chosen")
    case (.negatedIdentity, _): return try negated { $0.inner }
    case (_, .negatedIdentity): return try negated { $0.outer }
    case (.negatedSelection, _), (_, .negatedSelection):
      return try withoutSign().negating(try result.storedCount())
    case (.diagonal, .dense), (.diagonal, .submatrix):
      return diagonalTimesCore()
    case (.dense, .diagonal), (.submatrix, .diagonal):
      return coreTimesDiagonal()
    case (.diagonal, .diagonal), (.diagonal, .banded),
      (.diagonal, .blockDiagonal), (.diagonal, .sparse):
      return scaleRows()
    case (.banded, .diagonal), (.blockDiagonal, .diagonal),
      (.sparse, .diagonal):
      return scaleColumns()
    case (.banded(let l1, let u1), .banded(let l2, let u2)):
      return try bandTimesBand((l1, u1), (l2, u2))
    case (.banded(let lower, let upper), .dense),
      (.banded(let lower, let upper), .submatrix):
      return try bandTimesCore(lower, upper)
    case (.dense, .banded(let lower, let upper)),
      (.submatrix, .banded(let lower, let upper)):
      return try coreTimesBand(lower, upper)
    case (
      .blockDiagonal(let count, let height, let width),
      .blockDiagonal(let innerCount, let innerHeight, let innerWidth)
    ):
      if width.isMultiple(of: innerHeight) || innerHeight.isMultiple(of: width)
      {
        return blocksTimesBlocks(
          (count, height, width), (innerCount, innerHeight, innerWidth))
      }
      return try general()
    case (.blockDiagonal(let count, let height, let width), .dense),
      (.blockDiagonal(let count, let height, let width), .submatrix):
      return blocksTimesCore(count, height, width)
    case (.dense, .blockDiagonal(let count, let height, let width)),
      (.submatrix, .blockDiagonal(let count, let height, let width)):
      return coreTimesBlocks(count, height, width)
    case (.selection(let chosen), .dense), (.selection(let chosen), .submatrix):
      return pickRows(chosen)
    case (.dense, .selection(let chosen)), (.submatrix, .selection(let chosen)):
      return addColumns(chosen)
    case (.sparse(let pattern), .dense), (.sparse(let pattern), .submatrix):
      return sparseTimesCore(pattern)
    case (.dense, .sparse(let pattern)), (.submatrix, .sparse(let pattern)):
      return coreTimesSparse(pattern)
    case (.selection, .selection):
      preconditionFailure("a selection stores nothing")
    case (.sparse(let pattern), .banded(let lower, let upper)):
      return try sparseTimesBand(pattern, lower, upper)
    case (.banded, .blockDiagonal), (.blockDiagonal, .banded),
      (.banded, .sparse), (.blockDiagonal, .sparse),
      (.sparse, .blockDiagonal), (.sparse, .sparse), (.selection, .diagonal),
      (.diagonal, .selection), (.selection, .banded), (.banded, .selection),
      (.selection, .blockDiagonal), (.blockDiagonal, .selection),
      (.selection, .sparse), (.sparse, .selection):
      return try general()
    }
  }
}
