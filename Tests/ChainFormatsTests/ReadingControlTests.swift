import JacobianChain
import Synchronization
import Testing

@testable import ChainFormats

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Readers of files that take a while ask whether to go on.
@Suite struct ReadingControlTests {
  enum Reader: CaseIterable {
    case json, problem, matrixMarket, array, admission, file

    /// What the reader takes some mebibytes of.
    private var bytes: [UInt8] {
      func padded(_ start: String, _ pad: String, _ end: String) -> [UInt8] {
        Array(start.utf8)
          + repeatElement(Array(pad.utf8), count: 36).flatMap { $0 }
          + Array(end.utf8)
      }
      let long = String(repeating: "x", count: 100_000)
      switch self {
      case .json, .problem, .file:
        return padded("[", "\"\(long)\",", "0]")
      case .matrixMarket:
        return padded(
          "%%MatrixMarket matrix coordinate real general\n", "%\(long)\n",
          "1 1 1\n1 1 5\n")
      case .admission:
        let blanks = String(repeating: " ", count: 100_000)
        return padded("1\n2 1 7\n", blanks + "\n", "")
      case .array:
        return Npy.serialized(
          DenseArray(
            rows: 700, columns: 700,
            values: [Double](repeating: 1, count: 490_000)))
      }
    }

    /// Reads a file called "f".
    func read(_ control: SearchControl) throws {
      let bytes = self.bytes
      switch self {
      case .json:
        _ = try JSONValue(parsing: bytes, file: "f", control: control)
      case .problem:
        _ = try ProblemFile(
          parsing: bytes, file: "f", directory: "", control: control)
      case .matrixMarket:
        _ = try MatrixMarketFile(parsing: bytes, file: "f", control: control)
      case .array:
        _ = try Npy.parse(bytes, file: "f", control: control)
      case .admission:
        _ = try AdmissionFile.problem(
          parsing: bytes, file: "f", control: control)
      case .file:
        let folder = try TemporaryFolder()
        try Files.write(bytes, to: "\(folder.path)/f")
        do {
          _ = try Files.read("\(folder.path)/f", control: control)
        } catch {
          var error = error
          error.location = String(error.location.suffix(1))
          throw error
        }
      }
    }
  }

  @Test(
    "a stop at any question is an error at the file",
    arguments: Reader.allCases, [StopReason.timeLimit, .interrupted])
  func stops(_ reader: Reader, _ reason: StopReason) throws {
    for limit in [1, 3] {
      let asked = Mutex(0)
      let error = #expect(throws: ChainError.self) {
        try reader.read(
          SearchControl(shouldStop: {
            asked.withLock {
              $0 += 1
              return $0 >= limit ? reason : nil
            }
          }))
      }
      #expect(asked.withLock { $0 } == limit)
      #expect(error?.stopReason == reason)
      #expect(error?.location == "f")
      #expect(error?.expected == "time to read the whole file")
      #expect(
        error?.found.contains(
          reason == .interrupted ? "an interruption" : "a limit") == true)
    }
  }

  @Test("a file below a mebibyte is read whatever the control says")
  func small() throws {
    let stopped = SearchControl(shouldStop: { .timeLimit })
    let folder = try TemporaryFolder()
    let path = try folder.write("[1, 2]", to: "f")
    let bytes = try Files.read(path, control: stopped)
    let value = try JSONValue(parsing: bytes, file: "f", control: stopped)
    #expect(value == .array([.integer(1), .integer(2)]))
  }

  /// The pipe of a test that writes nothing.
  @Test("an interruption ends the waiting for a pipe, a time limit doesn't")
  func waiting() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/p"
    try #require(mkfifo(path, 0o600) == 0)
    let writer = open(path, O_RDWR)
    try #require(writer >= 0)
    defer { close(writer) }
    let asked = Mutex(0)
    let error = #expect(throws: ChainError.self) {
      try Files.read(
        path,
        control: SearchControl(shouldStop: {
          asked.withLock {
            $0 += 1
            return $0 < 3 ? .timeLimit : .interrupted
          }
        }))
    }
    #expect(error?.kind == .interrupted)
    #expect(error?.location == path)
    #expect(asked.withLock { $0 } == 3)
  }
}
