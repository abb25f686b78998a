import ChainMemory
import JacobianChain

extension JSONValue {
  /// The most containers that may stand inside one another.
  package static let nestingLimit = 64
  /// The most values of one document, keys not counted: one gigabyte in
  /// memory, so that a document of `0,0,0,…` can't exhaust the machine.
  package static let valueLimit = 1 << 25

  /// Parses one document, strictly by RFC 8259.
  ///
  /// UTF-8 is validated and duplicate keys are refused. Numbers without
  /// fraction and exponent become `.integer`, all others `.real`.
  ///
  /// - Parameters:
  ///   - bytes: the document.
  ///   - file: what to call it in errors; they stand at `file:line:column`,
  ///     counted from 1 in Unicode scalars.
  ///   - control: may stop it.
  /// - Throws: `ChainError`: `malformed`, `tooLarge` beyond `valueLimit`, or
  ///   `limitReached` or `interrupted` when `control` stopped it.
  /// - Complexity: O(bytes).
  package init(
    parsing bytes: some Collection<UInt8>, file: String,
    control: SearchControl = .unlimited
  ) throws(ChainError) {
    // A digit and a comma become a value of some 40 bytes, up to the limit.
    try MemoryBudget.check(
      min(20 * UInt128(bytes.count), 1 << 31), at: file,
      for: "the values of the document",
      advice: "keep long lists in files of their own: .mtx or .npy")
    var parser = JSONParser(bytes: Array(bytes), file: file, control)
    self = try parser.document()
  }
}

/// Recursive descent over bytes; the recursion is as deep as the nesting, which
/// is limited. Numbers and strings are in files of their own.
struct JSONParser {
  let bytes: [UInt8]
  let file: String
  var position = 0
  private var values = 0
  private var pace: ReadingPace

  /// A byte order mark of UTF-8 is passed over (RFC 8259, section 8.1).
  init(bytes: [UInt8], file: String, _ control: SearchControl) {
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    self.bytes = isMarked ? Array(bytes.dropFirst(3)) : bytes
    self.file = file
    pace = ReadingPace(control, file: file)
  }

  /// The next byte; nil at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func document() throws(ChainError) -> JSONValue {
    if let foreign = ForeignFile(bytes) {
      throw unexpected(
        "a JSON value", found: foreign.name, advice: foreign.advice)
    }
    skipSpace()
    let value = try self.value(depth: 0)
    skipSpace()
    guard position == bytes.count else {
      throw unexpected(
        "the end of the document",
        advice: "a file holds exactly one JSON value; remove what follows it")
    }
    return value
  }

  private mutating func value(depth: Int) throws(ChainError) -> JSONValue {
    try pace.pass(position)
    values += 1
    guard values <= JSONValue.valueLimit else {
      throw ChainError(
        .tooLarge, at: location(of: position),
        expected: "at most \(JSONValue.valueLimit) values in a document",
        found: "more", advice: "split the document")
    }
    // At the end a space, which starts no value either.
    switch next ?? 0x20 {
    case UInt8(ascii: "{"):
      try checkDepth(depth)
      return .object(try members(depth: depth + 1))
    case UInt8(ascii: "["):
      try checkDepth(depth)
      return .array(try elements(depth: depth + 1))
    case UInt8(ascii: "\""):
      return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return try number()
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    default:
      throw unexpected(
        "a JSON value",
        advice: "write an object, array, string, number, true, false or null")
    }
  }

  private func checkDepth(_ depth: Int) throws(ChainError) {
    guard depth < JSONValue.nestingLimit else {
      throw unexpected(
        "at most \(JSONValue.nestingLimit) nested containers",
        found: "one more", advice: "flatten the document")
    }
  }

  private mutating func elements(depth: Int) throws(ChainError) -> [JSONValue] {
    position += 1
    skipSpace()
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      skipSpace()
      elements.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: ",")) {
        skipSpace()
        guard next == UInt8(ascii: "]") else { continue }
        throw unexpected(
          "a JSON value", advice: "no comma follows the last element")
      }
      if take(UInt8(ascii: "]")) { return elements }
      throw unexpected(
        "\",\" or \"]\"",
        advice: "separate elements by commas and close the array with \"]\"")
    }
  }

  private mutating func members(
    depth: Int
  ) throws(ChainError) -> [JSONValue.Member] {
    position += 1
    skipSpace()
    var members: [JSONValue.Member] = []
    var keys = KeySet()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else {
        throw unexpected(
          "a key in double quotes",
          advice: "keys are strings, and no comma follows the last member")
      }
      let key = try string()
      guard keys.insert(key, to: members) else {
        position = start
        throw unexpected(
          "a key not used before in its object",
          found: "a second \(JSONValue.string(key).summary)",
          advice: "remove one of the two members")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else {
        throw unexpected("\":\"", advice: "put a colon between key and value")
      }
      skipSpace()
      members.append(JSONValue.Member(key, try value(depth: depth)))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "}")) { return members }
      throw unexpected(
        "\",\" or \"}\"",
        advice: "separate members by commas and close the object with \"}\"")
    }
  }

  private mutating func word(_ word: StaticString) throws(ChainError) {
    let start = position
    let matches = word.withUTF8Buffer { bytes[start...].starts(with: $0) }
    guard matches else {
      throw unexpected(
        "the word \(word)", advice: "strings need double quotes")
    }
    position += word.utf8CodeUnitCount
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = next,
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    {
      position += 1
    }
  }
}

/// The keys of one object: compared one by one while few, hashed when many.
private struct KeySet {
  private var hashed: Set<String> = []

  /// Whether `key` is new to `members`.
  mutating func insert(_ key: String, to members: [JSONValue.Member]) -> Bool {
    let few = 12
    if members.count < few { return !members.contains { $0.key == key } }
    if members.count == few { hashed.formUnion(members.map(\.key)) }
    return hashed.insert(key).inserted
  }
}
