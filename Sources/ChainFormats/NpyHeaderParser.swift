import JacobianChain

/// Reads the Python dictionary in the header of a `.npy` file: three keys in
/// any order, a string, a truth value and a tuple.
struct NpyHeaderParser {
  struct Header {
    var isDouble: Bool
    var isFortran: Bool
    var rows: Int
    var columns: Int
  }

  let bytes: ArraySlice<UInt8>
  let file: String
  private var position: Int

  init(bytes: ArraySlice<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
    position = bytes.startIndex
  }

  mutating func header() throws(ChainError) -> Header {
    var (isDouble, isFortran): (Bool?, Bool?)
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where isDouble == nil: isDouble = try descr()
      case "fortran_order" where isFortran == nil: isFortran = try truth()
      case "shape" where shape == nil: shape = try tuple()
      default:
        throw refuse(
          "header", "the keys descr, fortran_order and shape, each once",
          JSONValue.string(key).summary, "save the array with numpy.save")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.endIndex, let isDouble, let isFortran, let shape
    else {
      throw refuse(
        "header", "descr, fortran_order and shape, and nothing after them",
        "\"\(String(decoding: bytes.prefix(80), as: UTF8.self))\"",
        "save the array with numpy.save")
    }
    guard shape.count == 1 || shape.count == 2, shape.allSatisfy({ $0 > 0 })
    else {
      throw refuse(
        "shape", "one or two dimensions of at least 1",
        "(" + shape.map(String.init).joined(separator: ", ") + ")",
        "reshape the array: array.reshape(rows, columns)")
    }
    return Header(
      isDouble: isDouble, isFortran: isFortran, rows: shape[0],
      columns: shape.count == 2 ? shape[1] : 1)
  }

  private mutating func descr() throws(ChainError) -> Bool {
    skipSpace()
    let found =
      position < bytes.endIndex && bytes[position] != UInt8(ascii: "[")
      ? try string() : "a structured type"
    if found == "<f8" || found == "<f4" { return found == "<f8" }
    throw refuse(
      "descr", "'<f8' or '<f4'", JSONValue.string(found).summary,
      "convert it: array.astype(\"<f8\")", kind: .unsupported)
  }

  private mutating func truth() throws(ChainError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw refuse(
      "fortran_order", "True or False", foundHere,
      "save the array with numpy.save")
  }

  private mutating func tuple() throws(ChainError) -> [Int] {
    try expect("(")
    var shape: [Int] = []
    while !take(")") {
      skipSpace()
      let end =
        bytes[position...].firstIndex { byte in
          byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")")
        } ?? bytes.endIndex
      let word = bytes[position..<end]
      guard let size = Decimal.natural(word).flatMap(Int.init(exactly:)) else {
        throw refuse(
          "shape", "dimensions from 1 to 2^63 − 1",
          JSONValue.string(String(decoding: word, as: UTF8.self)).summary,
          "save the array with numpy.save")
      }
      shape.append(size)
      position = end
      if !take(",") {
        try expect(")")
        break
      }
    }
    return shape
  }

  private mutating func string() throws(ChainError) -> String {
    skipSpace()
    let quotes = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
    if let quote = bytes[position...].first, quotes.contains(quote),
      let end = bytes[(position + 1)...].firstIndex(of: quote)
    {
      defer { position = end + 1 }
      return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    }
    throw refuse(
      "header", "a string in quotes", foundHere,
      "save the array with numpy.save")
  }

  private mutating func expect(
    _ character: Unicode.Scalar
  ) throws(ChainError) {
    guard take(character) else {
      throw refuse(
        "header", "\"\(character)\"", foundHere,
        "save the array with numpy.save")
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard bytes[position...].first == UInt8(ascii: character) else {
      return false
    }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = bytes[position...].first, byte == 0x20 || byte == 0x0A {
      position += 1
    }
  }

  private var foundHere: String {
    let text = bytes[position...].prefix(20)
    return text.isEmpty
      ? "the end of the header"
      : JSONValue.string(String(decoding: text, as: UTF8.self)).summary
  }

  private func refuse(
    _ part: String, _ expected: String, _ found: String, _ advice: String,
    kind: ChainError.Kind = .malformed
  ) -> ChainError {
    ChainError(
      kind, at: "\(file): \(part)", expected: expected, found: found,
      advice: advice)
  }
}
