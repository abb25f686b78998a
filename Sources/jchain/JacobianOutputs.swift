import ChainExecutor
import ChainFormats
import JacobianChain

/// The files that take the Jacobians of a run: opened before the work begins,
/// because what can't be written should not be computed first.
struct JacobianOutputs {
  private var files: [(path: String, file: OutputFile)] = []
  private var folders: [String] = []

  /// Opens files and compares their sizes with the room on their disks.
  ///
  /// - Throws: `ChainError` (`unwritableFile`).
  init(_ paths: [String], for problem: Problem) throws(ChainError) {
    let sizes = (0..<problem.targetCount).map {
      let (rows, columns) = problem.shape(ofTarget: $0)
      return 8 * UInt128(rows) * UInt128(columns)
    }
    for path in paths {
      switch OutputName(path) {
      case .jacobian:
        // How many digits text has isn't known before.
        let size = MatrixFormat(ofFile: path) == .npy ? sizes[0] : nil
        files.append((path, try OutputFile(path, expecting: size)))
      case .folder:
        try Files.checkRoom(
          for: sizes.reduce(0, +), in: path, at: path)
        folders.append(path)
      case .report, .program, .other: continue
      }
    }
  }

  /// The files that aren't whole yet.
  var partials: [String] { files.compactMap(\.file.partial) }

  /// Writes the Jacobians and gives the files their names.
  ///
  /// - Parameter opened: is told of files that were opened only now.
  /// - Throws: `ChainError` (`unwritableFile`, `tooLarge`).
  func write(
    _ targets: [Matrix], opened: ([String]) -> Void
  ) throws(ChainError) {
    for (path, file) in files {
      try MatrixFile.write(targets[0], to: file, named: path)
    }
    for folder in folders {
      try MatrixFile.write(targets, toFolder: folder, opened: opened)
    }
  }
}
