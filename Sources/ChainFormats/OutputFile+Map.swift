#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import JacobianChain

/// A file's bytes as memory: what is written there is in the file, and the
/// system takes it out of memory when it wants to.
///
/// Unchecked: whoever maps a file shares out who writes where.
package final class MappedFile: @unchecked Sendable {
  /// The first byte.
  package let base: UnsafeMutableRawPointer
  private let count: Int

  fileprivate init(_ base: UnsafeMutableRawPointer, count: Int) {
    (self.base, self.count) = (base, count)
  }

  deinit { munmap(base, count) }
}

extension OutputFile {
  /// Gives the file its size and maps it, zeros throughout; then nothing more
  /// is written but through the mapping. `commit` gives it its name.
  ///
  /// - Parameter count: bytes, at least 1.
  /// - Throws: `ChainError` (`unwritableFile`): the disk hasn't got the room,
  ///   or it is a device.
  package func map(count: Int) throws(ChainError) -> MappedFile {
    guard partial != nil else { throw failed(ENODEV) }
    // Room that isn't there would end the process at its first use.
    #if os(Linux)
      let code = posix_fallocate(descriptor, 0, count)
      if code != 0 { throw failed(code) }
    #else
      if ftruncate(descriptor, off_t(count)) != 0 { throw failed(errno) }
    #endif
    let base = mmap(
      nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let base, base != MAP_FAILED else { throw failed(errno) }
    return MappedFile(base, count: count)
  }
}
