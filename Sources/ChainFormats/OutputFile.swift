#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import ChainMemory
import JacobianChain

/// A file on its way: it is opened before the work begins, takes its bytes
/// piece by piece, and has its name only once it is whole.
///
/// Until then it stands beside its place as `NAME.<16 digits>.partial`, under a
/// lock that ends with the process. What is left of a writer that was killed
/// has no lock any more, and is removed by the next one. Devices and pipes,
/// which can't be replaced, are opened by the first bytes and written directly;
/// an interruption ends the waiting for somebody who reads a pipe.
package final class OutputFile {
  /// Where the bytes are until the file is whole; nil for a device.
  package let partial: String?

  private let path: String
  private let place: WritePlace
  private let patience: WritingPatience
  private(set) var descriptor: Int32 = -1

  /// Opens a file; nothing is there under its name yet.
  ///
  /// - Parameters:
  ///   - bytes: how many there will be, where it is known: a disk that hasn't
  ///     got them is full.
  ///   - control: whose interruption ends the waiting for a pipe.
  /// - Throws: `ChainError` (`unwritableFile`) that says what is in the way.
  package init(
    _ path: String, expecting bytes: UInt128? = nil,
    control: SearchControl = .unlimited
  ) throws(ChainError) {
    (self.path, patience) = (path, WritingPatience(control))
    place = try WritePlace(path)
    if case .device = place.present {
      partial = nil
      return
    }
    let name = PartialName(of: place.target)
    name.removeLeftovers(in: place.folder)
    if let bytes {
      try Files.checkRoom(
        for: bytes, in: place.folder, at: path)
    }
    while true {
      let partial = "\(place.folder)/\(name.fresh())"
      let descriptor = open(
        partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, place.mode ?? 0o666)
      guard descriptor >= 0 else {
        throw Files.unwritable(path, errno, target: place.target)
      }
      flock(descriptor, LOCK_EX | LOCK_NB)
      // Between the two, somebody may have taken it for a leftover.
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_nlink == 0 {
        close(descriptor)
        continue
      }
      if case .file(let old) = place.present {
        // Only root gives files away; for others the writer owns the new one.
        _ = fchown(descriptor, old.st_uid, old.st_gid)
        _ = fchmod(descriptor, old.st_mode & 0o7777)
      }
      (self.partial, self.descriptor) = (partial, descriptor)
      return
    }
  }

  deinit { discard() }

  /// Appends bytes.
  ///
  /// - Throws: `ChainError` (`unwritableFile`, `interrupted`); what was written
  ///   is gone then.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(ChainError) {
    if partial == nil, descriptor < 0 { try openDirectly() }
    if let code = Files.fill(descriptor, with: bytes, patience) {
      throw failed(code)
    }
  }

  /// The same.
  package func write(_ bytes: [UInt8]) throws(ChainError) {
    var failure: ChainError?
    bytes.withUnsafeBytes { bytes in
      do throws(ChainError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Opens a device, or a pipe once somebody reads it.
  private func openDirectly() throws(ChainError) {
    while true {
      // Without O_NONBLOCK it would wait, deaf to the control.
      descriptor = open(place.target, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
      if descriptor >= 0 { break }
      let code = errno
      guard code == ENXIO, place.isPipe else { throw failed(code) }
      if patience.isInterrupted { throw failed(EINTR) }
      poll(nil, 0, 100)
    }
    // From here on it waits as others do; see `Files.fill`.
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  }

  /// Sees the bytes as far as the disk; the file hasn't got its name yet.
  ///
  /// - Throws: `ChainError` (`unwritableFile`).
  package func flush() throws(ChainError) {
    guard partial != nil else { return }
    if fsync(descriptor) != 0 { throw failed(errno) }
  }

  /// Gives the file its name.
  ///
  /// - Throws: `ChainError` (`unwritableFile`).
  package func commit() throws(ChainError) {
    try flush()
    if let partial, rename(partial, place.target) != 0 { throw failed(errno) }
    let open = descriptor
    descriptor = -1
    if open >= 0, close(open) != 0 { throw failed(errno) }
  }

  func failed(_ code: Int32) -> ChainError {
    discard()
    return Files.unwritable(path, code, target: place.target)
  }

  /// Leaves nothing behind, unless it has its name.
  private func discard() {
    guard descriptor >= 0 else { return }
    if let partial { unlink(partial) }
    close(descriptor)
    descriptor = -1
  }
}

/// What files beside an output are called until they are whole.
private struct PartialName {
  private let stem: String

  /// The longest name of a file, and what is added to it, in bytes.
  private static let (longest, added) = (255, 26)

  init(of target: String) {
    var name = String(target.split(separator: "/").last ?? "")[...]
    while name.utf8.count > Self.longest - Self.added { name = name.dropLast() }
    stem = "\(name)."
  }

  /// A name that nobody else draws.
  func fresh() -> String {
    let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
    return stem + String(repeating: "0", count: 16 - digits.count) + digits
      + ".partial"
  }

  private func isOne(_ name: String) -> Bool {
    guard name.hasPrefix(stem), name.hasSuffix(".partial") else { return false }
    let digits = name.dropFirst(stem.count).dropLast(".partial".count)
    return digits.count == 16 && digits.allSatisfy(\.isHexDigit)
  }

  /// Removes those that no writer holds locked any more.
  func removeLeftovers(in folder: String) {
    guard let entries = opendir(folder) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard isOne(name) else { continue }
      let path = "\(folder)/\(name)"
      let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
      let descriptor = open(path, flags)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }
}

extension Files {
  /// Refuses bytes that the file system of a folder hasn't got room for.
  ///
  /// - Parameters:
  ///   - folder: one that isn't there yet stands for the one that it is made in.
  ///   - path: what is going to be written, for the error.
  /// - Throws: `ChainError` (`unwritableFile`).
  package static func checkRoom(
    for bytes: UInt128, in folder: String, at path: String
  ) throws(ChainError) {
    let name = folder.split(separator: "/").joined(separator: "/")
    let present =
      isFolder(folder)
      ? folder : Files.folder(of: folder.hasPrefix("/") ? "/\(name)" : name)
    var status = statvfs()
    guard statvfs(present, &status) == 0 else { return }
    let room = UInt128(status.f_bavail) * UInt128(status.f_frsize)
    guard room < bytes else { return }
    throw ChainError(
      .unwritableFile, at: path,
      expected: "room for \(MemoryBudget.words(bytes))",
      found: "\(MemoryBudget.words(room)) left in \(present)",
      advice: "free some space, or name a file on another disk")
  }
}
