import ChainFormats
import JacobianChain

extension ProblemFile {
  /// Reads a problem file; `-` is standard input, whose paths start from the
  /// current folder.
  init(path: String, allowOutsideFiles: Bool) throws(ChainError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    let directory =
      path == "-" || parts.count == 1 ? "." : folder.isEmpty ? "/" : folder
    try self.init(
      parsing: try Files.read(path), file: path, directory: directory,
      allowOutsideFiles: allowOutsideFiles)
  }
}
