import JacobianChain

extension Matrix {
  /// Writes J · seeds or seeds · J, by a kernel.
  ///
  /// - Parameters:
  ///   - seeds: n × `width`, or `width` × m.
  ///   - block: m × `width`, or `width` × n.
  func apply(
    _ mode: Mode, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws(ChainError) {
    let vectors =
      mode == .tangent
      ? Pattern(denseRows: columns, columns: width)
      : Pattern(denseRows: width, columns: rows)
    // Only read: a matrix never changes once it is made.
    let operand = Matrix(
      pattern: vectors,
      sharing: Buffer(
        seeds.withUnsafeBufferPointer { .init(mutating: $0.baseAddress!) },
        count: seeds.count))
    let (outer, inner) = mode == .tangent ? (self, operand) : (operand, self)
    let place = Buffer(
      block.withUnsafeMutableBufferPointer { $0.baseAddress! },
      count: block.count)
    let (product, _) = try Matrix.product(outer, inner, at: place)
    if product.storage !== place {
      EntryWalk(product.pattern).densify(product.base, into: place.base)
    }
    withExtendedLifetime((storage, product, operand)) {}
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
