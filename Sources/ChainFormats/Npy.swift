import JacobianChain

/// NumPy's `.npy` files: versions 1, 2 and 3, little-endian doubles or floats,
/// in C or Fortran order.
public enum Npy {
  /// The longest header that is read; NumPy writes 128 bytes.
  public static let headerLimit = 1 << 16

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads an m × n array; one of n elements becomes a column, n × 1.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: its name for errors, which stand at `file: part`: magic,
  ///     version, header, descr, fortran_order, shape or data.
  /// - Throws: `ChainError` (`malformed`, `tooLarge` or `unsupported`).
  /// - Complexity: O(bytes).
  public static func parse(
    _ bytes: some Collection<UInt8>, file: String
  ) throws(ChainError) -> DenseArray {
    let bytes = Array(bytes)
    func refuse(
      _ part: String, _ expected: String, _ found: String, _ advice: String,
      kind: ChainError.Kind = .malformed
    ) -> ChainError {
      ChainError(
        kind, at: "\(file): \(part)", expected: expected, found: found,
        advice: advice)
    }
    let whole = "get the whole file; it seems to be cut off"
    guard bytes.starts(with: magic) else {
      throw refuse(
        "magic", "the bytes 93 4E 55 4D 50 59 (\\x93NUMPY)",
        bytes.isEmpty
          ? "an empty file"
          : bytes.prefix(6).map { String($0, radix: 16, uppercase: true) }
            .joined(separator: " "), "save the array with numpy.save")
    }
    guard bytes.count >= 8, (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw refuse(
        "version", "version 1.0, 2.0 or 3.0",
        bytes.count < 8 ? "the end of the file" : "\(bytes[6]).\(bytes[7])",
        "save the array with numpy.save")
    }
    let start = bytes[6] == 1 ? 10 : 12
    guard bytes.count >= start else {
      throw refuse(
        "header", "\(start) bytes before the header", "\(bytes.count)", whole)
    }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 + Int($1) }
    guard length <= headerLimit else {
      throw refuse(
        "header", "a header of at most \(headerLimit) bytes", "\(length)",
        "save the array with numpy.save", kind: .tooLarge)
    }
    guard bytes.count - start >= length else {
      throw refuse(
        "header", "a header of \(length) bytes", "\(bytes.count - start)",
        whole)
    }
    let text = bytes[start..<(start + length)]
    var parser = NpyHeaderParser(bytes: text, file: file)
    let header = try parser.header()
    let size = header.isDouble ? 8 : 4
    let count = header.rows.multipliedReportingOverflow(by: header.columns)
    let total = count.partialValue.multipliedReportingOverflow(by: size)
    guard !count.overflow, !total.overflow else {
      throw refuse(
        "shape", "a shape with fewer than 2^63 bytes",
        "\(header.rows) × \(header.columns)", "correct the shape",
        kind: .tooLarge)
    }
    let found = bytes.count - start - length
    guard found == total.partialValue else {
      throw refuse(
        "data",
        "\(total.partialValue) bytes for \(header.rows) × "
          + "\(header.columns) values of \(size) bytes", "\(found) bytes",
        found < total.partialValue ? whole : "remove what follows the data")
    }
    return decode(bytes, from: start + length, header)
  }

  private static func decode(
    _ bytes: [UInt8], from start: Int, _ header: NpyHeaderParser.Header
  ) -> DenseArray {
    let (rows, columns) = (header.rows, header.columns)
    let values = bytes.withUnsafeBytes { buffer in
      func value(_ index: Int) -> Double {
        if header.isDouble {
          let bits = buffer.loadUnaligned(
            fromByteOffset: start + 8 * index, as: UInt64.self)
          return Double(bitPattern: UInt64(littleEndian: bits))
        }
        let bits = buffer.loadUnaligned(
          fromByteOffset: start + 4 * index, as: UInt32.self)
        return Double(Float(bitPattern: UInt32(littleEndian: bits)))
      }
      return [Double](unsafeUninitializedCapacity: rows * columns) {
        output, count in
        for row in 0..<rows {
          for column in 0..<columns {
            output.initializeElement(
              at: row * columns + column,
              to: value(
                header.isFortran
                  ? column * rows + row : row * columns + column))
          }
        }
        count = rows * columns
      }
    }
    return DenseArray(rows: rows, columns: columns, values: values)
  }

  /// The array as a version 1.0 file of `<f8` in C order, with the header that
  /// `numpy.save` writes.
  ///
  /// - Complexity: O(m · n).
  public static func serialized(_ array: DenseArray) -> [UInt8] {
    let header =
      "{'descr': '<f8', 'fortran_order': False, "
      + "'shape': (\(array.rows), \(array.columns)), }"
    // The data start at a multiple of 64 bytes; the header ends in a newline.
    let used = magic.count + 4 + header.utf8.count + 1
    let length = header.utf8.count + 1 + (64 - used % 64) % 64
    var bytes = magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    bytes.reserveCapacity(bytes.count + length + 8 * array.values.count)
    bytes.append(contentsOf: header.utf8)
    bytes.append(
      contentsOf: repeatElement(0x20, count: length - header.utf8.count - 1))
    bytes.append(0x0A)
    for value in array.values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) {
        bytes.append(contentsOf: $0)
      }
    }
    return bytes
  }
}
