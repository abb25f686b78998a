import JacobianChain

/// The derivatives of a composition's functions along z_0, …, z_q, the values
/// at a point. Only what the functions keep for their derivatives stays; of the
/// values no more than two are there at a time. All memory is taken once.
final class Trajectory {
  let function: ComposedFunction
  let linearizations: [any Linearization]
  /// The numbers of each value, and of the longest one.
  private let counts: [Int]
  private let longest: Int
  /// Two places, for values of even and of odd number.
  private let memory: UnsafeMutablePointer<Double>
  /// How often each function has been given parameters.
  var parameterVersions: [Int]
  /// What is kept of each function while it moves.
  var kept: [Abilities]
  var foreignPoles: ForeignPoles
  /// The last one that it moved to.
  private(set) var point: [Double] = []

  init(_ function: ComposedFunction) {
    self.function = function
    // `linearization()` of a wrapper can't know whether what it wraps has
    // parameters; its conformance does.
    linearizations = function.functions.map {
      ($0 as? any ParametricFunction)?.parametricLinearization()
        ?? $0.linearization()
    }
    foreignPoles = ForeignPoles(linearizations)
    kept = [Abilities](repeating: [], count: linearizations.count)
    parameterVersions = [Int](repeating: 0, count: linearizations.count)
    counts = [function.inputCount] + function.functions.map(\.outputCount)
    longest = counts.max()!
    memory = .allocate(capacity: 2 * longest)
    memory.initialize(repeating: 0, count: 2 * longest)
  }

  deinit { memory.deallocate() }

  /// Whether some functions are written once, for every kind of number.
  var hasGenericFunctions: Bool {
    linearizations.contains { $0 is GenericLinearization }
  }

  /// A copy of z_q, after a move to the end.
  var value: [Double] {
    let q = linearizations.count
    return [Double](UnsafeBufferPointer(start: place(q), count: counts[q]))
  }

  /// Where z_k is written.
  private func place(_ k: Int) -> UnsafeMutablePointer<Double> {
    k.isMultiple(of: 2) ? memory : memory + longest
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
        .malformed, at: "/point", expected: counted(n, "input"),
        found: "\(point.count)",
        advice: "give one number for each input of "
          + "\"\(function.functions[0].name)\"")
    }
    self.point = point
    for i in 0..<n { memory[i] = point[i] }
    try checkFinite(0)
    for k in 0..<(end ?? linearizations.count) {
      let input = Span(
        _unsafeStart: UnsafePointer(place(k)), count: counts[k])
      var output = MutableSpan(
        _unsafeStart: place(k + 1), count: counts[k + 1])
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
    let (value, count) = (place(k), counts[k])
    var found: UInt64 = 0
    for i in 0..<count {
      found |= (value[i].bitPattern & 0x7FF << 52) &+ 1 << 52
    }
    guard found >> 63 != 0 else { return }
    for i in 0..<count where !value[i].isFinite {
      if k == 0 {
        throw ChainError(
          .malformed, at: "/point/\(i)", expected: "a finite number",
          found: "\(value[i].word)", advice: "evaluate at a finite point")
      }
      throw ChainError(
        .malformed, at: "/functions/\(k - 1)",
        expected: "finite outputs of \"\(function.functions[k - 1].name)\"",
        found: "output \(i) is \(value[i].word) at "
          + input(of: k - 1, with: nil),
        advice: "keep the point inside the domain of the function")
    }
  }

  /// The inputs of function `k`, after a move that ended there or one further:
  /// the one that matters, and the first few of them.
  func input(of k: Int, with index: Int?) -> String {
    UnsafeBufferPointer(start: place(k), count: counts[k]).words(with: index)
  }

  /// An error of function `k`, with its name.
  func failure(
    _ error: any Error, of k: Int, _ what: String
  ) -> ChainError {
    ChainError(error, of: function.functions[k].name, k, what)
  }
}

extension UnsafeBufferPointer<Double> {
  /// The inputs of a function in words: the one that matters, and the first
  /// few.
  func words(with index: Int?) -> String {
    let first = prefix(4).map { "\($0)" }.joined(separator: ", ")
    let all = first + (count > 4 ? ", …" : "")
    guard let index else { return "input (\(all))" }
    return "input \(index) = \(self[index]) of (\(all))"
  }
}

extension Double {
  /// As it is printed, but NaN without its sign, which says nothing.
  var word: String { isNaN ? "nan" : "\(self)" }
}
