import ChainExecutor

/// Products with a dense m × n matrix whose rows lie `stride` doubles apart,
/// diag(scale) in front of it if there is one.
enum DenseLoops {
  /// out = diag(scale) · A · seeds, seeds being n × width.
  static func tangents(
    _ m: Int, _ n: Int, _ a: Input, stride: Int, scale: Input? = nil,
    _ seeds: Input, _ width: Int, into out: Output
  ) {
    let loops = Loops.current
    loops.multiply(m, n, width, a, stride, seeds, width, into: out, width)
    if let scale { loops.scaleRows(m, width, by: scale, out, into: out) }
  }

  /// out = seeds · diag(scale) · A, seeds being width × m.
  static func adjoints(
    _ m: Int, _ n: Int, _ a: Input, stride: Int, scale: Input? = nil,
    _ seeds: Input, _ width: Int, into out: Output
  ) {
    Loops.current.multiply(
      width, m, n, seeds, m, scaled: scale, a, stride, into: out, n)
  }

  /// Σ a[j] · b[j], n of them.
  static func dot(_ n: Int, _ a: Input, _ b: Input) -> Double {
    Loops.current.dot(n, a, b)
  }

  /// row += x · source.
  static func add(
    _ count: Int, _ x: Double, _ source: Input, to row: Output
  ) { Loops.current.add(count, x, source, to: row) }
}
