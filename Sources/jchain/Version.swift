import ChainExecutor
import ChainFormats
import ChainILP

/// What a report of a fault has to name: version, commit, build, and what is
/// linked.
enum Version {
  /// That of the command and of libjchain.
  private static let number = "0.1.0"

  #if DEBUG
    private static let build = "debug"
  #else
    private static let build = "release"
  #endif

  /// What seconds on record depend on.
  static let measuredBuild = "\(number) \(build)"

  static let text = """
    \(number), commit \(commit), \(build) build
    products  \(Executor.kernels) vectors, own kernels; no BLAS is linked
    GLPK      \(IntegerProgram.libraryVersion ?? "none: built without it")
    zlib      \(MatrixFormat.zlibVersion ?? "none: built without it")
    """
}
