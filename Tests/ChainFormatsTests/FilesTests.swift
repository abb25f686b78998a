import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct FilesTests {
  @Test func bytesComeBackAndNothingElseStays() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    for content in [bytes, [], [7]] {
      try Files.write(content, to: "\(folder.path)/f")
      #expect(try Files.read("\(folder.path)/f") == content)
      #expect(folder.names == ["f"])
    }
  }

  @Test func linksStayLinks() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "f")
    folder.link("l", to: "f")
    try folder.write("new", to: "l")
    #expect(try Files.read("\(folder.path)/f") == Array("new".utf8))
    #expect(folder.names == ["f", "l"])
  }

  @Test func devicesAreNotReplaced() throws {
    try Files.write([1, 2, 3], to: "/dev/null")
    #expect(try Files.read("/dev/null") == [])
  }

  @Test func refusals() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("12345", to: "f")
    BadInput(
      "", "\(folder.path)/none", "No such file", kind: .missingFile
    ).expectRefusal { () throws(ChainError) in
      _ = try Files.read("\(folder.path)/none")
    }
    BadInput("", folder.path, "a folder", kind: .missingFile)
      .expectRefusal { () throws(ChainError) in
        _ = try Files.read(folder.path)
      }
    BadInput("", path, "5 bytes", kind: .tooLarge)
      .expectRefusal { () throws(ChainError) in
        _ = try Files.read(path, limit: 4)
      }
    #expect(try Files.read(path, limit: 5).count == 5)
    // A device tells no size, so that only reading shows that it is too large.
    BadInput("", "/dev/zero", "at most 100000", kind: .tooLarge)
      .expectRefusal { () throws(ChainError) in
        _ = try Files.read("/dev/zero", limit: 100_000)
      }
    #expect(folder.names == ["f"])
  }
}
