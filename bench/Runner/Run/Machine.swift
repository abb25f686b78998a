import COpenBLAS
import ChainBenchResults
import ChainExecutor
import ChainSystem
import Foundation

/// What results were measured on, for their header.
package struct Machine: Hashable, Sendable {
  /// Lines that hold for every suite.
  package let header: [ResultsFile.Header]

  /// Looks at this machine and at the repository.
  package init(repository: Repository, peers: Peers) {
    let info = ProcessInfo.processInfo
    header = [
      .init(
        "machine",
        "\(Processor.name), \(info.activeProcessorCount) processors"),
      .init(
        "memory", "\((Int(info.physicalMemory) + 1 << 29) >> 30) GiB"),
      .init("system", Self.system),
      .init("swift", Self.swiftVersion),
      .init(
        "openblas",
        String(cString: openblas_get_config()).trimmingCharacters(
          in: .whitespaces)),
      .init("blas core", String(cString: openblas_get_corename())),
      .init("kernels", Executor.kernels),
      .init("build", Self.build),
      .init("peers", peers.versions),
      .init("commit", Self.commit(repository.path)),
    ]
  }

  /// What the compiler could use: own kernels, and so all seconds, depend on
  /// it as much as on the core that OpenBLAS chose.
  private static var build: String {
    let processor =
      hasWideVectors
      ? "tuned for AVX-512" : hasFusedVectors ? "tuned for AVX2" : "portable"
    #if DEBUG
      return "debug, " + processor
    #else
      return processor
    #endif
  }

  private static var hasWideVectors: Bool { JCHAIN_HAS_WIDE_VECTORS != 0 }
  private static var hasFusedVectors: Bool { JCHAIN_HAS_FUSED_VECTORS != 0 }

  private static var swiftVersion: String {
    let words = output(["swift", "--version"])?.split(separator: " ") ?? []
    let place = words.firstIndex(of: "version").map { $0 + 1 }
    return place.map { String(words[$0]) } ?? "unknown"
  }

  private static var system: String {
    let text = try? String(
      contentsOfFile: "/etc/os-release", encoding: .utf8)
    let name = text?.split(separator: "\n").first {
      $0.hasPrefix("PRETTY_NAME=")
    }
    return name.map { String($0.dropFirst(12)).replacing("\"", with: "") }
      ?? ProcessInfo.processInfo.operatingSystemVersionString
  }

  /// What can change a result.
  private static let measured = [
    "--", "Package.swift", "Sources", "problems", "bench/Runner",
    "bench/Workloads", "bench/peers", "bench/suites",
  ]

  /// The commit, and a digest of what was changed since: results of one state
  /// of the sources are not gone on with in another one.
  private static func commit(_ path: String) -> String {
    let git = ["git", "-C", path]
    guard let commit = output(git + ["rev-parse", "HEAD"]) else {
      return "unknown"
    }
    let changes = [["status", "--porcelain"], ["diff", "HEAD"]]
      .compactMap { output(git + $0 + measured) }.joined()
    return String(commit.prefix(12))
      + (changes.isEmpty ? "" : ", changed \(Digest.text(changes.utf8))")
  }

  /// What a program says; nil when it isn't there or fails.
  private static func output(_ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: bytes, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
