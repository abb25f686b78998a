import JacobianChain
import Testing

@testable import ChainFormats

/// Files that are opened before the work and have a name after it.
@Suite struct OutputFileTests {
  private func write(_ text: String, to file: OutputFile) throws {
    try Array(text.utf8).withUnsafeBytes { try file.write($0) }
  }

  @Test func aFileHasItsNameOnceItIsWhole() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "f")
    let file = try OutputFile(path)
    try write("new", to: file)
    let partial = try #require(file.partial)
    #expect(folder.names.count == 2)
    #expect(try Files.read(path) == Array("old".utf8))
    #expect(try Files.read(partial) == Array("new".utf8))
    try write("er", to: file)
    try file.commit()
    #expect(folder.names == ["f"])
    #expect(try Files.read(path) == Array("newer".utf8))
  }

  @Test func whatIsNotFinishedLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try OutputFile("\(folder.path)/f")
      try write("text", to: file)
      #expect(folder.names.count == 1)
    }
    #expect(folder.names.isEmpty)
  }

  /// A writer at work has a lock on its file, one that was killed hasn't.
  @Test func leftoversOfTheDeadAreRemovedOnly() throws {
    let folder = try TemporaryFolder()
    let alive = try OutputFile("\(folder.path)/f")
    try folder.write("dead", to: "f.0123456789abcdef.partial")
    try folder.write("other", to: "g.0123456789abcdef.partial")
    try folder.write("own", to: "f.0123456789abcdeg.partial")
    let file = try OutputFile("\(folder.path)/f")
    #expect(folder.names.count == 4)
    #expect(!folder.names.contains("f.0123456789abcdef.partial"))
    try write("1", to: alive)
    try alive.commit()
    try write("2", to: file)
    try file.commit()
    #expect(try Files.read("\(folder.path)/f") == Array("2".utf8))
  }

  @Test func noDiskHasThatMuch() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ChainError.self) {
      _ = try OutputFile("\(folder.path)/f", expecting: 1 << 70)
    }
    #expect(error?.kind == .unwritableFile)
    #expect(error?.expected.contains("(1.0 ZiB)") == true)
    #expect(folder.names.isEmpty)
  }
}
