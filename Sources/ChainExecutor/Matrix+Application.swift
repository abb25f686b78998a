import JacobianChain

extension Matrix {
  /// J · seeds or seeds · J with a kernel, as a full block; nothing but the
  /// block comes from the pool.
  func applied(
    _ mode: Mode, to seeds: Matrix, in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    let (outer, inner) = mode == .tangent ? (self, seeds) : (seeds, self)
    let result = try Pattern.product(outer.pattern, inner.pattern)
    guard result.isDense,
      RenamedOperand(outer.pattern, inner.pattern) == nil
    else {
      let (product, _) = try Matrix.product(outer, inner, pattern: result)
      let block = try Matrix(
        unfilled: Pattern(denseRows: result.rows, columns: result.columns),
        in: workspace)
      EntryWalk(product.pattern).densify(product.base, into: block.base)
      withExtendedLifetime((product, block)) {}
      return block
    }
    return try Matrix.product(
      outer, inner, pattern: result, in: workspace, workingIn: nil
    ).matrix
  }

  /// J · vector or vector · J by a plain walk over the entries: the reference
  /// that kernels are measured against.
  func plainProduct(_ mode: Mode, with vector: [Double]) -> [Double] {
    let isTangent = mode == .tangent
    precondition(vector.count == (isTangent ? columns : rows))
    var result = [Double](repeating: 0, count: isTangent ? rows : columns)
    result.withUnsafeMutableBufferPointer { result in
      vector.withUnsafeBufferPointer { vector in
        if isTangent {
          forEachEntry { result[$0] += $2 * vector[$1] }
        } else {
          forEachEntry { result[$1] += vector[$0] * $2 }
        }
      }
    }
    return result
  }
}
