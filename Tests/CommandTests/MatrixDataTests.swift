import ChainFormats
import Foundation
import JacobianChain
import Testing

/// Given matrices in every form that other programs write them in.
@Suite struct MatrixDataTests {
  /// J = C·B·A of a row, a diagonal and a column; B may be anything diagonal.
  private static func problem(_ structure: String) -> String {
    """
    {"format": "jacobian-chain/1", "factors": [
      {"name": "A", "rows": 3, "columns": 1, "data": "a.npy"},
      {"name": "B", "rows": 3, "columns": 3, "structure": \(structure),
       "data": "b.npy"},
      {"name": "C", "rows": 1, "columns": 3, "data": "c.npy"}]}
    """
  }

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "matrices-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private static func write(
    _ values: [Double], to name: String, in folder: URL
  ) throws {
    let vector = DenseArray(
      rows: values.count, columns: 1, values: values, isVector: true)
    try Data(Npy.serialized(vector)).write(to: folder.appending(path: name))
  }

  @Test(
    "One dimension is taken for a column, a row and a diagonal",
    arguments: [
      #""diagonal""#, #"{"banded": {"lower": 0, "upper": 0}}"#,
      #"{"blockDiagonal": {"count": 3, "rows": 1, "columns": 1}}"#,
    ])
  func vectors(_ structure: String) throws {
    try Self.withFolder { folder in
      try Self.write([1, 2, 3], to: "a.npy", in: folder)
      try Self.write([5, 7, 11], to: "b.npy", in: folder)
      try Self.write([13, 17, 19], to: "c.npy", in: folder)
      let problem = folder.appending(path: "p.json")
      try Data(Self.problem(structure).utf8).write(to: problem)
      let result = folder.appending(path: "J.npy").path
      let command = try Command("run", problem.path, "--output", result)
      #expect(command.status == 0, "\(command.errors)")
      let jacobian = try Npy.parse(Files.read(result), file: result)
      // 13·5·1 + 17·7·2 + 19·11·3.
      #expect(jacobian.values == [930])
    }
  }

  @Test("One dimension of another length, or for another factor, is refused")
  func misfits() throws {
    try Self.withFolder { folder in
      try Self.write([1, 2, 3], to: "a.npy", in: folder)
      try Self.write([13, 17, 19], to: "c.npy", in: folder)
      let problem = folder.appending(path: "p.json")
      for (structure, values, found) in [
        (#""diagonal""#, [5.0, 7], "2 × 1"),
        (#""dense""#, [5, 7, 11], "3 × 1"),
        (#"{"banded": {"lower": 1, "upper": 0}}"#, [5, 7, 11], "3 × 1"),
      ] {
        try Data(Self.problem(structure).utf8).write(to: problem)
        try Self.write(values, to: "b.npy", in: folder)
        let command = try Command("run", problem.path)
        #expect(command.status == 65)
        #expect(command.errors.contains("b.npy"), "\(command.errors)")
        #expect(command.errors.contains(found), "\(command.errors)")
      }
      try Data(Self.problem(#""diagonal""#).utf8).write(to: problem)
      try Self.write([5, .nan, 11], to: "b.npy", in: folder)
      let command = try Command("run", problem.path)
      #expect(command.status == 65)
      #expect(command.errors.contains("b.npy: [1]"), "\(command.errors)")
    }
  }

  @Test("Compressed MatrixMarket files are patterns and data")
  func compressed() throws {
    try Self.withFolder { folder in
      // gzip of a 2 × 2 matrix with 3 at (1, 2) and -4 at (2, 1), by Python.
      let packed = try #require(
        Data(
          base64Encoded: """
            H4sIAAAAAAACA1NV9U0sKcqs8E0syk4tUcgFcxSS8/OLUjLzEktSFYpSE3MU0lPzUosS\
            c7iMFICQyxBIGgPZhgq6JlwAuWqabEEAAAA=
            """))
      try packed.write(to: folder.appending(path: "m.MTX.gz"))
      let problem = folder.appending(path: "p.json")
      try Data(
        """
        {"format": "jacobian-chain/1", "factors": [
          {"rows": 2, "columns": 2, "data": "m.MTX.gz",
           "structure": {"sparse": {"file": "m.MTX.gz"}}}]}
        """.utf8
      ).write(to: problem)
      let result = folder.appending(path: "J.mtx").path
      let command = try Command("run", problem.path, "--output", result)
      #if Zlib
        #expect(command.status == 0, "\(command.errors)")
        let file = try MatrixMarketFile(
          parsing: Files.read(result), file: result)
        #expect(file.pattern.rowStarts == [0, 1, 2])
        #expect(file.values == [3, -4])
      #else
        #expect(command.status == 69)
        #expect(command.errors.contains("gunzip"), "\(command.errors)")
      #endif
    }
  }
}
