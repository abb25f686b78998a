import JacobianChain

/// Reads a configuration of jcdp line by line.
struct JcdpReader {
  private enum Key: String, CaseIterable {
    case length
    case dimensions = "size_range"
    case costs = "dag_size_range"
    case tangentFactors = "tangent_factor_range"
    case adjointFactors = "adjoint_factor_range"
    case seed
    case matrixFree = "matrix_free"
    case memory = "available_memory"
    case threads = "available_threads"
    // These are about the search, the number of draws, or patterns that
    // nothing there reads.
    case amount
    case time = "time_to_solve"
    case grouping = "group_consecutive_eliminations"
    case density = "density_range"
    case banded, sparse
  }

  private var lines: TextLines
  private var words: [ArraySlice<UInt8>] = []

  init(lines: TextLines) { self.lines = lines }

  mutating func read(
    into start: JcdpConfiguration
  ) throws(ChainError) -> JcdpConfiguration {
    var configuration = start
    var seen: Set<Key> = []
    while let words = try lines.next() {
      self.words = words
      let key = try key(words[0])
      guard seen.insert(key).inserted else {
        throw lines.refuse(
          "every key once", found: "a second \(key.rawValue)",
          advice: "remove one of the two lines")
      }
      try read(key, into: &configuration)
    }
    guard !seen.isEmpty else {
      throw lines.refuse(
        "a configuration of jcdp", found: "nothing",
        advice: "write lines such as size_range 5 50")
    }
    return configuration
  }

  private func read(
    _ key: Key, into configuration: inout JcdpConfiguration
  ) throws(ChainError) {
    switch key {
    case .length: configuration.lengths = try lengths()
    case .dimensions:
      configuration.dimensions = try range(1...Problem.dimensionLimit)
    case .costs:
      configuration.costs = try range(0...Problem.dimensionLimit)
    case .tangentFactors: configuration.tangentFactors = try factors()
    case .adjointFactors: configuration.adjointFactors = try factors()
    case .seed: configuration.seed = UInt64(try number(0...UInt64.max))
    case .matrixFree: configuration.matrixFree = try number(0...1) == 1
    case .memory: configuration.tapePerStep = try limit()
    case .threads: configuration.machines = try limit()
    case .amount, .time, .grouping, .density, .banded, .sparse:
      configuration.passedOver.append(key.rawValue)
    }
  }

  private func key(_ word: ArraySlice<UInt8>) throws(ChainError) -> Key {
    let text = String(decoding: word, as: UTF8.self)
    if let key = Key(rawValue: text) { return key }
    let names = Key.allCases.map(\.rawValue)
    throw lines.refuse(
      "a key of jcdp: " + names.joined(separator: ", "),
      found: TextLines.shown([word]),
      advice: Spelling.suggestion(for: text, among: names)
        ?? "remove the line, or correct its key")
  }

  private func values(
    _ count: Int, _ expected: String, _ example: String
  ) throws(ChainError) -> [ArraySlice<UInt8>] {
    guard words.count == count + 1 else { throw bad(expected, example) }
    return Array(words.dropFirst())
  }

  private func bad(_ expected: String, _ example: String) -> ChainError {
    lines.refuse(
      "\(TextLines.shown([words[0]])) and \(expected)",
      found: words.count > 1
        ? TextLines.shown(Array(words.dropFirst())) : "no value",
      advice: "write \(String(decoding: words[0], as: UTF8.self)) \(example)")
  }

  private func number(
    _ range: ClosedRange<UInt64>
  ) throws(ChainError) -> UInt64 {
    let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    let word = try values(1, expected, "1")[0]
    guard let wide = Decimal.natural(word), let number = UInt64(exactly: wide),
      range.contains(number)
    else { throw bad(expected, "1") }
    return number
  }

  private func limit() throws(ChainError) -> Int? {
    let number = try number(0...UInt64(Int.max))
    return number == 0 ? nil : Int(number)
  }

  private func range(
    _ bounds: ClosedRange<Int>
  ) throws(ChainError) -> ClosedRange<Int> {
    let expected =
      "the least and the largest, from \(bounds.lowerBound) to 2^40"
    let numbers = try values(2, expected, "5 50").compactMap(Decimal.natural)
      .compactMap(Int.init(exactly:))
    guard numbers.count == 2, numbers[0] <= numbers[1],
      bounds.contains(numbers[0]), bounds.contains(numbers[1])
    else { throw bad(expected, "5 50") }
    return numbers[0]...numbers[1]
  }

  private func factors() throws(ChainError) -> ClosedRange<Int> {
    let expected = "the least and the largest, from 0 to 1000"
    let numbers = try values(2, expected, "1 2.5").compactMap(Millionths.parse)
    guard numbers.count == 2, numbers[0] <= numbers[1] else {
      throw bad(expected, "1 2.5")
    }
    return numbers[0]...numbers[1]
  }

  private func lengths() throws(ChainError) -> [Int] {
    let limit = ProblemFile.factorLimit
    let expected = "numbers of factors from 1 to \(limit), with commas between"
    let list = try values(1, expected, "3,4,5")[0]
      .split(separator: 0x2C, omittingEmptySubsequences: false)
    let numbers = list.compactMap(Decimal.natural)
      .compactMap(Int.init(exactly:))
    guard numbers.count == list.count,
      numbers.allSatisfy({ (1...limit).contains($0) })
    else { throw bad(expected, "3,4,5") }
    return numbers
  }
}
