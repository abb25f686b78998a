import JacobianChain

/// What the Python dictionary in a `.npy` file says: three keys in any order,
/// each with a literal, in whatever way Python may write them. Of a key that
/// stands there twice the last one counts, as in Python.
struct NpyHeader {
  let element: NpyElement
  let isFortran: Bool
  /// The dimensions, one or two.
  private let shape: [Int]

  var rows: Int { shape[0] }
  var columns: Int { shape.count == 2 ? shape[1] : 1 }
  var isVector: Bool { shape.count == 1 }

  /// - Parameters:
  ///   - version: of the file: up to 2 the header is in Latin-1 and may be of
  ///     Python 2, from 3 on it is in UTF-8.
  /// - Throws: `ChainError` at `file: header`, `descr`, `fortran_order` or
  ///   `shape`.
  /// - Complexity: O(bytes).
  init(
    parsing bytes: ArraySlice<UInt8>, version: UInt8, file: String
  ) throws(ChainError) {
    var reader = try PythonReader(bytes, version: version, file: file)
    let literal = try reader.whole()
    guard case .dictionary(let entries) = literal.value else {
      throw Npy.refusal(
        file, "header", "a dictionary: {'descr': …}", literal.summary)
    }
    var element: NpyElement?
    var isFortran: Bool?
    var shape: [Int]?
    for (key, value) in entries {
      switch key.value {
      case .string("descr"): element = try Self.element(value, file)
      case .string("fortran_order"):
        guard case .truth(let truth) = value.value else {
          throw Npy.refusal(
            file, "fortran_order", "True or False", value.summary)
        }
        isFortran = truth
      case .string("shape"): shape = try Self.dimensions(value, file)
      default:
        throw Npy.refusal(
          file, "header",
          "the keys descr, fortran_order and shape, as strings in quotes",
          key.summary)
      }
    }
    guard let element, let isFortran, let shape else {
      throw Npy.refusal(
        file, "header", "the keys descr, fortran_order and shape",
        literal.summary)
    }
    (self.element, self.isFortran, self.shape) = (element, isFortran, shape)
  }

  private static func element(
    _ literal: PythonLiteral, _ file: String
  ) throws(ChainError) -> NpyElement {
    let expected =
      "floats of 2, 4 or 8 bytes, such as '<f8', integers or bool"
    switch literal.value {
    case .string(let name):
      if let element = NpyElement(name) { return element }
      throw Npy.refusal(
        file, "descr", expected, JSONValue.string(name).summary,
        NpyElement.advice(for: name))
    case .tuple, .list:
      throw Npy.refusal(
        file, "descr", expected, "a structured type",
        "save each field for itself: array[\"name\"]")
    case .truth, .number, .dictionary, .other:
      throw Npy.refusal(
        file, "descr", "a string in quotes, such as '<f8'", literal.summary)
    }
  }

  private static func dimensions(
    _ literal: PythonLiteral, _ file: String
  ) throws(ChainError) -> [Int] {
    guard case .tuple(let items) = literal.value else {
      throw Npy.refusal(
        file, "shape", "a tuple: (rows, columns) or (count,)", literal.summary)
    }
    let shape = try items.map { (item) throws(ChainError) in
      guard case .number(let size?) = item.value else {
        throw Npy.refusal(
          file, "shape", "dimensions from 1 to 2^63 − 1", item.summary)
      }
      return size
    }
    guard shape.count == 1 || shape.count == 2, shape.allSatisfy({ $0 > 0 })
    else {
      throw Npy.refusal(
        file, "shape", "one or two dimensions of at least 1", literal.summary,
        "reshape the array: array.reshape(rows, columns)")
    }
    return shape
  }
}
