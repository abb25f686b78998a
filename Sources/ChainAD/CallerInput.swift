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

  /// Gives function `k`, counted from 0, other parameters.
  ///
  /// - Parameters:
  ///   - function: nil when there is none of this number.
  ///   - linearization: where the function is kept.
  /// - Throws: `ChainError` (`malformed`) when it has no parameters, or another
  ///   number of them; what the function throws, with its name.
  static func set(
    _ parameters: [Double], of function: (any ElementalFunction)?, _ k: Int,
    in linearization: (any Linearization)?
  ) throws(ChainError) {
    guard let function = function as? any ParametricFunction,
      let linearization = linearization as? any ParametricLinearization
    else {
      throw ChainError(
        .malformed, at: "/functions/\(k)",
        expected: "a function with parameters", found: "none",
        advice: "see which functions conform to ParametricFunction")
    }
    guard parameters.count == function.parameters.count else {
      throw ChainError(
        .malformed, at: "/functions/\(k)/parameters",
        expected: counted(function.parameters.count, "parameter")
          + " of \"\(function.name)\"", found: "\(parameters.count)",
        advice: "give all of them, in the order of the function")
    }
    do {
      try linearization.setParameters(parameters.span)
    } catch {
      throw ChainError(error, of: function.name, k, "its parameters")
    }
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
