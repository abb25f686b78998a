import ChainRandom
import JacobianChain

/// One kernel on operands of given sizes, ready to run again and again.
struct KernelTrial {
  /// Runs it once, as a step of a prepared plan is carried out.
  let run: () throws(ChainError) -> Void
  /// How many times as much was asked for as it does.
  let scale: Double
  /// What it does, where that is a product.
  let work: Work?
  /// Bytes of its operands and results.
  let bytes: Double

  /// Larger trials take too long.
  private static let mostFMA = 1 << 25
  /// Blocks down the diagonal of a trial.
  private static let blocks = 8

  /// Makes operands whose `Work` has the sizes, or smaller ones.
  ///
  /// - Throws: `ChainError` when memory is short.
  init(
    _ kernel: Work.Kernel, _ rows: Int, _ shared: Int, _ columns: Int
  ) throws(ChainError) {
    var (m, k, n) = (rows, shared, columns)
    // The largest size loses least.
    while m * k * n > Self.mostFMA {
      let most = max(m, k, n)
      if m == most { m /= 2 } else if n == most { n /= 2 } else { k /= 2 }
    }
    var draw = SplitMix64(seed: UInt64(m) << 40 ^ UInt64(k) << 20 ^ UInt64(n))
    func matrix(
      _ rows: Int, _ columns: Int, _ structure: Structure = .dense
    ) throws(ChainError) -> Matrix {
      try Matrix.random(
        Pattern(rows: rows, columns: columns, structure: structure, at: ""),
        using: &draw)
    }
    func band(_ size: Int, _ width: Int) throws(ChainError) -> Matrix {
      let lower = min(width - 1, size - 1) / 2
      let upper = min(width - 1 - lower, max(0, size - 2))
      return try matrix(
        size, size, .banded(lower: lower, upper: upper))
    }
    // As in most sparse Jacobians, entries lie near the diagonal. One row in so
    // many has the same columns, like a point in the channels of a convolution.
    func scattered(
      _ rows: Int, _ columns: Int, _ perRow: Int, in groups: Int? = nil
    ) throws(ChainError) -> Matrix {
      let groups = groups ?? rows
      let count = min(perRow, max(1, columns - 1))
      let window = min(columns, 4 * count + 16)
      let chosen = (0..<groups).map { group in
        let start = min(max(0, group - window / 2), columns - window)
        // One in each of as many stretches.
        return (0..<count).map { stretch in
          let (low, high) = (
            stretch * window / count, (stretch + 1) * window / count - 1
          )
          return start + draw.integer(in: low...high)
        }
      }
      let j = (0..<rows).flatMap { chosen[$0 % groups] }
      let i = (0..<rows).flatMap { [Int](repeating: $0, count: count) }
      return try matrix(
        rows, columns,
        .sparse(
          SparsePattern(
            rows: rows, columns: columns, rowIndices: i, columnIndices: j)))
    }
    func runs(
      _ rows: Int, of columns: Int, _ length: Int
    ) throws(ChainError) -> Matrix {
      var (i, j): ([Int], [Int]) = ([], [])
      for row in 0..<rows {
        let start = min(
          max(0, row * columns / rows + draw.integer(in: -length...length)),
          columns - length)
        i += [Int](repeating: row, count: length)
        j += start..<start + length
      }
      return try matrix(
        rows, columns,
        .sparse(
          SparsePattern(
            rows: rows, columns: columns, rowIndices: i, columnIndices: j)))
    }
    func selection(
      _ rows: Int, of columns: Int
    ) throws(ChainError) -> Matrix {
      try matrix(
        rows, columns,
        .selection((0..<rows).map { ($0 * 7 + 3) % columns }))
    }
    let operands: (outer: Matrix, inner: Matrix)
    var copies = 1
    switch kernel {
    case .dense: operands = (try matrix(m, k), try matrix(k, n))
    case .scaleRows: operands = (try matrix(m, m, .diagonal), try matrix(m, n))
    case .scaleColumns:
      operands = (try matrix(m, n), try matrix(n, n, .diagonal))
    case .bandTimesDense: operands = (try band(m, k), try matrix(m, n))
    case .denseTimesBand: operands = (try matrix(m, n), try band(n, k))
    case .sparseTimesDense:
      operands = (try scattered(m, m, k), try matrix(m, n))
    case .denseTimesSparse:
      operands = (try matrix(m, n), try scattered(n, n, k))
    case .blocks:
      copies = Self.blocks
      operands = (
        try matrix(
          copies * m, copies * k,
          .blockDiagonal(count: copies, rows: m, columns: k)),
        try matrix(copies * k, n)
      )
    case .bands: operands = (try band(m, k), try band(m, n))
    case .runsTimesBand:
      let size = 2 * max(m, k)
      operands = (try runs(m, of: size, k), try band(size, n))
    case .alikeRows:
      let groups = (m + 7) / 8
      operands = (
        try scattered(8 * groups, m, k, in: groups), try scattered(m, m, n)
      )
    case .rowRuns:
      operands = (
        try scattered(m, m, k), try runs(m, of: max(m, 2 * n), n)
      )
    case .general:
      // Wide enough for gaps between the entries of a row.
      operands = (
        try scattered(m, m, k), try scattered(m, max(m, 4 * n + 16), n)
      )
    case .pickRows:
      operands = (try selection(m, of: 2 * m), try matrix(2 * m, n))
    case .addColumns:
      operands = (try matrix(m, n), try selection(n, of: 2 * n))
    case .stream:
      let (a, b) = (try matrix(1, n), try matrix(1, n))
      run = try Self.filling(
        a.pattern, of: a, b,
        by: Sum(first: a.pattern, second: b.pattern, result: a.pattern)
          .kernel())
      scale = Double(columns) / Double(n)
      work = nil
      bytes = 24 * Double(n)
      return
    case .evaluate:
      let size = max(3, k / 3)
      let hidden = try matrix(size, size, .banded(lower: 1, upper: 1))
      let (seeds, block) = (try matrix(size, n), try matrix(size, n))
      run = { () throws(ChainError) in
        var span = MutableSpan(
          _unsafeStart: block.base, count: block.storedCount)
        try hidden.apply(
          .tangent,
          to: Span(_unsafeStart: seeds.base, count: seeds.storedCount),
          width: n, into: &span)
      }
      scale = Double(shared * columns) / Double(3 * size * n)
      work = nil
      bytes = 16 * Double(size * n)
      return
    case .reload:
      let ring = try ReloadRing(entries: columns, using: &draw)
      run = ring.run
      scale = Double(columns) / Double(ring.entries)
      work = nil
      bytes = 8 * Double(ring.entries)
      return
    }
    let (outer, inner) = operands
    let result = try Pattern.product(outer.pattern, inner.pattern)
    let work = Work(
      multiply: ValueShape(outer.pattern), ValueShape(inner.pattern),
      into: ValueShape(result),
      fma: CostModel.multiply(outer.pattern, inner.pattern))
    self.work = work
    bytes = Double(work.bytes)
    let done = work.sizes
    let wanted = Double(rows) * Double(shared) * Double(columns)
    scale =
      wanted / (done.rows * done.shared * done.columns) / Double(copies)
    run = try Self.filling(
      result, of: outer, inner,
      by: Product(
        outer: outer.pattern, inner: inner.pattern, result: result
      ).kernel())
  }

  /// A kernel and the memory that it works in.
  private static func filling(
    _ pattern: Pattern, of outer: Matrix, _ inner: Matrix, by kernel: Kernel
  ) throws(ChainError) -> () throws(ChainError) -> Void {
    let result = try Matrix(unfilled: pattern)
    let scratch = try Buffer(count: max(1, kernel.scratch))
    return {
      _ = kernel.fill(
        Kernel.Places(
          outer: outer.base, inner: inner.base, result: result.base,
          scratch: scratch.base, threads: 1))
      withExtendedLifetime((outer, inner, result, scratch)) {}
    }
  }
}
