#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import ChainMemory
import JacobianChain

/// Whole files in and out, through the system's own calls: Foundation would
/// cost more start-up time than most plans take.
package enum Files {
  /// The largest file of text that is read: 256 MiB.
  package static let sizeLimit = 256 << 20
  /// The largest file of a matrix: what memory holds decides.
  package static let matrixLimit = Int.max / 2

  /// The bytes of a file; `-` is standard input.
  ///
  /// - Parameters:
  ///   - mustBeRegular: refuse pipes and devices, which could make the reader
  ///     wait for ever: for files that another file names.
  ///   - control: may stop it after each mebibyte; an interruption also ends
  ///     the waiting for a pipe.
  /// - Throws: `ChainError`: `missingFile` when there is none, it can't be
  ///   read or is a folder; `tooLarge` above `limit` bytes, or when they don't
  ///   fit into memory; `limitReached` or `interrupted` when `control` stopped
  ///   it.
  /// - Complexity: O(bytes).
  package static func read(
    _ path: String, limit: Int = sizeLimit, mustBeRegular: Bool = false,
    control: SearchControl = .unlimited
  ) throws(ChainError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe that nobody writes would wait, deaf
    // to the control.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
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
    try MemoryBudget.check(
      UInt128(max(0, size)), at: name, for: "the bytes of the file",
      advice: "use a machine with more memory, or a smaller file")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 1)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    var pace = ReadingPace(control, file: name)
    let mayWait = status.st_mode & S_IFMT != S_IFREG
    while true {
      try pace.pass(bytes.count)
      while mayWait, !isReady(descriptor, for: POLLIN) { try pace.wait() }
      let count = block.withUnsafeMutableBytes {
        systemRead(descriptor, $0.baseAddress!, $0.count)
      }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw missing(name, reason(errno)) }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw tooLarge(name, limit, "more")
      }
      bytes.append(contentsOf: block[..<count])
    }
  }

  /// Whether `path` is a folder that exists.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && stat(path, &status) == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }

  /// One name for a place, however it is spelled, whether a file is there or
  /// not; nil for devices and pipes, which are no places, and for folders.
  package static func place(of path: String) -> String? {
    guard let place = try? WritePlace(path, checkingAccess: false) else {
      return nil
    }
    if case .device = place.present { return nil }
    if let resolved = realPath(place.target) { return resolved }
    let name = place.target.split(separator: "/").last ?? ""
    return realPath(folder(of: place.target)).map { "\($0)/\(name)" }
      ?? place.target
  }

  /// The folder part of a path; `.` for a name alone.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return "."
    }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path without symbolic links; nil when nothing is there.
  static func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else {
      return nil
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func reason(_ code: Int32) -> String {
    String(cString: strerror(code))
  }

  /// A path as errors name it: an empty one is to be seen, too.
  static func place(_ path: String) -> String { path.isEmpty ? "\"\"" : path }

  static func missing(_ path: String, _ found: String) -> ChainError {
    ChainError(
      .missingFile, at: place(path), expected: "a readable file", found: found,
      advice: "check the path and its permissions; paths start at the "
        + "current folder")
  }

  private static func tooLarge(
    _ path: String, _ limit: Int, _ found: String
  ) -> ChainError {
    ChainError(
      .tooLarge, at: path, expected: "at most \(limit) bytes", found: found,
      advice: "split the file, or leave out what isn't needed")
  }
}

/// Whether a read (`POLLIN`) or a write (`POLLOUT`) returns at once, asked for a
/// tenth of a second; no signal is slept through.
func isReady(_ descriptor: Int32, for event: Int32) -> Bool {
  var descriptor = pollfd(fd: descriptor, events: Int16(event), revents: 0)
  let count = poll(&descriptor, 1, 100)
  // Other errors are those of the read.
  return count > 0 || count < 0 && errno != EINTR
}

/// `Files.read` hides the system's function of this name.
private func systemRead(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int
) -> Int {
  read(descriptor, bytes, count)
}
