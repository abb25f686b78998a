import ArgumentParser
import ChainFormats
import JacobianChain

/// The files that a command reads and writes: none is written twice, or over
/// what is read.
struct FileRoles {
  /// A file and how the command line names it.
  private struct Role {
    let name: String
    let path: String
    /// The folder that is made for it, unless it is there.
    var folder: String?
  }

  private var inputs: [Role] = []
  private var outputs: [Role] = []

  /// What `words` of a problem name is read.
  mutating func reads(words: [String]) {
    reads(ProblemWords.files(in: words) + words.filter { $0 == "-" })
  }

  /// `-` is standard input, which a shell may have opened for a file.
  mutating func reads(_ paths: [String]) {
    inputs += paths.map {
      $0 == "-"
        ? Role(name: "standard input", path: "/dev/stdin")
        : Role(name: "the input \($0)", path: $0)
    }
  }

  mutating func writes(_ option: String, _ paths: [String]) {
    outputs += paths.map { Role(name: "\(option) \($0)", path: $0) }
  }

  mutating func writes(
    _ option: String, _ names: [String], inFolder folder: String
  ) {
    outputs += names.map {
      let path = Files.path(of: $0, inFolder: folder)
      return Role(name: "\(option) \(path)", path: path, folder: folder)
    }
  }

  /// Refuses one file in two roles.
  ///
  /// - Throws: `ValidationError` that names both.
  func validate() throws {
    var taken: [String: Role] = [:]
    for input in inputs {
      if let place = Files.place(of: input.path) { taken[place] = input }
    }
    for output in outputs {
      guard let place = Files.place(of: output.path) else { continue }
      if let other = taken.updateValue(output, forKey: place) {
        throw ValidationError(
          "\(other.name) and \(output.name) are the same file; name another "
            + "one")
      }
    }
  }

  /// Refuses, before any work, places that can't be written.
  func checkWritable() throws(ChainError) {
    for output in outputs {
      if let folder = output.folder, !Files.isFolder(folder) {
        try Files.checkMakable(folder)
      } else {
        try Files.checkWritable(output.path)
      }
    }
  }
}
