import ChainMemory
import JacobianChain

/// NumPy's `.npy` files: versions 1, 2 and 3, in C or Fortran order, of floats
/// of 16, 32 or 64 bits, integers and truth values (0 or 1) of either order of
/// bytes. Every entry becomes the double that is equal to it.
public enum Npy {
  /// The longest header that is read; NumPy writes 128 bytes.
  package static let headerLimit = 1 << 16

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  static let advice = "save the array with numpy.save"

  /// What is wrong with a part of a file.
  static func refusal(
    _ file: String, _ part: String, _ expected: String, _ found: String,
    _ advice: String = Self.advice, kind: ChainError.Kind = .malformed
  ) -> ChainError {
    ChainError(
      kind, at: "\(file): \(part)", expected: expected, found: found,
      advice: advice)
  }

  /// Reads an m × n array; one of n elements becomes a column, n × 1, that
  /// knows it is a vector.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: its name for errors, which stand at `file: part`: magic,
  ///     version, header, descr, fortran_order, shape or data.
  ///   - control: may stop it.
  /// - Throws: `ChainError`: `malformed`, also for other types, such as
  ///   complex numbers; `tooLarge` for an integer that no double is equal
  ///   to, at `file: [row, column]`, counted from 0; `limitReached` or
  ///   `interrupted` when `control` stopped it.
  /// - Complexity: O(bytes).
  public static func parse(
    _ bytes: some Collection<UInt8>, file: String,
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> DenseArray {
    let bytes = Array(bytes)
    func refuse(
      _ part: String, _ expected: String, _ found: String,
      _ advice: String = Self.advice, kind: ChainError.Kind = .malformed
    ) -> ChainError {
      refusal(file, part, expected, found, advice, kind: kind)
    }
    let whole = "get the whole file; it seems to be cut off"
    guard bytes.starts(with: magic) else {
      throw refuse(
        "magic", "the bytes 93 4E 55 4D 50 59 (\\x93NUMPY)",
        bytes.isEmpty
          ? "an empty file"
          : bytes.prefix(6).map { String($0, radix: 16, uppercase: true) }
            .joined(separator: " "))
    }
    guard bytes.count >= 8, (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw refuse(
        "version", "version 1.0, 2.0 or 3.0",
        bytes.count < 8 ? "the end of the file" : "\(bytes[6]).\(bytes[7])")
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
        kind: .tooLarge)
    }
    guard bytes.count - start >= length else {
      throw refuse(
        "header", "a header of \(length) bytes", "\(bytes.count - start)",
        whole)
    }
    let header = try NpyHeader(
      parsing: bytes[start..<(start + length)], version: bytes[6], file: file)
    let size = header.element.size
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
    try MemoryBudget.check(
      8 * UInt128(count.partialValue), at: file,
      for: "\(header.rows) × \(header.columns) doubles",
      advice: "use a machine with more memory, or a smaller matrix")
    return try decode(
      bytes, from: start + length, header, ReadingPace(control, file: file),
      file)
  }

  private static func decode(
    _ bytes: [UInt8], from start: Int, _ header: NpyHeader,
    _ pace: ReadingPace, _ file: String
  ) throws(ChainError) -> DenseArray {
    let (rows, columns) = (header.rows, header.columns)
    let element = header.element
    let values = try bytes.withUnsafeBufferPointer {
      bytes throws(ChainError) in
      let buffer = UnsafeRawBufferPointer(bytes)
      var pace = pace
      var values: [Double] = []
      values.reserveCapacity(rows * columns)
      for row in 0..<rows {
        for column in 0..<columns {
          let index =
            header.isFortran ? column * rows + row : row * columns + column
          let offset = start + index * element.size
          guard let value = element.value(buffer, at: offset) else {
            throw inexact(
              header,
              "\(file): [\(row)\(header.isVector ? "" : ", \(column)")]",
              element.text(buffer, at: offset))
          }
          values.append(value)
          try pace.pass(values.count * element.size)
        }
      }
      return values
    }
    return DenseArray(
      rows: rows, columns: columns, values: values, isVector: header.isVector)
  }

  private static func inexact(
    _ header: NpyHeader, _ place: String, _ found: String
  ) -> ChainError {
    header.element.kind == .truth
      ? ChainError(
        .malformed, at: place, expected: "False (0) or True (1)", found: found,
        advice: advice)
      : ChainError(
        .tooLarge, at: place,
        expected: "an integer that a 64-bit float is equal to, as all up to "
          + "2^53 are", found: found,
        advice: "scale the array, or round it yourself: array.astype(\"<f8\")")
  }

  /// The array as a version 1.0 file of `<f8` in C order, with the header that
  /// `numpy.save` writes.
  ///
  /// - Complexity: O(m · n).
  public static func serialized(_ array: DenseArray) -> [UInt8] {
    var bytes = header(
      rows: array.rows, columns: array.columns, isVector: array.isVector)
    bytes.reserveCapacity(bytes.count + 8 * array.values.count)
    array.values.withUnsafeBufferPointer { values in
      withBytes(of: values) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// What stands before the entries of an m × n array.
  package static func header(
    rows: Int, columns: Int, isVector: Bool = false
  ) -> [UInt8] {
    let header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows),"
      + (isVector ? "), }" : " \(columns)), }")
    // The data start at a multiple of 64 bytes; the header ends in a newline.
    let used = magic.count + 4 + header.utf8.count + 1
    let length = header.utf8.count + 1 + (64 - used % 64) % 64
    var bytes = magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    bytes.append(contentsOf: header.utf8)
    bytes.append(
      contentsOf: repeatElement(0x20, count: length - header.utf8.count - 1))
    bytes.append(0x0A)
    return bytes
  }

  /// Entries as they stand in the file.
  package static func withBytes<Failure>(
    of values: UnsafeBufferPointer<Double>,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    #if _endian(little)
      try body(UnsafeRawBufferPointer(values))
    #else
      let swapped = values.map(\.bitPattern.littleEndian)
      let failure: Failure? = swapped.withUnsafeBytes { bytes in
        do throws(Failure) { try body(bytes) } catch { return error }
        return nil
      }
      if let failure { throw failure }
    #endif
  }
}
