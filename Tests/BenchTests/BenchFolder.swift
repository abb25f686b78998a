import Foundation

/// A folder of its own for a test, removed at its end.
final class BenchFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "bench-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of all files, sorted.
  var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
  }

  func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
  }

  func write(_ bytes: Data, _ name: String) throws {
    try bytes.write(to: URL(filePath: "\(path)/\(name)"))
  }

  /// The repository that this file belongs to.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
}
