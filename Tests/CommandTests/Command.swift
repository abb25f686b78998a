import Foundation
import JacobianChain
import Testing

/// Runs the built `jchain` as a process, the way a shell does.
struct Command {
  let status: Int32
  let output: String
  let errors: String

  /// The package's root, where `problems/` is.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The binary that this test was built with.
  static let binary: URL = {
    // Beside the test bundle on Linux, some folders above it on macOS.
    var folder = URL(filePath: CommandLine.arguments[0])
    for _ in 0..<6 {
      folder.deleteLastPathComponent()
      let candidate = folder.appending(path: "jchain")
      if FileManager.default.isExecutableFile(atPath: candidate.path) {
        return candidate
      }
    }
    fatalError("no jchain near \(CommandLine.arguments[0]): build it first")
  }()

  /// Runs `jchain ARGUMENTS` in the package's root, or in another folder.
  @discardableResult
  init(
    _ arguments: String..., input: String = "",
    interruptAfter seconds: Double? = nil, by signal: Int32 = SIGINT
  ) throws {
    try self.init(
      arguments, input: input, interruptAfter: seconds, by: signal)
  }

  init(
    _ arguments: [String], in place: URL = Self.root, input: String = "",
    interruptAfter seconds: Double? = nil, by signal: Int32 = SIGINT
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "jchain-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files instead of pipes: nothing can block however much is printed.
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input.utf8).write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = Self.binary
    process.arguments = arguments
    process.currentDirectoryURL = place
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    if let seconds {
      Thread.sleep(forTimeInterval: seconds)
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    status = process.terminationStatus
    output = try String(contentsOf: files[1], encoding: .utf8)
    errors = try String(contentsOf: files[2], encoding: .utf8)
  }

  /// Standard output as JSON.
  var json: [String: Any] {
    get throws {
      let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(value as? [String: Any])
    }
  }
}
