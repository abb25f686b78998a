#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import JacobianChain

/// Where a file is going to be written, and what is there.
struct WritePlace {
  /// What stands at the place.
  enum Present {
    case nothing
    /// A regular file, which is going to be replaced.
    case file(stat)
    /// A device or a pipe, which can only be written into.
    case device
  }

  /// The path behind all symbolic links.
  let target: String
  let present: Present

  /// Whether it is a pipe, which is opened only once somebody reads it.
  var isPipe: Bool {
    var status = stat()
    return stat(target, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// The folder that holds the target.
  var folder: String { Files.folder(of: target) }

  /// The permissions of the file that is there.
  var mode: mode_t? {
    if case .file(let status) = present { status.st_mode & 0o777 } else { nil }
  }

  /// Looks at the place without touching it.
  ///
  /// - Parameter checkingAccess: whether to ask for permissions, too.
  /// - Throws: `ChainError` (`unwritableFile`) when it is known already that
  ///   nothing can be written there.
  init(_ path: String, checkingAccess: Bool = true) throws(ChainError) {
    func refuse(_ code: Int32, _ target: String? = nil) -> ChainError {
      Files.unwritable(path, code, target: target)
    }
    guard !path.isEmpty, !path.utf8.contains(0) else { throw refuse(EINVAL) }
    var status = stat()
    if stat(path, &status) == 0 {
      target = Files.realPath(path) ?? path
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw refuse(EISDIR)
      case S_IFREG:
        // A name can be replaced in spite of the file's own mode.
        guard !checkingAccess || access(target, W_OK) == 0 else {
          throw refuse(errno, target)
        }
        present = .file(status)
      default:
        present = .device
        return
      }
    } else {
      guard errno == ENOENT else { throw refuse(errno) }
      target = Self.afterLinks(path)
      guard target.utf8.last != UInt8(ascii: "/") else { throw refuse(EISDIR) }
      present = .nothing
    }
    let folder = Files.folder(of: target)
    guard !checkingAccess || access(folder, W_OK | X_OK) == 0 else {
      throw refuse(errno, target)
    }
  }

  /// Where links that end in nothing lead, as far as Linux follows them.
  private static func afterLinks(_ path: String) -> String {
    var target = path
    for _ in 0..<40 {
      guard let next = link(at: target) else { break }
      let isAbsolute = next.utf8.first == UInt8(ascii: "/")
      target = isAbsolute ? next : Files.folder(of: target) + "/" + next
    }
    return target
  }

  /// What a symbolic link says; nil for everything else.
  private static func link(at path: String) -> String? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(PATH_MAX)) {
      let count = readlink(path, $0.baseAddress!, $0.count)
      return count < 0 ? nil : String(decoding: $0[..<count], as: UTF8.self)
    }
  }
}
