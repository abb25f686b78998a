import JacobianChain

extension Matrix {
  /// J · seeds or seeds · J with a kernel, as a full block.
  func applied(
    _ mode: Mode, to seeds: Matrix, in workspace: Workspace
  ) throws(ChainError) -> Matrix {
    let product =
      switch mode {
      case .tangent: try Matrix.product(self, seeds, in: workspace)
      case .adjoint: try Matrix.product(seeds, self, in: workspace)
      }
    return try product.matrix.densified(in: workspace)
  }

  /// The same entries with a full pattern, m × n.
  func densified(in workspace: Workspace?) throws(ChainError) -> Matrix {
    if pattern.isDense { return self }
    let full = try Matrix(
      unfilled: Pattern(denseRows: rows, columns: columns), in: workspace)
    EntryWalk(pattern).densify(base, into: full.base)
    withExtendedLifetime(storage) {}
    return full
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
