#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import JacobianChain

/// Whole files in and out, through the system's own calls: Foundation would
/// cost more start-up time than most plans take.
public enum Files {
  /// The largest file that is read: 256 MiB.
  public static let sizeLimit = 256 << 20

  /// The bytes of a file; `-` is standard input.
  ///
  /// - Parameter mustBeRegular: refuse pipes and devices, which could make the
  ///   reader wait for ever: for files that another file names.
  /// - Throws: `ChainError`: `missingFile` when there is none, it can't be
  ///   read or is a folder; `tooLarge` above `limit` bytes.
  /// - Complexity: O(bytes).
  public static func read(
    _ path: String, limit: Int = sizeLimit, mustBeRegular: Bool = false
  ) throws(ChainError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe that nobody writes would wait.
    let flags = O_RDONLY | O_CLOEXEC | (mustBeRegular ? O_NONBLOCK : 0)
    let (name, descriptor) =
      path == "-" ? ("standard input", 0) : (path, open(path, flags))
    guard descriptor >= 0, !path.utf8.contains(0) else {
      throw missing(name, reason(errno))
    }
    defer { if path != "-" { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw missing(name, reason(errno))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw missing(name, "a folder")
    }
    guard !mustBeRegular || status.st_mode & S_IFMT == S_IFREG else {
      throw missing(name, "a pipe or a device")
    }
    // The size is a hint: pipes have none and files grow.
    let size = Int(status.st_size)
    guard size <= limit else { throw tooLarge(name, limit, "\(size) bytes") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 1)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes {
        systemRead(descriptor, $0.baseAddress!, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw missing(name, reason(errno)) }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw tooLarge(name, limit, "more")
      }
      bytes.append(contentsOf: block[..<count])
    }
  }

  /// Whether `path` is a folder that exists.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && stat(path, &status) == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes a folder, unless it is there; its parent has to exist.
  ///
  /// - Throws: `ChainError` (`missingFile`) when it can't be made.
  public static func makeFolder(_ path: String) throws(ChainError) {
    guard !isFolder(path) else { return }
    guard !path.utf8.contains(0), mkdir(path, 0o777) == 0 else {
      throw unwritable(path, reason(errno))
    }
  }

  /// Writes a file whole or not at all: into a new file beside it, which then
  /// takes its name. A symbolic link stays one; devices and pipes, which
  /// can't be replaced, are written directly.
  ///
  /// - Throws: `ChainError` (`missingFile`) when the place can't be written.
  /// - Complexity: O(bytes).
  public static func write(
    _ bytes: [UInt8], to path: String
  ) throws(ChainError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw unwritable(path, "no file name")
    }
    let target = realPath(path) ?? path
    var status = stat()
    if stat(target, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR: throw unwritable(path, "a folder")
      default:
        let descriptor = open(target, O_WRONLY | O_CLOEXEC)
        let failure = fill(descriptor, bytes, sync: false)
        if let failure { throw unwritable(path, failure) }
        return
      }
    }
    let temporary = "\(target).\(getpid()).partial"
    // Left by a process of the same number that was killed.
    unlink(temporary)
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    var failure = fill(descriptor, bytes, sync: true)
    if failure == nil, rename(temporary, target) != 0 {
      failure = reason(errno)
    }
    if let failure {
      if descriptor >= 0 { unlink(temporary) }
      throw unwritable(path, failure)
    }
  }

  /// The path without symbolic links; nil when nothing is there.
  static func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else {
      return nil
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Writes and closes; says what failed.
  private static func fill(
    _ descriptor: Int32, _ bytes: [UInt8], sync: Bool
  ) -> String? {
    guard descriptor >= 0 else { return reason(errno) }
    var failure: String?
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count, failure == nil {
        let count = systemWrite(
          descriptor, buffer.baseAddress! + written, buffer.count - written)
        if count >= 0 {
          written += count
        } else if errno != EINTR {
          failure = reason(errno)
        }
      }
    }
    if failure == nil, sync, fsync(descriptor) != 0 { failure = reason(errno) }
    if close(descriptor) != 0, failure == nil { failure = reason(errno) }
    return failure
  }

  private static func reason(_ code: Int32) -> String {
    String(cString: strerror(code))
  }

  private static func missing(_ path: String, _ found: String) -> ChainError {
    ChainError(
      .missingFile, at: path, expected: "a readable file", found: found,
      advice: "check the path and its permissions; paths start at the "
        + "current folder")
  }

  private static func unwritable(
    _ path: String, _ found: String
  ) -> ChainError {
    ChainError(
      .missingFile, at: path, expected: "a file that can be written",
      found: found, advice: "choose a folder that exists and may be written")
  }

  private static func tooLarge(
    _ path: String, _ limit: Int, _ found: String
  ) -> ChainError {
    ChainError(
      .tooLarge, at: path, expected: "at most \(limit) bytes", found: found,
      advice: "split the file, or leave out what isn't needed")
  }
}

/// `Files.read` and `Files.write` hide the system's functions of these names.
private func systemRead(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int
) -> Int {
  read(descriptor, bytes, count)
}

private func systemWrite(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int
) -> Int {
  write(descriptor, bytes, count)
}
