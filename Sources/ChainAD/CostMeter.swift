import JacobianChain

/// How long a product with a derivative takes, in units of this machine's fma:
/// for functions that don't know what they cost.
struct CostMeter {
  /// fma of one tangent and of one adjoint; nil where there is none.
  struct Reading {
    var tangent: Int?
    var adjoint: Int?
  }

  /// Seconds of one fma in a plain loop over a dense matrix.
  private let secondsPerFMA: Double
  private let clock = ContinuousClock()

  /// Products are timed in blocks of this width, as plans use them.
  private static let width = 8
  private static let samples = 5

  /// Times this machine.
  init() {
    let n = 128
    let a = [Double](repeating: 1.000_1, count: n * n)
    var v = [Double](repeating: 1, count: n)
    var best = Double.infinity
    for _ in 0..<Self.samples {
      let start = clock.now
      for i in 0..<n {
        var sum = 0.0
        for j in 0..<n { sum += a[i * n + j] * v[j] }
        v[i] = sum / Double(n)
      }
      best = min(best, (clock.now - start) / .seconds(1))
    }
    secondsPerFMA = max(1e-12, best) / Double(n * n)
  }

  /// Times the derivative of a function at the point where it stands.
  func read(
    _ function: any ElementalFunction, _ linearization: any Linearization
  ) throws -> Reading {
    let (m, n) = (function.outputCount, function.inputCount)
    var reading = Reading()
    if function.abilities.contains(.tangent) {
      reading.tangent = try price(n, m) { seeds, block in
        try linearization.tangents(of: seeds, width: Self.width, into: &block)
      }
    }
    if function.abilities.contains(.adjoint) {
      reading.adjoint = try price(m, n) { seeds, block in
        try linearization.adjoints(of: seeds, width: Self.width, into: &block)
      }
    }
    return reading
  }

  /// What all entries of a function take by an elimination over what they
  /// take by `width` products in a mode, the way to the point included.
  func ratio(
    ofEliminationTo mode: Mode, width: Int, outputs: Int,
    _ place: GenericLinearization
  ) throws -> Double {
    let point = place.point
    var value = [Double](repeating: 0, count: outputs)
    var entries = [Double](repeating: 0, count: outputs * point.count)
    let (inner, outer) =
      mode == .tangent ? (point.count, outputs) : (outputs, point.count)
    let seeds = [Double](repeating: 1, count: inner * width)
    var block = [Double](repeating: 0, count: outer * width)
    var (own, other) = (Double.infinity, Double.infinity)
    for _ in 0..<Self.samples {
      var written = value.mutableSpan
      var found = entries.mutableSpan
      let start = clock.now
      try place.move(to: point.span, value: &written, keeping: .entries)
      place.eliminated?.memory.writeEntries(into: &found)
      own = min(own, (clock.now - start) / .seconds(1))
      var products = block.mutableSpan
      let next = clock.now
      try place.move(
        to: point.span, value: &written,
        keeping: mode == .tangent ? .tangent : .adjoint)
      if mode == .tangent {
        try place.tangents(of: seeds.span, width: width, into: &products)
      } else {
        try place.adjoints(of: seeds.span, width: width, into: &products)
      }
      other = min(other, (clock.now - next) / .seconds(1))
    }
    return own / max(other, 1e-9)
  }

  /// fma of one of `width` products.
  private func price(
    _ inputs: Int, _ outputs: Int,
    _ body: (Span<Double>, inout MutableSpan<Double>) throws -> Void
  ) throws -> Int {
    let seeds = [Double](repeating: 1, count: inputs * Self.width)
    var block = [Double](repeating: 0, count: outputs * Self.width)
    var best = Double.infinity
    for _ in 0..<Self.samples {
      var span = block.mutableSpan
      let start = clock.now
      try body(seeds.span, &span)
      best = min(best, (clock.now - start) / .seconds(1))
    }
    return max(1, Int(best / Double(Self.width) / secondsPerFMA))
  }
}
