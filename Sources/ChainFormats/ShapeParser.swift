import JacobianChain

/// Reads one argument `RxC:suffix,suffix` of a shape list.
struct ShapeParser {
  private let text: String
  private let argument: Int
  private var structure: Structure?
  private var costs: [String: Int] = [:]

  private static let suffixes = [
    "diagonal", "identity", "banded", "block", "tangent", "adjoint", "tape",
  ]

  init(_ text: String, argument: Int) {
    self.text = text
    self.argument = argument
  }

  mutating func factor() throws(ChainError) -> Factor {
    let parts = text.split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let (rows, columns) = try shape(parts[0])
    if parts.count > 1 {
      for suffix in Self.suffixes(in: parts[1]) {
        try read(suffix, rows, columns)
      }
    }
    return Factor(
      name: "J\(argument)", rows: rows, columns: columns,
      structure: structure ?? .dense, tangentCost: costs["tangent"],
      adjointCost: costs["adjoint"], tape: costs["tape"] ?? 0)
  }

  private func shape(
    _ text: Substring
  ) throws(ChainError) -> (rows: Int, columns: Int) {
    let sides = text.split(
      separator: "x", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = sides.compactMap { Decimal.natural($0.utf8) }
    guard sides.count == 2, numbers.count == 2 else {
      throw refuse(
        "a shape ROWSxCOLUMNS", text,
        "write 10x100, or only dimensions such as 1000 100 10")
    }
    return (
      try ShapeList.dimension(numbers[0], argument),
      try ShapeList.dimension(numbers[1], argument)
    )
  }

  /// Splits at commas outside parentheses.
  private static func suffixes(in text: Substring) -> [Substring] {
    var depth = 0
    var parts: [Substring] = []
    var start = text.startIndex
    for position in text.indices {
      switch text[position] {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0:
        parts.append(text[start..<position])
        start = text.index(after: position)
      default: continue
      }
    }
    return parts + [text[start...]]
  }

  private mutating func read(
    _ suffix: Substring, _ rows: Int, _ columns: Int
  ) throws(ChainError) {
    if let equals = suffix.firstIndex(of: "=") {
      let key = String(suffix[..<equals])
      let digits = suffix[suffix.index(after: equals)...]
      guard ["tangent", "adjoint", "tape"].contains(key) else {
        throw unknown(key)
      }
      guard let wide = Decimal.natural(digits.utf8),
        let number = Int(exactly: wide)
      else {
        throw refuse(
          "\(key)= and a whole number from 0 to 2^63 − 1", suffix,
          "write \(key)=500")
      }
      guard costs.updateValue(number, forKey: key) == nil else {
        throw refuse("\(key) once", suffix, "remove one of the two")
      }
      return
    }
    let name = String(suffix.prefix { $0 != "(" })
    let inside = suffix.dropFirst(name.count)
    let read: Structure
    switch name {
    case "diagonal" where inside.isEmpty: read = .diagonal
    case "identity" where inside.isEmpty: read = .identity
    case "banded":
      let widths = try arguments(inside, of: suffix, "banded(lower,upper)", ",")
      read = .banded(lower: widths[0], upper: widths[1])
    case "block":
      let sides = try arguments(inside, of: suffix, "block(ROWSxCOLUMNS)", "x")
      guard sides[0] > 0, sides[1] > 0 else {
        throw refuse(
          "a block of at least 1 × 1", suffix, "write block(16x8)")
      }
      read = .blockDiagonal(
        count: rows / sides[0], rows: sides[0], columns: sides[1])
    case "tangent", "adjoint", "tape":
      throw refuse("\(name)= and its cost", suffix, "write \(name)=500")
    default:
      throw unknown(name)
    }
    guard structure == nil else {
      throw refuse("one structure", suffix, "remove one of the two")
    }
    structure = read
  }

  /// The two numbers in parentheses.
  private func arguments(
    _ text: Substring, of suffix: Substring, _ form: String,
    _ separator: Character
  ) throws(ChainError) -> [Int] {
    let numbers = text.dropFirst().dropLast()
      .split(separator: separator, omittingEmptySubsequences: false)
      .map { Decimal.natural($0.utf8).flatMap(Int.init(exactly:)) }
    guard text.first == "(", text.last == ")", numbers.count == 2,
      let first = numbers[0], let second = numbers[1]
    else {
      throw refuse(
        form, suffix, "quote the argument in the shell: '60x60:\(form)'")
    }
    return [first, second]
  }

  private func unknown(_ name: String) -> ChainError {
    refuse(
      "one of the suffixes " + Self.suffixes.joined(separator: ", "), name,
      Spelling.suggestion(for: name, among: Self.suffixes)
        ?? "write 60x60:diagonal,tangent=500")
  }

  private func refuse(
    _ expected: String, _ found: some StringProtocol, _ advice: String
  ) -> ChainError {
    ShapeList.refuse(argument, expected, ShapeList.quoted(found), advice)
  }
}
