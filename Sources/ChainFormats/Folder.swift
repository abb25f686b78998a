import JacobianChain

/// The folder of a problem file, which its data files may not leave: a problem
/// from a stranger must not read what else is on the machine.
struct Folder {
  /// nil for a problem that is no file: it may name none.
  let path: String?
  let allowsOutside: Bool

  /// The path of a file named in the problem, without symbolic links when the
  /// file exists.
  ///
  /// - Throws: `ChainError` at `place` when it lies outside: by an absolute
  ///   path, by `..`, or by a symbolic link.
  func resolve(
    _ name: String, at place: JSONPath
  ) throws(ChainError) -> String {
    do {
      return try resolve(name)
    } catch {
      var error = error
      error.location = place.location
      throw error
    }
  }

  /// The same, with errors at the name itself.
  func resolve(_ name: String) throws(ChainError) -> String {
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw ChainError(
        .malformed, at: name, expected: "the name of a file",
        found: JSONValue.string(name).summary,
        advice: "name a file beside the problem")
    }
    guard let path else {
      throw ChainError(
        .malformed, at: name, expected: "a problem whose folder is known",
        found: "\(JSONValue.string(name).summary), the name of a file",
        advice: "say from which file the problem comes, or give the pattern "
          + "itself")
    }
    let base = path.isEmpty ? "." : path
    let isAbsolute = name.utf8.first == UInt8(ascii: "/")
    let joined = isAbsolute ? name : "\(base)/\(name)"
    let resolved = Files.realPath(joined)
    if allowsOutside { return resolved ?? joined }
    guard !isAbsolute, !leaves(name) else { throw outside(name) }
    if let resolved, let root = Files.realPath(base) {
      let prefix = root == "/" ? root : root + "/"
      guard resolved.utf8.starts(with: prefix.utf8) else {
        throw outside(name)
      }
    }
    return resolved ?? joined
  }

  /// Whether `..` climbs above the start, even if it comes back.
  private func leaves(_ name: String) -> Bool {
    var depth = 0
    for part in name.split(separator: "/") where part != "." {
      depth += part == ".." ? -1 : 1
      if depth < 0 { return true }
    }
    return false
  }

  private func outside(_ name: String) -> ChainError {
    ChainError(
      .malformed, at: name, expected: "a file inside the folder of the problem",
      found: "\(JSONValue.string(name).summary), which is outside",
      advice: "move the file beside the problem, or allow outside files")
  }
}
