import JacobianChain

/// Problems from the command line: `1000 100 10 1` (interface dimensions,
/// input first) or `100x1000 10x100:diagonal` (one Jacobian each, rows ×
/// columns, first applied first).
///
/// After a colon, separated by commas: `diagonal`, `identity`,
/// `banded(lower,upper)`, `block(RxC)`, `tangent=fma`, `adjoint=fma` and
/// `tape=units`. Factors are called J1, J2, …
package enum ShapeList {
  /// The problem that the arguments describe.
  ///
  /// - Parameter name: what to call it.
  /// - Throws: `ChainError` at `argument 2`, counted from 1.
  /// - Complexity: O(length of the arguments).
  package static func problem(
    _ arguments: [String], name: String = "chain"
  ) throws(ChainError) -> Problem {
    guard let first = arguments.first else {
      throw refuse(
        1, "dimensions or shapes", "no argument",
        "write 1000 100 10 1, or 100x1000 10x100 1x10")
    }
    let isDimensions = isDigits(first)
    let factors =
      isDimensions ? try chain(arguments) : try list(arguments)
    do {
      return try Problem(name: name, factors: factors)
    } catch {
      throw error.atArgument(isDimensions)
    }
  }

  /// One problem per line of a text; `#` starts a comment, and lines without
  /// arguments are left out, as is a byte order mark of UTF-8. Each is called
  /// `file:line`.
  ///
  /// - Throws: `ChainError` at `file:line: argument 2`.
  /// - Complexity: O(bytes).
  package static func problems(
    inText bytes: [UInt8], file: String
  ) throws(ChainError) -> [Problem] {
    try lists(inText: bytes, file: file) { words, place throws(ChainError) in
      try problem(words, name: place)
    }
  }

  /// What `read` makes of every line of a text, given its words and its place
  /// `file:line`, which errors begin with.
  static func lists<Value>(
    inText bytes: [UInt8], file: String,
    _ read: (_ words: [String], _ place: String) throws(ChainError) -> Value
  ) throws(ChainError) -> [Value] {
    var values: [Value] = []
    var line = 0
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    for text in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      let place = "\(file):\(line)"
      guard let content = String(validating: text) else {
        throw ChainError(
          .malformed, at: place, expected: "UTF-8", found: "other bytes",
          advice: "save the file as UTF-8 text")
      }
      let words = content.prefix { $0 != "#" }.split { $0.isWhitespace }
      if words.isEmpty { continue }
      do {
        values.append(try read(words.map(String.init), place))
      } catch {
        if error.kind == .missingFile, words[0].hasPrefix("{") {
          throw ChainError(
            .malformed, at: place, expected: "a list of shapes or files",
            found: "an object of JSON",
            advice: "name the file of a problem without @")
        }
        var error = error
        error.location = "\(place): \(error.location)"
        throw error
      }
    }
    guard !values.isEmpty else {
      throw ChainError(
        .malformed, at: "\(file):\(max(line, 1))",
        expected: "at least one list of shapes", found: "none",
        advice: "write one list per line, such as 1000 100 10 1")
    }
    return values
  }

  /// Whether a word parses as a dimension or a shape, whatever its numbers.
  static func isShape(_ word: String) -> Bool {
    if isDigits(word) { return true }
    guard resemblesShape(word) else { return false }
    if !word.contains(":") { return true }
    var parser = ShapeParser(word, argument: 1)
    return (try? parser.factor()) != nil
  }

  /// Whether a word begins as a shape does: `RxC`, and what a colon separates.
  static func resemblesShape(_ word: String) -> Bool {
    let sides = word.prefix { $0 != ":" }
      .split(separator: "x", omittingEmptySubsequences: false)
    return sides.count == 2 && sides.allSatisfy(isDigits)
  }

  /// What a word of numbers and signs may stand for: 600,60,10 for dimensions,
  /// 600×60 for a shape.
  static func guess(_ word: String) -> String? {
    let numbers = word.split { !$0.isASCII || !$0.isNumber }
    let signs = Set(word.filter { !$0.isASCII || !$0.isNumber })
    guard numbers.count > 1, signs.isSubset(of: " ,;-–→/×X*x") else {
      return nil
    }
    let isShape = numbers.count == 2 && signs.isSubset(of: " ×X*x")
    return numbers.joined(separator: isShape && signs != [" "] ? "x" : " ")
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(Decimal.isDigit)
  }

  private static func chain(
    _ arguments: [String]
  ) throws(ChainError) -> [Factor] {
    var dimensions: [Int] = []
    for (position, text) in arguments.enumerated() {
      guard isDigits(text) else {
        throw refuse(
          position + 1, "a dimension, like the arguments before it",
          quoted(text),
          "write only dimensions, or only shapes such as 10x100")
      }
      guard let number = Decimal.natural(text.utf8) else {
        throw refuse(
          position + 1, "a dimension from 1 to 2^40", quoted(text),
          "correct the shape of the Jacobian")
      }
      dimensions.append(try dimension(number, position + 1))
    }
    guard dimensions.count > 1 else {
      throw refuse(
        2, "at least two dimensions", "one",
        "write the input first and the output last, such as 1000 10 1")
    }
    return zip(dimensions, dimensions.dropFirst()).enumerated().map {
      Factor(name: "J\($0 + 1)", rows: $1.1, columns: $1.0)
    }
  }

  private static func list(
    _ arguments: [String]
  ) throws(ChainError) -> [Factor] {
    var factors: [Factor] = []
    for (position, text) in arguments.enumerated() {
      var parser = ShapeParser(text, argument: position + 1)
      factors.append(try parser.factor())
    }
    return factors
  }

  static func dimension(
    _ number: UInt128, _ argument: Int
  ) throws(ChainError) -> Int {
    guard (1...UInt128(Problem.dimensionLimit)).contains(number) else {
      throw refuse(
        argument, "a dimension from 1 to 2^40", "\(number)",
        "correct the shape of the Jacobian")
    }
    return Int(number)
  }

  static func refuse(
    _ argument: Int, _ expected: String, _ found: String, _ advice: String
  ) -> ChainError {
    ChainError(
      .malformed, at: "argument \(argument)", expected: expected, found: found,
      advice: advice)
  }

  static func quoted(_ text: some StringProtocol) -> String {
    JSONValue.string(String(text)).summary
  }
}

extension ChainError {
  /// From `/factors/3/columns` to the argument that says so.
  fileprivate func atArgument(_ isDimensions: Bool) -> ChainError {
    var error = self
    let parts = location.split(separator: "/")
    if parts.count > 1, parts[0] == "factors", let index = Int(parts[1]) {
      // Interface dimensions: the rows of factor i are argument i + 2.
      let isRows = isDimensions && parts.last == "rows"
      error.location = "argument \(index + (isRows ? 2 : 1))"
    } else {
      error.location = "arguments"
    }
    return error
  }
}
