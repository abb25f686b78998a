import ChainExecutor
import ChainFormats
import ChainMemory
import ChainSystem
import JacobianChain

/// Matrices from and to files, by the name's ending.
enum MatrixFile {
  /// What the Jacobians of all targets are called in a folder, in the order of
  /// the problem.
  static func names(ofTargets count: Int) -> [String] {
    (0..<count).map { "target-\($0 + 1).npy" }
  }

  /// Writes the Jacobian of every target into a folder; makes it if it isn't
  /// there.
  static func write(
    _ matrices: [Matrix], toFolder path: String, opened: ([String]) -> Void
  ) throws(ChainError) {
    try Files.makeFolder(path)
    for (name, matrix) in zip(names(ofTargets: matrices.count), matrices) {
      let file = Files.path(of: name, inFolder: path)
      let output = try OutputFile(file, control: Interruption.control())
      opened(output.partial.map { [$0] } ?? [])
      try write(matrix, to: output, named: file)
    }
  }

  /// Reads the entries of a factor.
  static func read(
    _ path: String, for pattern: Pattern, _ control: SearchControl
  ) throws(ChainError) -> Matrix {
    switch try MatrixData(reading: path, control: control) {
    case .dense(let array): return try matrix(array, pattern, path)
    case .sparse(let file): return try matrix(file, pattern, path)
    }
  }

  private static func matrix(
    _ array: DenseArray, _ pattern: Pattern, _ path: String
  ) throws(ChainError) -> Matrix {
    if let place = array.values.firstIndex(where: { !$0.isFinite }) {
      let (row, column) = place.quotientAndRemainder(dividingBy: array.columns)
      throw ChainError(
        .malformed,
        at: "\(path): [\(row)\(array.isVector ? "" : ", \(column)")]",
        expected: "a finite number", found: "\(array.values[place])",
        advice: "correct the entry; nothing can be verified with it")
    }
    if array.isVector, let matrix = try matrix(vector: array.values, pattern) {
      return matrix
    }
    try checkShape(array.rows, array.columns, pattern, path)
    return try Matrix(
      pattern: Pattern(denseRows: array.rows, columns: array.columns),
      denseEntries: array.values)
  }

  /// Numbers of a single dimension as the row or the diagonal that the pattern
  /// makes of them; nil when it makes neither.
  private static func matrix(
    vector values: [Double], _ pattern: Pattern
  ) throws(ChainError) -> Matrix? {
    let shape: Structure
    switch pattern.structure {
    case .diagonal, .identity, .negatedIdentity, .banded(lower: 0, upper: 0):
      shape = .banded(lower: 0, upper: 0)
    case _ where pattern.rows == 1: shape = .dense
    default: return nil
    }
    let read = try Pattern(
      rows: pattern.rows, columns: pattern.columns, structure: shape, at: "")
    guard read.nonzeros == UInt128(values.count) else { return nil }
    return try Matrix(pattern: read, sparseValues: values)
  }

  private static func matrix(
    _ file: MatrixMarketFile, _ pattern: Pattern, _ path: String
  ) throws(ChainError) -> Matrix {
    try checkShape(file.pattern.rows, file.pattern.columns, pattern, path)
    guard let values = file.values else {
      throw ChainError(
        .malformed, at: path, expected: "real or integer entries",
        found: "a pattern without values",
        advice: "give the values; random ones take a pattern that a problem "
          + "file names under \"structure\", without \"data\"")
    }
    return try Matrix(
      pattern: Pattern(
        rows: file.pattern.rows, columns: file.pattern.columns,
        structure: .sparse(file.pattern), at: path), sparseValues: values)
  }

  private static func checkShape(
    _ rows: Int, _ columns: Int, _ pattern: Pattern, _ path: String
  ) throws(ChainError) {
    guard (rows, columns) == (pattern.rows, pattern.columns) else {
      throw ChainError(
        .malformed, at: path,
        expected: "\(pattern.rows) × \(pattern.columns) entries",
        found: "\(rows) × \(columns)",
        advice: "make the data and the factor agree")
    }
  }

  /// Writes a Jacobian into a file that is open, and gives that its name:
  /// `.npy` row-major, some rows at a time; `.mtx` with its pattern.
  static func write(
    _ matrix: Matrix, to file: OutputFile, named path: String
  ) throws(ChainError) {
    if MatrixFormat(ofFile: path) == .npy {
      try file.write(Npy.header(rows: matrix.rows, columns: matrix.columns))
      try matrix.forEachRowBlock { values throws(ChainError) in
        try Npy.withBytes(of: values) { bytes throws(ChainError) in
          try file.write(bytes)
        }
      }
    } else {
      try checkText(of: matrix, path)
      let text =
        matrix.pattern.isDense
        ? MatrixMarketFile.serialized(try dense(matrix))
        : try sparse(matrix).serialized()
      try file.write(text)
    }
    try file.commit()
  }

  /// Text is made as a whole, of copies of the entries.
  private static func checkText(
    of matrix: Matrix, _ path: String
  ) throws(ChainError) {
    let bytesOfEntry: UInt128 = 80
    try MemoryBudget.check(
      bytesOfEntry * matrix.pattern.nonzeros, at: path,
      for: "the text of \(matrix.pattern.nonzeros) entries",
      advice: "name a file that ends in .npy, which takes less")
  }

  private static func dense(_ matrix: Matrix) throws(ChainError) -> DenseArray {
    DenseArray(
      rows: matrix.rows, columns: matrix.columns,
      values: try matrix.denseEntries())
  }

  private static func sparse(
    _ matrix: Matrix
  ) throws(ChainError) -> MatrixMarketFile {
    let pattern = try matrix.pattern.expanded()
    var values: [Double] = []
    values.reserveCapacity(pattern.entries)
    for row in 0..<pattern.rows {
      for column in pattern.row(row) {
        values.append(matrix.entry(row, column))
      }
    }
    return MatrixMarketFile(pattern: pattern, values: values)
  }
}
