import JacobianChain

/// One product of two Jacobians on its way: operands, and the result whose
/// doubles a kernel fills. Each kernel lives in an extension of its own and
/// returns the fma that it performed, counted by its loops.
struct Product {
  let outer: Matrix
  let inner: Matrix
  let result: Matrix
  let workspace: Workspace?
}

extension Matrix {
  /// The product `outer · inner`, m × k times k × n, and the fma performed.
  ///
  /// - Parameters:
  ///   - pattern: that of the product, when the caller knows it already.
  ///   - workspace: the pool for the result and for temporaries.
  /// - Precondition: `outer.columns == inner.rows`.
  /// - Throws: `ChainError` (`tooLarge`) when the result or its pattern can't
  ///   be held.
  /// - Complexity: O(fma + entries of the three), for dense · dense that of
  ///   `dgemm`.
  public static func product(
    _ outer: Matrix, _ inner: Matrix, pattern: Pattern? = nil,
    in workspace: Workspace? = nil
  ) throws(ChainError) -> (matrix: Matrix, fma: Int) {
    precondition(outer.columns == inner.rows)
    // A unit on either side only renames: the doubles are shared.
    if case .identity = outer.pattern.structure { return (inner, 0) }
    if case .identity = inner.pattern.structure { return (outer, 0) }
    let resultPattern: Pattern
    if let pattern {
      resultPattern = pattern
    } else {
      resultPattern = try Pattern.product(outer.pattern, inner.pattern)
    }
    let result = try Matrix(unfilled: resultPattern, in: workspace)
    let product = Product(
      outer: outer, inner: inner, result: result, workspace: workspace)
    guard result.storage != nil else { return (result, 0) }
    let fma = try product.fill()
    withExtendedLifetime(product) {}
    return (result, fma)
  }
}

extension Product {
  /// Picks the kernel. A pair without one of its own goes to `general`.
  fileprivate func fill() throws(ChainError) -> Int {
    switch (outer.pattern.structure, inner.pattern.structure) {
    case (.dense, .dense):
      return DenseKernel.multiply(
        outer.rows, inner.rows, inner.columns, outer.base, outer.columns,
        inner.base, inner.columns, into: result.base, inner.columns)
    case (.dense, .submatrix), (.submatrix, .dense), (.submatrix, .submatrix):
      return try coreTimesCore()
    case (.identity, _), (_, .identity):
      preconditionFailure("identity is shared before a kernel is chosen")
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
      return bandTimesCore(lower, upper)
    case (.dense, .banded(let lower, let upper)),
      (.submatrix, .banded(let lower, let upper)):
      return coreTimesBand(lower, upper)
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
      return try coreTimesSparse(pattern)
    case (.selection, .selection):
      return 0
    case (.banded, .blockDiagonal), (.blockDiagonal, .banded),
      (.banded, .sparse), (.sparse, .banded), (.blockDiagonal, .sparse),
      (.sparse, .blockDiagonal), (.sparse, .sparse), (.selection, .diagonal),
      (.diagonal, .selection), (.selection, .banded), (.banded, .selection),
      (.selection, .blockDiagonal), (.blockDiagonal, .selection),
      (.selection, .sparse), (.sparse, .selection):
      return try general()
    }
  }
}
