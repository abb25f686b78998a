import Foundation

extension BenchResults {
  /// Reads the files `*.csv` of a folder; without the folder, none.
  ///
  /// - Throws: when a file that is there can't be opened.
  public init(folder: URL) throws {
    let entries =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)) ?? []
    var files: [String: String] = [:]
    for entry in entries where entry.pathExtension == "csv" {
      files[entry.deletingPathExtension().lastPathComponent] =
        String(decoding: try Data(contentsOf: entry), as: UTF8.self)
    }
    self.init(files: files)
  }
}
