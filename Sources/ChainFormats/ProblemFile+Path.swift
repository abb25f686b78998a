import JacobianChain

extension ProblemFile {
  /// Reads a problem file, or a chain file of ADMission; `-` is standard
  /// input, whose paths start from the current folder.
  ///
  /// - Throws: `ChainError`, as for bytes, and `missingFile` without a file.
  public init(
    path: String, allowOutsideFiles: Bool,
    control: SearchControl = SearchControl()
  ) throws(ChainError) {
    let bytes = try Files.read(path, control: control)
    if AdmissionFile.isRecognised(bytes) {
      self.init(
        problem: try AdmissionFile.problem(
          parsing: bytes, file: path, control: control))
      return
    }
    try self.init(
      parsing: bytes, file: path, directory: Files.folder(of: path),
      allowOutsideFiles: allowOutsideFiles, control: control)
  }
}
