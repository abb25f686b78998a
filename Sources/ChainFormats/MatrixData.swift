import JacobianChain

/// An m × n matrix as a file holds it.
package enum MatrixData: Hashable, Sendable {
  /// All m · n entries, of a `.npy` file.
  case dense(DenseArray)
  /// The entries of a `.mtx` or `.mtx.gz` file.
  case sparse(MatrixMarketFile)

  /// Reads a file by the ending of its name.
  ///
  /// - Parameter control: may stop it.
  /// - Throws: `ChainError`: `missingFile`, what the formats refuse, and
  ///   `limitReached` or `interrupted` when `control` stopped it.
  /// - Complexity: O(bytes).
  package init(
    reading path: String, control: SearchControl = .unlimited
  ) throws(ChainError) {
    func bytes() throws(ChainError) -> [UInt8] {
      try Files.read(
        path, limit: Files.matrixLimit, mustBeRegular: true, control: control)
    }
    switch MatrixFormat(ofFile: path) {
    case .npy:
      self = .dense(
        try Npy.parse(try bytes(), file: path, control: control))
    case .matrixMarket, .compressedMatrixMarket:
      self = .sparse(
        try MatrixMarketFile(
          parsing: try bytes(), file: path, control: control))
    case nil:
      throw ChainError(
        .malformed, at: path,
        expected: "a file that ends in .npy, .mtx or .mtx.gz",
        found: "another ending",
        advice: "save the entries as NumPy array or as MatrixMarket file")
    }
  }

  /// The shape m × n.
  package var shape: (rows: Int, columns: Int) {
    switch self {
    case .dense(let array): (array.rows, array.columns)
    case .sparse(let file): (file.pattern.rows, file.pattern.columns)
    }
  }

  /// Where the file may have something else than 0.
  package var structure: Structure {
    switch self {
    case .dense: .dense
    case .sparse(let file):
      file.pattern.entries == file.pattern.rows * file.pattern.columns
        ? .dense : .sparse(file.pattern)
    }
  }
}
