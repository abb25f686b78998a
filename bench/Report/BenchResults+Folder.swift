import Foundation

extension BenchResults {
  /// Reads the files `NAME.csv` of a folder; without the folder, none. What was
  /// put aside, `NAME.previous.csv`, is no part of the results.
  ///
  /// - Throws: when a file that is there can't be opened.
  public init(folder: URL) throws {
    let entries =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)) ?? []
    var files: [String: String] = [:]
    for entry in entries where entry.pathExtension == "csv" {
      let name = entry.deletingPathExtension().lastPathComponent
      if name.contains(".previous") { continue }
      files[name] = String(
        decoding: try Data(contentsOf: entry), as: UTF8.self)
    }
    self.init(files: files)
  }
}
