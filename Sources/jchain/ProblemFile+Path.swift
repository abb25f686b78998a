import ChainFormats
import JacobianChain

extension ProblemFile {
  /// Reads a problem file, or a chain file of ADMission; `-` is standard
  /// input, whose paths start from the current folder.
  init(path: String, allowOutsideFiles: Bool) throws(ChainError) {
    let bytes = try Files.read(path)
    if AdmissionFile.isRecognised(bytes) {
      self.init(
        problem: try AdmissionFile.problem(parsing: bytes, file: path))
      return
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    let directory =
      path == "-" || parts.count == 1 ? "." : folder.isEmpty ? "/" : folder
    try self.init(
      parsing: bytes, file: path, directory: directory,
      allowOutsideFiles: allowOutsideFiles)
  }
}
