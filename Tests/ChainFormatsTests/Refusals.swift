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

/// A bad input, where it is refused, and the fact that the refusal must state.
struct BadInput: Sendable, CustomTestStringConvertible {
  var text: String
  var location: String
  /// Stands in expected, found or advice.
  var fact: String
  var kind = ChainError.Kind.malformed

  init(
    _ text: String, _ location: String, _ fact: String,
    kind: ChainError.Kind = .malformed
  ) {
    self.text = text
    self.location = location
    self.fact = fact
    self.kind = kind
  }

  var testDescription: String { "\(location) \(fact)" }

  /// Runs `body`, which must refuse the input as the table says.
  func expectRefusal(
    sourceLocation: SourceLocation = #_sourceLocation,
    by body: () throws(ChainError) -> Void
  ) {
    do {
      try body()
      Issue.record("accepted: \(text)", sourceLocation: sourceLocation)
    } catch {
      #expect(error.location == location, sourceLocation: sourceLocation)
      #expect(error.kind == kind, sourceLocation: sourceLocation)
      for part in [error.expected, error.found, error.advice] {
        #expect(!part.isEmpty, sourceLocation: sourceLocation)
      }
      let whole = [error.expected, error.found, error.advice]
        .joined(separator: "\n")
      #expect(whole.contains(fact), sourceLocation: sourceLocation)
    }
  }
}

/// Linear congruences (Knuth's MMIX): the same mutations in every run.
struct Mutations {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  /// One to three bytes replaced, removed, doubled or taken from elsewhere.
  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(3) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(4) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(bytes[place], at: place)
      default: bytes[place] = bytes[below(bytes.count)]
      }
    }
    return bytes
  }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/chain-formats-XXXXXX".utf8CString)
    let created = mkdtemp(&template)
    path = String(cString: try #require(created))
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  static func remove(_ path: String) { unlink(path) }

  /// What is in the folder, sorted.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func link(_ name: String, to target: String) {
    #expect(symlink(target, "\(path)/\(name)") == 0)
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Files.write(Array(text.utf8), to: "\(path)/\(name)")
    return "\(path)/\(name)"
  }
}
