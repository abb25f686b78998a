#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The processor of this machine.
package enum Processor {
  /// What the system calls it: "AMD EPYC 7B13"; seconds on record depend on it.
  package static let name = systemName ?? "unknown processor"

  #if canImport(Darwin)
    private static var systemName: String? {
      let key = "machdep.cpu.brand_string"
      var size = 0
      guard sysctlbyname(key, nil, &size, nil, 0) == 0, size > 1 else {
        return nil
      }
      var name = [UInt8](repeating: 0, count: size)
      guard sysctlbyname(key, &name, &size, nil, 0) == 0 else { return nil }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  #else
    /// The first of the lines that name one; on some processors there is none.
    private static var systemName: String? {
      guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 512)
      while fgets(&line, Int32(line.count), file) != nil {
        let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("model name"),
          let name = text.split(separator: ":").last
        else { continue }
        return name.split(whereSeparator: \.isWhitespace)
          .joined(separator: " ")
      }
      return nil
    }
  #endif
}
