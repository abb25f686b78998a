import JacobianChain
import Testing

@testable import ChainFormats

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is at the place of a file that is written, and what is in the way.
@Suite struct FilesWriteTests {
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    #expect(stat(path, &status) == 0)
    return status.st_mode & 0o7777
  }

  @Test(arguments: [0o600, 0o640, 0o644, 0o666, 0o755] as [mode_t])
  func overwritingKeepsTheMode(_ bits: mode_t) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("old", to: "f")
    folder.link("l", to: "f")
    try #require(chmod(path, bits) == 0)
    for name in ["f", "l"] {
      try folder.write("new", to: name)
      #expect(try Files.read(path) == Array("new".utf8))
      #expect(mode(path) == bits)
    }
    #expect(folder.names == ["f", "l"])
  }

  @Test func aNewFileHasTheModeOfTheUser() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/plain"
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o666)
    try #require(descriptor >= 0 && close(descriptor) == 0)
    #expect(mode(try folder.write("1", to: "new")) == mode(path))
  }

  /// Relative ones from the folder of the link, links to links, absolute ones.
  @Test(arguments: ["f", "./f", "../NAME/f", "PATH/f", "second"])
  func danglingLinksAreFollowed(_ pattern: String) throws {
    let folder = try TemporaryFolder()
    let name = String(folder.path.split(separator: "/").last!)
    let target = pattern.replacing("NAME", with: name)
      .replacing("PATH", with: folder.path)
    folder.link("second", to: "f")
    folder.link("first", to: target)
    try folder.write("new", to: "first")
    #expect(try Files.read("\(folder.path)/f") == Array("new".utf8))
    #expect(folder.names == ["f", "first", "second"])
    var status = stat()
    #expect(lstat("\(folder.path)/first", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func longNamesAreWrittenToo() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "n", count: 255)
    for text in ["old", "new"] { try folder.write(text, to: name) }
    #expect(folder.names == [name])
  }

  @Test func pipesAreWrittenInto() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/p"
    try #require(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try folder.write("text", to: "p")
    var bytes = [UInt8](repeating: 0, count: 8)
    #expect(read(reader, &bytes, 8) == 4)
    #expect(bytes[..<4] == Array("text".utf8)[...])
  }

  private func expectRefusal(
    _ path: String, _ fact: String, advice: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(sourceLocation: sourceLocation) {
      try Files.write([1], to: path)
    } throws: {
      guard let error = $0 as? ChainError else { return false }
      return error.kind == .unwritableFile
        && error.location == (path.isEmpty ? "\"\"" : path)
        && error.found.contains(fact) && error.advice.contains(advice)
    }
  }

  @Test func whatIsInTheWayIsCalledByItsName() throws {
    let folder = try TemporaryFolder()
    let here = folder.path
    try folder.write("text", to: "f")
    folder.link("circle", to: "circle")
    folder.link("lost", to: "no/f")
    folder.link("folder", to: ".")
    expectRefusal(here, "a folder", advice: "name a file in it")
    expectRefusal("\(here)/folder", "a folder", advice: "name a file in it")
    expectRefusal("\(here)/new/", "a folder", advice: "name a file in it")
    expectRefusal("\(here)/no/f", "no folder \(here)/no", advice: "mkdir")
    expectRefusal("\(here)/lost", "no folder \(here)/no", advice: "mkdir")
    expectRefusal("\(here)/f/g", "a file where \(here)/f", advice: "folder")
    expectRefusal("\(here)/circle", "symbolic links", advice: "name the file")
    expectRefusal(
      "\(here)/" + String(repeating: "n", count: 256), "too long",
      advice: "shorter")
    expectRefusal("", "no file name", advice: "name a file")
    expectRefusal("a\0b", "no file name", advice: "name a file")
    #expect(folder.names == ["circle", "f", "folder", "lost"])
    #expect(try Files.read("\(here)/f") == Array("text".utf8))
  }

  #if os(Linux)
    @Test func aFullDiskIsCalledFull() throws {
      expectRefusal("/dev/full", "a full disk", advice: "free some space")
      let folder = try TemporaryFolder()
      folder.link("l", to: "/dev/full")
      expectRefusal("\(folder.path)/l", "a full disk", advice: "free")
    }
  #endif

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func whatIsProtectedStaysAsItIs() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("text", to: "f")
    try #require(chmod(path, 0o444) == 0)
    expectRefusal(path, "Permission denied", advice: "mode")
    try #require(chmod(folder.path, 0o555) == 0)
    defer { chmod(folder.path, 0o755) }
    expectRefusal(
      "\(folder.path)/new", "Permission denied in \(folder.path)",
      advice: "another folder")
    #expect(try Files.read(path) == Array("text".utf8))
  }

  @Test func foldersAreMadeOrNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("text", to: "f")
    try Files.makeFolder(folder.path)
    for (path, fact) in [
      (file, "a file of that name"), ("\(folder.path)/a/b", "no folder"),
      ("\(file)/b", "a file where"), ("a\0b", "no file name"),
    ] {
      #expect {
        try Files.makeFolder(path)
      } throws: {
        guard let error = $0 as? ChainError else { return false }
        return error.kind == .unwritableFile && error.found.contains(fact)
      }
    }
  }
}
