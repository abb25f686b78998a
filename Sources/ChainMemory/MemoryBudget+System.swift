#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension MemoryBudget {
  /// What is left at this moment.
  ///
  /// - Complexity: some ten small files of the system are read, 0.1 ms.
  package static var current: MemoryBudget {
    MemoryBudget(
      machine: machineBytes, group: groupBytes, addresses: addressBytes)
  }

  /// Without the pages of files, which give way.
  private static var machineBytes: Int? {
    #if os(Linux)
      if let text = contents("/proc/meminfo"),
        let kibibytes = number(after: "MemAvailable:", in: text)
      {
        return kibibytes << 10
      }
    #endif
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), pageBytes)
    return pages > 0 ? Int(pages) * size : nil
  }

  private static var pageBytes: Int {
    max(1, Int(sysconf(Int32(_SC_PAGESIZE))))
  }

  private static var addressBytes: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let status = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let status = getrlimit(RLIMIT_AS, &limit)
    #endif
    guard status == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
    let used =
      contents("/proc/self/statm").flatMap { number(after: "", in: $0) } ?? 0
    return Int(limit.rlim_cur) - used * pageBytes
  }

  /// The tightest of the groups that hold the process, from its own upwards.
  private static var groupBytes: Int? {
    guard let groups = contents("/proc/self/cgroup") else { return nil }
    var least: Int?
    for line in groups.split(separator: "\n") {
      let parts = line.split(
        separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory")
      else { continue }
      let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      var path = parts[2].split(separator: "/")
      while true {
        let folder = ([root[...]] + path).joined(separator: "/")
        if let left = left(inGroup: folder, isUnified) {
          least = min(least ?? left, left)
        }
        if path.popLast() == nil { break }
      }
    }
    return least
  }

  private static func left(
    inGroup folder: String, _ isUnified: Bool
  ) -> Int? {
    let names =
      isUnified
      ? ("memory.max", "memory.current")
      : ("memory.limit_in_bytes", "memory.usage_in_bytes")
    guard let limit = contents("\(folder)/\(names.0)"),
      let most = number(after: "", in: limit), most < 1 << 60,
      let usage = contents("\(folder)/\(names.1)"),
      let used = number(after: "", in: usage)
    else { return nil }
    // Pages of files that nobody has touched lately give way.
    let files =
      contents("\(folder)/memory.stat").flatMap {
        number(
          after: isUnified ? "inactive_file" : "total_inactive_file", in: $0)
      } ?? 0
    return most - used + files
  }

  /// The whole number that follows a word at the start of a line; nil for
  /// something else, such as "max".
  package static func number(after word: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix(word) {
      let rest = line.dropFirst(word.count)
      guard
        word.isEmpty || rest.first == " " || rest.first == "\t"
          || word.hasSuffix(":")
      else { continue }
      return rest.split(whereSeparator: { $0 == " " || $0 == "\t" }).first
        .flatMap { Int($0) }
    }
    return nil
  }

  /// A small file of the system; nil when there is none.
  private static func contents(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 13) {
      let count = read(descriptor, $0.baseAddress!, $0.count)
      return count < 0 ? nil : String(decoding: $0[..<count], as: UTF8.self)
    }
  }
}
