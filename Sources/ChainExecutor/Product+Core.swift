import JacobianChain

extension Product {
  /// (dense | submatrix) · (dense | submatrix): the part of the shared
  /// dimension that both have, as one dense product of the cores.
  func coreTimesCore() throws(ChainError) -> Int {
    let (a, b) = (Core(outer), Core(inner))
    /// Shared indices: ranks in a's columns and in b's rows.
    var pieces: [(a: Int, b: Int, length: Int)] = []
    for run in a.columns.runs {
      let first = run.lowerBound
      let rank = a.columns.rank(of: first)!
      b.rows.forEachPiece(in: run) { start, innerRank, length in
        pieces.append((rank + start - first, innerRank, length))
      }
    }
    let (m, n) = (a.rows.count, b.columns.count)
    let shared = pieces.reduce(0) { $0 + $1.length }
    var (left, leftStride) = (a.base + pieces[0].a, a.stride)
    var right = b.base + pieces[0].b * b.stride
    // One core may be used in place when its part is contiguous; the other
    // one is gathered, once, so that a single dense product follows.
    var gathered: [Buffer] = []
    if !Self.isContiguous(pieces.map { ($0.a, $0.length) }) {
      let buffer = try Buffer(count: m * shared, in: workspace)
      var target = buffer.base
      for row in 0..<m {
        for piece in pieces {
          target.update(
            from: a.base + row * a.stride + piece.a, count: piece.length)
          target += piece.length
        }
      }
      (left, leftStride) = (buffer.base, shared)
      gathered.append(buffer)
    }
    if !Self.isContiguous(pieces.map { ($0.b, $0.length) }) {
      let buffer = try Buffer(count: shared * n, in: workspace)
      var target = buffer.base
      for piece in pieces {
        target.update(
          from: b.base + piece.b * b.stride, count: piece.length * n)
        target += piece.length * n
      }
      right = buffer.base
      gathered.append(buffer)
    }
    defer { withExtendedLifetime(gathered) {} }
    return DenseKernel.multiply(
      m, shared, n, left, leftStride, right, n, into: result.base, n)
  }

  private static func isContiguous(_ pieces: [(Int, Int)]) -> Bool {
    zip(pieces, pieces.dropFirst()).allSatisfy { $0.0 + $0.1 == $1.0 }
  }
}
