import JacobianChain

/// What callers hand in, held against what a function takes.
enum CallerInput {
  /// Refuses a block that hasn't `count` × `width` numbers.
  ///
  /// - Parameter what: its name in the place of the error.
  static func check(
    _ seeds: [Double], _ count: Int, _ width: Int, _ what: String
  ) throws(ChainError) {
    guard width > 0, seeds.count.isMultiple(of: width),
      seeds.count / width == count
    else {
      throw ChainError(
        .malformed, at: "/\(what)", expected: "\(count) × \(width) numbers",
        found: "\(seeds.count)",
        advice: "give one block, row by row, and its width")
    }
  }

  /// Refuses a vector that hasn't n numbers.
  static func check(vector: [Double], _ n: Int) throws(ChainError) {
    guard vector.count == n else {
      throw ChainError(
        .malformed, at: "/vector", expected: counted(n, "number"),
        found: "\(vector.count)", advice: "give one number for each input")
    }
  }

  /// Refuses what has no Hessian, for want of a single output.
  static func checkOneOutput(
    _ count: Int,
    advice: String = "weight the outputs by one more function, whose Hessian "
      + "is wanted"
  ) throws(ChainError) {
    guard count == 1 else {
      throw ChainError(
        .unsupported, at: "/functions", expected: "one output",
        found: "\(count)", advice: advice)
    }
  }

  /// Refuses what has a Jacobian and no gradient.
  static func checkGradient(_ count: Int) throws(ChainError) {
    try checkOneOutput(
      count, advice: "ask for the Jacobian, or for vjp with a cotangent")
  }
}

extension ChainError {
  /// What went wrong in function `k`, with its name.
  ///
  /// - Parameter what: what the function was asked for.
  init(_ error: any Error, of name: String, _ k: Int, _ what: String) {
    let own = error as? ChainError
    self.init(
      own?.kind ?? .unsupported, at: "/functions/\(k)",
      expected: "\(what), by \"\(name)\"",
      found: own.map { "\($0.found), where \($0.expected) was expected" }
        ?? "\(error)",
      advice: own?.advice ?? "see the function \"\(name)\"")
  }
}
