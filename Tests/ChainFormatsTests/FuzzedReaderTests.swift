import ChainFormats
import ChainFuzzing
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The seeds of the fuzzer keep the laws without it, too.
@Suite struct FuzzedReaderTests {
  private static func seeds(of reader: FuzzedReader) throws -> [String] {
    let tests = #filePath.split(separator: "/").dropLast(2)
    let path =
      "/" + tests.joined(separator: "/") + "/Fuzzing/Seeds/\(reader)"
    let folder = try #require(opendir(path))
    defer { closedir(folder) }
    var files: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          String(cString: $0)
        }
      }
      if name.first != "." { files.append("\(path)/\(name)") }
    }
    return files.sorted()
  }

  @Test(arguments: FuzzedReader.allCases)
  func seedsKeepTheLaws(_ reader: FuzzedReader) throws {
    let seeds = try Self.seeds(of: reader)
    #expect(!seeds.isEmpty)
    for seed in seeds {
      let bytes = try Files.read(seed)
      #expect(reader.violation(on: bytes) == nil, "\(seed)")
      // Cut short it is another input, which keeps them, too.
      for count in [bytes.count / 2, bytes.count - 1] where count >= 0 {
        #expect(
          reader.violation(on: Array(bytes[..<count])) == nil,
          "\(seed), the first \(count) bytes")
      }
    }
  }
}
