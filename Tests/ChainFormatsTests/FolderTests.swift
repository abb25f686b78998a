import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct FolderTests {
  private static let matrix = """
    %%MatrixMarket matrix coordinate pattern general
    2 3 2
    1 3
    2 1

    """

  private func read(
    _ name: String, in folder: TemporaryFolder, rows: Int = 2,
    allowOutside: Bool = false
  ) throws(ChainError) -> ProblemFile {
    let text = """
      {"format": "jacobian-chain/1", "factors": [{"rows": \(rows),
       "columns": 3, "structure": {"sparse": {"file": "\(name)"}},
       "data": "\(name)"}]}
      """
    return try ProblemFile(
      parsing: Array(text.utf8), file: "p.json", directory: folder.path,
      allowOutsideFiles: allowOutside)
  }

  @Test func patternFilesAreRead() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.matrix, to: "m.mtx")
    let expected = try SparsePattern(
      rows: 2, columns: 3, rowIndices: [0, 1], columnIndices: [2, 0])
    for name in ["m.mtx", "./m.mtx", ".//m.mtx"] {
      let file = try read(name, in: folder)
      #expect(file.problem.factors[0].structure == .sparse(expected))
      #expect(file.dataFiles == [Files.realPath("\(folder.path)/m.mtx")])
    }
    // A link that stays inside is as good as the file.
    folder.link("l.mtx", to: "m.mtx")
    #expect(
      try read("l.mtx", in: folder).problem.factors[0].structure
        == .sparse(expected))
  }

  @Test func linksThatLeaveAreRefused() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let outside = try other.write(Self.matrix, to: "m.mtx")
    folder.link("file.mtx", to: outside)
    folder.link("folder", to: other.path)
    for name in ["file.mtx", "folder/m.mtx"] {
      BadInput(
        name, "p.json: /factors/0/structure/sparse/file",
        "inside the folder"
      ).expectRefusal { () throws(ChainError) in
        _ = try read(name, in: folder)
      }
      #expect(
        try read(name, in: folder, allowOutside: true).dataFiles
          == [Files.realPath(outside)])
    }
    #expect(
      try read(outside, in: folder, allowOutside: true).problem.factors.count
        == 1)
  }

  @Test func aFolderWithTheSamePrefixIsOutside() throws {
    let folder = try TemporaryFolder()
    let neighbour = folder.path + "-other"
    folder.link("x.mtx", to: neighbour)
    try Files.write(Array(Self.matrix.utf8), to: neighbour)
    defer { TemporaryFolder.remove(neighbour) }
    BadInput("", "p.json: /factors/0/structure/sparse/file", "outside")
      .expectRefusal { () throws(ChainError) in
        _ = try read("x.mtx", in: folder)
      }
  }

  @Test func shapeAndContentOfPatternFilesAreChecked() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.matrix, to: "m.mtx")
    BadInput(
      "", "p.json: /factors/0/structure/sparse/file", "2 × 3 in \"m.mtx\""
    ).expectRefusal { () throws(ChainError) in
      _ = try read("m.mtx", in: folder, rows: 4)
    }
    try folder.write("%%MatrixMarket matrix\n", to: "bad.mtx")
    BadInput("", "bad.mtx:1", "five words")
      .expectRefusal { () throws(ChainError) in
        _ = try read("bad.mtx", in: folder)
      }
    BadInput(
      "", "p.json: /factors/0/structure/sparse/file", "inside the folder"
    ).expectRefusal { () throws(ChainError) in
      _ = try read(".", in: folder)
    }
  }
}
