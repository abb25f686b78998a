/// Products with a dense m × n matrix whose rows lie `stride` doubles apart,
/// diag(scale) in front of it if there is one.
///
/// Four rows are combined in one sweep, so that what is written is loaded and
/// stored once in four fma; columns go in tiles that stay in the first cache.
enum DenseLoops {
  /// Columns per sweep: 4 KiB a row.
  private static var tile: Int { 512 }

  /// out = diag(scale) · A · seeds, seeds being n × width.
  static func tangents(
    _ m: Int, _ n: Int, _ a: Input, stride: Int, scale: Input? = nil,
    _ seeds: Input, _ width: Int, into out: Output
  ) {
    guard width > 1 else {
      for i in 0..<m {
        out[i] = dot(n, a + i * stride, seeds) * (scale?[i] ?? 1)
      }
      return
    }
    var first = 0
    while first < width {
      let count = min(tile, width - first)
      for i in 0..<m {
        let (row, factor) = (out + (i * width + first), scale?[i] ?? 1)
        let weights = a + i * stride
        var j = 0
        row.update(repeating: 0, count: count)
        while j + 4 <= n {
          add(
            count, weights[j] * factor, weights[j + 1] * factor,
            weights[j + 2] * factor, weights[j + 3] * factor,
            seeds + (j * width + first), stride: width, to: row)
          j += 4
        }
        while j < n {
          add(count, weights[j] * factor, seeds + (j * width + first), to: row)
          j += 1
        }
      }
      first += count
    }
  }

  /// out = seeds · diag(scale) · A, seeds being width × m.
  static func adjoints(
    _ m: Int, _ n: Int, _ a: Input, stride: Int, scale: Input? = nil,
    _ seeds: Input, _ width: Int, into out: Output
  ) {
    out.update(repeating: 0, count: width * n)
    var first = 0
    while first < n {
      let count = min(tile, n - first)
      var i = 0
      while i + 4 <= m {
        let rows = a + (i * stride + first)
        for r in 0..<width {
          let seed = seeds + (r * m + i)
          add(
            count, seed[0] * (scale?[i] ?? 1), seed[1] * (scale?[i + 1] ?? 1),
            seed[2] * (scale?[i + 2] ?? 1), seed[3] * (scale?[i + 3] ?? 1),
            rows, stride: stride, to: out + (r * n + first))
        }
        i += 4
      }
      while i < m {
        for r in 0..<width {
          add(
            count, seeds[r * m + i] * (scale?[i] ?? 1),
            a + (i * stride + first), to: out + (r * n + first))
        }
        i += 1
      }
      first += count
    }
  }

  /// Σ a[j] · b[j], in eight running sums.
  static func dot(_ n: Int, _ a: Input, _ b: Input) -> Double {
    var (even, odd) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var j = 0
    while j + 8 <= n {
      even += load(a + j) * load(b + j)
      odd += load(a + (j + 4)) * load(b + (j + 4))
      j += 8
    }
    var sum = (even + odd).sum()
    while j < n {
      sum += a[j] * b[j]
      j += 1
    }
    return sum
  }

  /// row += x · source.
  @inline(__always)
  static func add(
    _ count: Int, _ x: Double, _ source: Input, to row: Output
  ) {
    for c in 0..<count { row[c] += x * source[c] }
  }

  @inline(__always)
  private static func add(
    _ count: Int, _ x0: Double, _ x1: Double, _ x2: Double, _ x3: Double,
    _ source: Input, stride: Int, to row: Output
  ) {
    let (s1, s2) = (source + stride, source + 2 * stride)
    let s3 = source + 3 * stride
    for c in 0..<count {
      row[c] += x0 * source[c] + x1 * s1[c] + (x2 * s2[c] + x3 * s3[c])
    }
  }

  @inline(__always)
  private static func load(_ pointer: Input) -> SIMD4<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
  }
}
