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
