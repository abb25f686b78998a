import JacobianChain

/// A sparse or dense m × n matrix in the MatrixMarket exchange format
/// (Boisvert, Pozo & Remington 1996, NISTIR 5935).
///
/// `coordinate` and `array` files of `real`, `integer` or `pattern` entries,
/// `general`, `symmetric` or `skew-symmetric`, are read; symmetric ones are
/// expanded. Lines of blanks and comments (`%`) may stand anywhere below the
/// banner, blanks around any word.
public struct MatrixMarketFile: Hashable, Sendable {
  /// Where entries are stored; zeros that the file lists count as entries.
  public let pattern: SparsePattern
  /// The entries in the order of `pattern` (row by row, columns ascending);
  /// nil for a `pattern` file.
  public let values: [Double]?

  /// Creates a matrix.
  ///
  /// - Precondition: `values`, when there are any, has `pattern.entries`
  ///   elements.
  public init(pattern: SparsePattern, values: [Double]?) {
    precondition(values.map { $0.count == pattern.entries } ?? true)
    self.pattern = pattern
    self.values = values
  }

  /// The most rows and columns that a file of so many bytes may declare. Rows
  /// take memory even when they are empty, so that a line of text could ask
  /// for gigabytes.
  static func extentLimit(ofBytes count: Int) -> Int {
    min(SparsePattern.entryLimit, 1 << 16 + 64 * count)
  }

  /// Reads a matrix, also from a file compressed by gzip.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: its name for errors, which stand at `file:line`.
  ///   - control: may stop it.
  /// - Throws: `ChainError`: `malformed`; `tooLarge` when the declared shape
  ///   or count is beyond what the bytes can hold or the machine should, or
  ///   an integer beyond 2^53; `unsupported` when the file is compressed and
  ///   the build has no zlib; `limitReached` or `interrupted` when `control`
  ///   stopped it.
  /// - Complexity: O(bytes + m + n + entries · log(entries per row)).
  public init(
    parsing bytes: some Collection<UInt8>, file: String,
    control: SearchControl = SearchControl()
  ) throws(ChainError) {
    let bytes = Array(bytes)
    let text =
      Gzip.isCompressed(bytes)
      ? try Gzip.inflated(bytes, file: file, control: control) : bytes
    var reader = MatrixMarketReader(
      text: text, fileSize: bytes.count, file: file, control)
    self = try reader.read()
  }

  /// The matrix as a `coordinate general` file: `real` with the fewest digits
  /// that give the same doubles back, or `pattern` without values.
  ///
  /// - Complexity: O(m + entries).
  public func serialized() -> [UInt8] {
    let field = values == nil ? "pattern" : "real"
    var text = Array("%%MatrixMarket matrix coordinate \(field) general\n".utf8)
    let size = "\(pattern.rows) \(pattern.columns) \(pattern.entries)\n"
    text.append(contentsOf: size.utf8)
    for row in 0..<pattern.rows {
      for position in pattern.rowStarts[row]..<pattern.rowStarts[row + 1] {
        let value = values.map { " \($0[position])" } ?? ""
        text.append(
          contentsOf:
            "\(row + 1) \(pattern.columnIndices[position] + 1)\(value)\n".utf8)
      }
    }
    return text
  }

  /// A dense m × n matrix as an `array real general` file, column by column
  /// as the format demands.
  ///
  /// - Complexity: O(m · n).
  public static func serialized(_ array: DenseArray) -> [UInt8] {
    var text = Array("%%MatrixMarket matrix array real general\n".utf8)
    text.append(contentsOf: "\(array.rows) \(array.columns)\n".utf8)
    for column in 0..<array.columns {
      for row in 0..<array.rows {
        let value = array.values[row * array.columns + column]
        text.append(contentsOf: "\(value)\n".utf8)
      }
    }
    return text
  }
}
