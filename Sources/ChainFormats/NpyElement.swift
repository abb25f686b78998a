import JacobianChain

/// The type of the entries in a `.npy` file, as `descr` names it: those whose
/// values a double holds, all of them or each one that is checked.
struct NpyElement: Equatable {
  enum Kind { case float, signed, unsigned, truth }
  let kind: Kind
  /// Bytes of an entry.
  let size: Int
  let isBigEndian: Bool

  /// Sizes of the numbers of each kind that NumPy has and a double can hold.
  private static let kinds: [Character: (kind: Kind, sizes: [Int])] = [
    "f": (.float, [2, 4, 8]), "i": (.signed, [1, 2, 4, 8]),
    "u": (.unsigned, [1, 2, 4, 8]), "b": (.truth, [1]),
  ]

  /// Letters that NumPy has for these; `l` is C's long.
  private static let letters: [Character: String] = [
    "?": "b1", "b": "i1", "B": "u1", "h": "i2", "H": "u2", "i": "i4",
    "I": "u4", "l": "i\(long)", "L": "u\(long)", "q": "i8", "Q": "u8",
    "p": "i8", "P": "u8", "n": "i8", "N": "u8", "e": "f2", "f": "f4",
    "d": "f8",
  ]

  /// Names that NumPy reads, too, though it writes `<f8` and the like.
  private static let names: [String: String] = [
    "bool": "b1", "bool_": "b1", "byte": "i1", "ubyte": "u1", "short": "i2",
    "ushort": "u2", "intc": "i4", "uintc": "u4", "long": "i\(long)",
    "ulong": "u\(long)", "longlong": "i8", "ulonglong": "u8", "intp": "i8",
    "uintp": "u8", "int": "i8", "int_": "i8", "uint": "u8", "int8": "i1",
    "int16": "i2", "int32": "i4", "int64": "i8", "uint8": "u1",
    "uint16": "u2", "uint32": "u4", "uint64": "u8", "half": "f2",
    "single": "f4", "double": "f8", "float": "f8", "float16": "f2",
    "float32": "f4", "float64": "f8",
  ]

  private static let long = MemoryLayout<CLong>.size

  /// The type that a string names; nil for any other, such as complex numbers.
  ///
  /// `<` is little-endian and `>` big-endian; `=`, `|` and no mark at all mean
  /// the order of the machine, which is little-endian wherever Swift runs. Names
  /// have no mark.
  init?(_ descr: String) {
    var code = descr[...]
    isBigEndian = code.first == ">"
    if let mark = code.first, "<>=|".contains(mark) { code.removeFirst() }
    if code.count == 1, let letter = code.first {
      code = Self.letters[letter]?[...] ?? code
    } else if let name = Self.names[descr] {
      code = name[...]
    }
    guard let letter = code.first, let known = Self.kinds[letter],
      let size = Int(code.dropFirst()), known.sizes.contains(size)
    else { return nil }
    (kind, self.size) = (known.kind, size)
  }

  /// What to do about a type that isn't read.
  static func advice(for descr: String) -> String {
    let name = descr.drop { "<>=|".contains($0) }
    return switch name.first {
    case "c", "F", "D", "G":
      "save two arrays: array.real and array.imag"
    case "f", "g", "l":
      "convert it, which rounds: array.astype(\"<f8\")"
    case "O": "convert it: array.astype(\"<f8\"); objects hold any code"
    case "M", "m": "count in a unit first: (array / unit).astype(\"<f8\")"
    default: "convert it: array.astype(\"<f8\")"
    }
  }
}

extension NpyElement {
  /// The entry at `offset` as a double; nil when no double is equal to it.
  @inline(__always)
  func value(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Double? {
    func load<T: FixedWidthInteger>(_: T.Type) -> T {
      let bits = bytes.loadUnaligned(fromByteOffset: offset, as: T.self)
      return isBigEndian ? T(bigEndian: bits) : T(littleEndian: bits)
    }
    switch (kind, size) {
    case (.float, 8): return Double(bitPattern: load(UInt64.self))
    case (.float, 4): return Double(Float(bitPattern: load(UInt32.self)))
    case (.float, _): return Self.half(load(UInt16.self))
    case (.signed, 8): return Double(exactly: load(Int64.self))
    case (.signed, 4): return Double(load(Int32.self))
    case (.signed, 2): return Double(load(Int16.self))
    case (.signed, _): return Double(load(Int8.self))
    case (.unsigned, 8): return Double(exactly: load(UInt64.self))
    case (.unsigned, 4): return Double(load(UInt32.self))
    case (.unsigned, 2): return Double(load(UInt16.self))
    case (.unsigned, _): return Double(load(UInt8.self))
    case (.truth, _):
      let byte = load(UInt8.self)
      return byte <= 1 ? Double(byte) : nil
    }
  }

  /// The entry at `offset` as it stands there, for an error.
  func text(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> String {
    let entry = bytes[offset..<(offset + size)]
    let bits = (isBigEndian ? Array(entry) : entry.reversed())
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return kind == .signed ? "\(Int64(bitPattern: bits))" : "\(bits)"
  }

  /// IEEE 754 binary16, which Swift has not on every platform.
  private static func half(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    let magnitude: Double
    switch exponent {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    default:
      magnitude =
        (1024 + fraction)
        * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
