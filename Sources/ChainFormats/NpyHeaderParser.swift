import JacobianChain

/// Reads the Python dictionary in the header of a `.npy` file, three keys in
/// any order: a string, a truth value and a tuple of whole numbers, as NumPy
/// writes them and as Python would read them.
struct NpyHeaderParser {
  struct Header {
    var element: NpyElement
    var isFortran: Bool
    var rows: Int
    var columns: Int
    var isVector: Bool
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
    var element: NpyElement?
    var isFortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where element == nil: element = try descr()
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
    guard position == bytes.endIndex, let element, let isFortran, let shape
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
        JSONValue.string(
          "(" + shape.map(String.init).joined(separator: ", ") + ")"
        ).summary, "reshape the array: array.reshape(rows, columns)")
    }
    return Header(
      element: element, isFortran: isFortran, rows: shape[0],
      columns: shape.count == 2 ? shape[1] : 1, isVector: shape.count == 1)
  }

  private mutating func descr() throws(ChainError) -> NpyElement {
    skipSpace()
    let isString =
      bytes[position...].first.map { $0 != 0x5B && $0 != 0x28 } ?? false
    let found = isString ? try string() : "a structured type"
    if let element = NpyElement(found) { return element }
    throw refuse(
      "descr", "floats of 2, 4 or 8 bytes, such as '<f8', integers or bool",
      JSONValue.string(found).summary,
      isString
        ? NpyElement.advice(for: found)
        : "save each field for itself: array[\"name\"]", kind: .unsupported)
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
      shape.append(try size())
      if !take(",") {
        try expect(")")
        break
      }
    }
    return shape
  }

  /// A dimension; Python 2 wrote an L after some.
  private mutating func size() throws(ChainError) -> Int {
    skipSpace()
    let word = bytes[position...].prefix { byte in
      byte != UInt8(ascii: ",") && byte != UInt8(ascii: ")")
        && !Self.isSpace(byte)
    }
    let digits = word.last == UInt8(ascii: "L") ? word.dropLast() : word
    guard let size = Decimal.natural(digits).flatMap(Int.init(exactly:)) else {
      throw refuse(
        "shape", "dimensions from 1 to 2^63 − 1",
        JSONValue.string(String(decoding: word, as: UTF8.self)).summary,
        "save the array with numpy.save")
    }
    position = word.endIndex
    return size
  }

  /// In quotes of either kind; Python 2 wrote a u before some.
  private mutating func string() throws(ChainError) -> String {
    skipSpace()
    let text = bytes[position...]
    let isUnicode = text.first.map { $0 | 0x20 == UInt8(ascii: "u") } ?? false
    let quoted = isUnicode ? text.dropFirst() : text
    let quotes = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
    if let quote = quoted.first, quotes.contains(quote),
      let end = quoted.dropFirst().firstIndex(of: quote)
    {
      position = end + 1
      return String(
        decoding: quoted[(quoted.startIndex + 1)..<end], as: UTF8.self)
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
    while let byte = bytes[position...].first, Self.isSpace(byte) {
      position += 1
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
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
