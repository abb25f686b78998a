import JacobianChain

/// The values z_0, …, z_q of a composition at a point, and the derivatives of
/// its functions there. All memory is taken once.
final class Trajectory {
  let function: ComposedFunction
  let linearizations: [any Linearization]
  /// Where each value begins in `memory`.
  private let offsets: [Int]
  private let memory: UnsafeMutablePointer<Double>
  /// How often each function has been given parameters.
  var parameterVersions: [Int]
  /// What is kept of each function while it moves.
  var kept: [Abilities]

  init(_ function: ComposedFunction) {
    self.function = function
    // `linearization()` of a wrapper can't know whether what it wraps has
    // parameters; its conformance does.
    linearizations = function.functions.map {
      ($0 as? any ParametricFunction)?.parametricLinearization()
        ?? $0.linearization()
    }
    kept = [Abilities](repeating: [], count: linearizations.count)
    parameterVersions = [Int](repeating: 0, count: linearizations.count)
    var offsets = [0, function.inputCount]
    for function in function.functions {
      offsets.append(offsets[offsets.count - 1] + function.outputCount)
    }
    self.offsets = offsets
    memory = .allocate(capacity: max(1, offsets[offsets.count - 1]))
    memory.initialize(repeating: 0, count: max(1, offsets[offsets.count - 1]))
  }

  deinit { memory.deallocate() }

  /// A copy of z_k.
  func value(_ k: Int) -> [Double] {
    [Double](
      UnsafeBufferPointer(
        start: memory + offsets[k], count: offsets[k + 1] - offsets[k]))
  }

  /// One forward sweep as far as z_`end`, which records what is kept and
  /// nothing else.
  ///
  /// - Throws: `ChainError` that names the function that failed, or the first
  ///   one with a value that isn't finite.
  func move(to point: [Double], end: Int? = nil) throws(ChainError) {
    let n = function.inputCount
    guard point.count == n else {
      throw ChainError(
        .malformed, at: "/point", expected: "\(n) inputs",
        found: "\(point.count)",
        advice: "give one number for each input of "
          + "\"\(function.functions[0].name)\"")
    }
    for i in 0..<n { memory[i] = point[i] }
    try checkFinite(0)
    for k in 0..<(end ?? linearizations.count) {
      let (from, to) = (offsets[k], offsets[k + 1])
      let input = Span(_unsafeStart: memory + from, count: to - from)
      var output = MutableSpan(
        _unsafeStart: memory + to, count: offsets[k + 2] - to)
      do {
        try linearizations[k].move(
          to: input, value: &output, keeping: kept[k])
      } catch {
        throw failure(error, of: k, "its value")
      }
      try checkFinite(k + 1)
    }
  }

  private func checkFinite(_ k: Int) throws(ChainError) {
    // All at once, in vectors: what isn't finite has an exponent of ones, and
    // one more reaches the sign.
    var found: UInt64 = 0
    for i in offsets[k]..<offsets[k + 1] {
      found |= (memory[i].bitPattern & 0x7FF << 52) &+ 1 << 52
    }
    guard found >> 63 != 0 else { return }
    for i in offsets[k]..<offsets[k + 1] where !memory[i].isFinite {
      let entry = i - offsets[k]
      if k == 0 {
        throw ChainError(
          .malformed, at: "/point/\(entry)", expected: "a finite number",
          found: "\(memory[i])", advice: "evaluate at a finite point")
      }
      throw ChainError(
        .malformed, at: "/functions/\(k - 1)",
        expected: "finite outputs of \"\(function.functions[k - 1].name)\"",
        found: "output \(entry) is \(memory[i])",
        advice: "keep the point inside the domain of the function")
    }
  }

  /// An error of function `k`, with its name.
  func failure(
    _ error: any Error, of k: Int, _ what: String
  ) -> ChainError {
    let own = error as? ChainError
    let name = function.functions[k].name
    return ChainError(
      own?.kind ?? .unsupported, at: "/functions/\(k)",
      expected: "\(what), by \"\(name)\"",
      found: own.map { "\($0.found), where \($0.expected) was expected" }
        ?? "\(error)",
      advice: own?.advice ?? "see the function \"\(name)\"")
  }
}
