import JacobianChain

extension Product {
  /// block diagonal · (dense | submatrix): each block times the rows of the
  /// core that it reads.
  func blocksTimesCore(_ count: Int, _ height: Int, _ width: Int) -> Kernel {
    let core = Core(inner)
    let rows = Core(result).rows
    let n = core.stride
    return Kernel { [loops] at in
      var fma = 0
      for block in 0..<count {
        guard let row = rows.rank(of: block * height) else { continue }
        let out = at.result + row * n
        let entries = at.outer + block * height * width
        let first = block * width
        var adding = false
        core.rows.forEachPiece(in: first..<first + width) { shared, rank, k in
          fma += loops.multiply(
            height, k, n, entries + shared - first, width,
            at.inner + rank * n, n, into: out, n, adding: adding)
          adding = true
        }
      }
      return fma
    }
  }

  /// (dense | submatrix) · block diagonal: the columns of the core that a
  /// block reads, times the block.
  func coreTimesBlocks(_ count: Int, _ height: Int, _ width: Int) -> Kernel {
    let (core, target) = (Core(outer), Core(result))
    return Kernel { [loops] at in
      var fma = 0
      for block in 0..<count {
        guard let column = target.columns.rank(of: block * width) else {
          continue
        }
        let entries = at.inner + block * height * width
        let first = block * height
        var adding = false
        core.columns.forEachPiece(in: first..<first + height) {
          shared, rank, k in
          fma += loops.multiply(
            core.rows.count, k, width, at.outer + rank, core.stride,
            entries + (shared - first) * width, width,
            into: at.result + column, target.stride, adding: adding)
          adding = true
        }
      }
      return fma
    }
  }

  /// Blocks of which one size is a multiple of the other: several inner blocks
  /// side by side, or several outer blocks on top of each other.
  func blocksTimesBlocks(
    _ a: (count: Int, height: Int, width: Int),
    _ b: (count: Int, height: Int, width: Int)
  ) -> Kernel {
    if a.width.isMultiple(of: b.height) {
      let parts = a.width / b.height
      let columns = parts * b.width
      return Kernel { [loops] at in
        var fma = 0
        for block in 0..<a.count {
          for part in 0..<parts {
            fma += loops.multiply(
              a.height, b.height, b.width,
              at.outer + block * a.height * a.width + part * b.height, a.width,
              at.inner + (block * parts + part) * b.height * b.width, b.width,
              into: at.result + block * a.height * columns + part * b.width,
              columns)
          }
        }
        return fma
      }
    }
    let parts = b.height / a.width
    return Kernel { [loops] at in
      var fma = 0
      for block in 0..<a.count {
        let first = block / parts * b.height + block % parts * a.width
        fma += loops.multiply(
          a.height, a.width, b.width, at.outer + block * a.height * a.width,
          a.width, at.inner + first * b.width, b.width,
          into: at.result + block * a.height * b.width, b.width)
      }
      return fma
    }
  }
}
