#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import JacobianChain

extension Files {
  /// Writes a file whole or not at all: into a new file beside it, which then
  /// takes its name, and the mode and owner of what was there.
  ///
  /// Symbolic links are followed and stay, those to nothing too. Devices and
  /// pipes, which can't be replaced, are written directly.
  ///
  /// - Parameter control: whose interruption ends the waiting for a pipe.
  /// - Throws: `ChainError` (`unwritableFile`) that says what is in the way;
  ///   (`interrupted`) while nobody reads a pipe.
  /// - Complexity: O(bytes).
  package static func write(
    _ bytes: [UInt8], to path: String, control: SearchControl = .unlimited
  ) throws(ChainError) {
    let file = try OutputFile(
      path, expecting: UInt128(bytes.count), control: control)
    try file.write(bytes)
    try file.commit()
  }

  /// Refuses a path that `write` could not write, as far as that can be known
  /// beforehand: said before an hour of work, not after it.
  ///
  /// - Throws: `ChainError` (`unwritableFile`).
  package static func checkWritable(_ path: String) throws(ChainError) {
    _ = try WritePlace(path)
  }

  /// The same for `makeFolder`.
  package static func checkMakable(_ folder: String) throws(ChainError) {
    guard !isFolder(folder) else { return }
    let parts = folder.split(separator: "/").joined(separator: "/")
    let name = folder.hasPrefix("/") ? "/\(parts)" : parts
    var status = stat()
    if lstat(name, &status) == 0 { throw unwritable(folder, EEXIST) }
    try checkWritable(name)
  }

  /// The path of a file in a folder, whose path may end in a slash.
  package static func path(
    of name: String, inFolder folder: String
  ) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Makes a folder, unless it is there; its parent has to exist.
  ///
  /// - Throws: `ChainError` (`unwritableFile`) when it can't be made.
  package static func makeFolder(_ path: String) throws(ChainError) {
    guard !isFolder(path) else { return }
    let code = path.utf8.contains(0) ? EINVAL : mkdir(path, 0o777)
    if code != 0 { throw unwritable(path, code == -1 ? errno : code) }
  }

  /// Writes everything to an open file, such as standard output.
  ///
  /// - Parameter control: whose interruption ends the waiting for a pipe.
  /// - Returns: why it can't, an `errno`; `EINTR` for an interruption.
  package static func fill(
    _ descriptor: Int32, withAll bytes: [UInt8],
    control: SearchControl = .unlimited
  ) -> Int32? {
    let patience = WritingPatience(control)
    return bytes.withUnsafeBytes { fill(descriptor, with: $0, patience) }
  }

  static func fill(
    _ descriptor: Int32, with bytes: UnsafeRawBufferPointer,
    _ patience: WritingPatience
  ) -> Int32? {
    var status = stat()
    let mayWait =
      fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    // A pipe that is ready takes so much without waiting; some systems refuse
    // more than 2^31 bytes at once.
    let most = mayWait ? 1 << 12 : 1 << 24
    var written = 0
    while written < bytes.count {
      while mayWait, !isReady(descriptor, for: POLLOUT) {
        if patience.isOver { return EINTR }
      }
      let count = systemWrite(
        descriptor, bytes.baseAddress! + written,
        min(bytes.count - written, most))
      if count >= 0 {
        written += count
      } else if errno != EINTR, errno != EAGAIN {
        return errno
      }
    }
    return nil
  }

  /// What the system's refusal of `target` means for whoever named `path`.
  package static func unwritable(
    _ path: String, _ code: Int32, target: String? = nil
  ) -> ChainError {
    guard code != EINTR else {
      return ChainError(
        .interrupted, at: place(path),
        expected: "somebody who reads what is written",
        found: "an interruption before all of it was read",
        advice: "open the pipe for reading first, or name a file")
    }
    let folder = Files.folder(of: target ?? path)
    let words = reason(code)
    let (found, advice) =
      switch code {
      case EISDIR:
        (
          isFolder(path) ? "a folder" : "the name of a folder",
          "name a file in it, or choose another name"
        )
      case EEXIST: ("a file of that name", "choose another name")
      case ENOENT:
        (
          "no folder \(folder)",
          "make it (mkdir -p), or choose a folder that exists"
        )
      case ENOTDIR:
        (
          "a file where \(folder) has to be a folder",
          "choose a folder that exists"
        )
      case ENOSPC, EDQUOT:
        (
          "a full disk (\(words))",
          "free some space, or name a file on another disk"
        )
      case EACCES, EPERM:
        (
          "\(words) in \(folder)",
          "change the mode of file or folder, or choose another folder"
        )
      case EROFS:
        (
          "a read-only file system at \(folder)",
          "choose a folder on another one"
        )
      case ENAMETOOLONG: ("a name that is too long", "choose a shorter name")
      case ELOOP:
        ("symbolic links that lead nowhere", "name the file they should reach")
      case EINVAL: ("no file name", "name a file")
      default: (words, "choose another file")
      }
    return ChainError(
      .unwritableFile, at: place(path), expected: "a file that can be written",
      found: found, advice: advice)
  }
}

/// `Files.write` hides the system's function of this name.
private func systemWrite(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int
) -> Int {
  write(descriptor, bytes, count)
}
