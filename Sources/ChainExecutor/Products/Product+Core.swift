import JacobianChain

extension Product {
  /// (dense | submatrix) · (dense | submatrix): the part of the shared
  /// dimension that both have, as one dense product of the cores.
  func coreTimesCore() -> Kernel {
    let (a, b) = (Core(outer), Core(inner))
    /// Shared indices: ranks in a's columns and in b's rows.
    var shared: [(a: Int, b: Int, length: Int)] = []
    for run in a.columns.runs {
      let first = run.lowerBound
      let rank = a.columns.rank(of: first)!
      b.rows.forEachPiece(in: run) { start, innerRank, length in
        shared.append((rank + start - first, innerRank, length))
      }
    }
    let pieces = shared
    let (m, n) = (a.rows.count, b.columns.count)
    let k = pieces.reduce(0) { $0 + $1.length }
    let (aStride, bStride) = (a.stride, b.stride)
    // One core may be used in place when its part is contiguous; the other
    // one is gathered, once, so that a single dense product follows.
    let gathersLeft = !Self.isContiguous(pieces.map { ($0.a, $0.length) })
    let gathersRight = !Self.isContiguous(pieces.map { ($0.b, $0.length) })
    let (leftCount, rightCount) = (
      gathersLeft ? m * k : 0, gathersRight ? k * n : 0
    )
    return Kernel(scratch: leftCount + rightCount) { [loops] at in
      var (left, leftStride) = (at.outer + pieces[0].a, aStride)
      var right = at.inner + pieces[0].b * bStride
      if gathersLeft {
        (left, leftStride) = (at.scratch, k)
        var target = left
        for row in 0..<m {
          for piece in pieces {
            target.update(
              from: at.outer + row * aStride + piece.a, count: piece.length)
            target += piece.length
          }
        }
      }
      if gathersRight {
        right = at.scratch + leftCount
        var target = right
        for piece in pieces {
          target.update(
            from: at.inner + piece.b * bStride, count: piece.length * n)
          target += piece.length * n
        }
      }
      return loops.multiply(
        m, k, n, left, leftStride, right, n, into: at.result, n,
        threads: at.threads)
    }
  }

  private static func isContiguous(_ pieces: [(Int, Int)]) -> Bool {
    zip(pieces, pieces.dropFirst()).allSatisfy { $0.0 + $0.1 == $1.0 }
  }
}
