import Foundation

/// A folder of raw doubles that is shared with a peer and removed at the end.
final class DoublesFolder {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "jchain-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Writes doubles as the machine holds them.
  @discardableResult
  func write(_ doubles: [Double], as name: String) throws -> String {
    let bytes = doubles.withUnsafeBytes { Data($0) }
    try bytes.write(to: folder.appending(path: name))
    return path(name)
  }

  /// Reads what a peer wrote.
  func read(_ name: String) throws -> [Double] {
    let bytes = try Data(contentsOf: folder.appending(path: name))
    return [Double](unsafeUninitializedCapacity: bytes.count / 8) {
      buffer, count in
      count = bytes.copyBytes(to: buffer) / 8
    }
  }
}

/// max |a − b| ÷ max |b|; infinite for different counts or NaN.
func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  var (difference, scale) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    guard x.isFinite, y.isFinite else { return .infinity }
    difference = max(difference, (x - y).magnitude)
    scale = max(scale, y.magnitude)
  }
  return difference == 0 ? 0 : difference / scale
}
