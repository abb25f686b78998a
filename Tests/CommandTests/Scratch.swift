import ChainFormats
import Foundation
import Testing

/// A folder that is gone when the test is.
final class Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "scratch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of something in the folder.
  func callAsFunction(_ name: String) -> String {
    url.appending(path: name).path
  }

  /// What is in the folder, sorted.
  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: url.path))?
      .sorted() ?? []
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url.appending(path: name))
    return self(name)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appending(path: name), encoding: .utf8)
  }

  /// An m × n array of NumPy.
  @discardableResult
  func write(
    _ values: [Double], _ rows: Int, _ columns: Int, to name: String
  ) throws -> String {
    let array = DenseArray(rows: rows, columns: columns, values: values)
    try Data(Npy.serialized(array)).write(to: url.appending(path: name))
    return self(name)
  }

  func array(_ name: String) throws -> DenseArray {
    try Npy.parse(
      Array(Data(contentsOf: url.appending(path: name))), file: name)
  }
}
