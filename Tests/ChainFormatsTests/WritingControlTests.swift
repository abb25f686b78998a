import ChainTestSupport
import Foundation
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

/// Writers of pipes wait for those who read, until an interruption.
@Suite(.timeLimit(.minutes(1))) struct WritingControlTests {
  private static func withPipe(
    _ body: (_ reading: Int32, _ writing: Int32) throws -> Void
  ) throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    try body(ends[0], ends[1])
  }

  @Test("a pipe that nobody opens for reading", arguments: [0, 2])
  func noReader(_ questions: Int) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/p"
    try #require(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: ChainError.self) {
      try Files.write(
        [1, 2, 3], to: path, control: stopping(after: questions))
    }
    #expect(error?.kind == .interrupted)
    #expect(error?.location == path)
    #expect(error?.expected == "somebody who reads what is written")
    #expect(folder.names == ["p"])
  }

  @Test("a pipe that nobody reads on")
  func fullPipe() throws {
    try Self.withPipe { _, writing in
      let bytes = [UInt8](repeating: 7, count: 1 << 20)
      let code = Files.fill(
        writing, withAll: bytes, control: stopping(after: 2))
      #expect(code == EINTR)
    }
  }

  /// What ended a search doesn't end the writing of its plan.
  @Test("a reader gets everything after an interruption, too")
  func slowReader() throws {
    try Self.withPipe { reading, writing in
      let count = 1 << 18
      let reader = Reader(of: reading, count)
      let code = Files.fill(
        writing, withAll: [UInt8](repeating: 7, count: count),
        control: stopping(after: 0))
      #expect(code == nil)
      #expect(reader.found() == count)
    }
  }

  /// Reads so many bytes on a thread of its own.
  private final class Reader: Sendable {
    private let count = Mutex(0)
    private let isDone = DispatchSemaphore(value: 0)

    init(of descriptor: Int32, _ most: Int) {
      Thread.detachNewThread { [self] in
        var (total, block) = (0, [UInt8](repeating: 0, count: 1 << 12))
        while total < most {
          // The writer has to wait.
          usleep(100)
          let count = block.withUnsafeMutableBytes {
            read(descriptor, $0.baseAddress, $0.count)
          }
          guard count > 0 else { break }
          total += count
        }
        self.count.withLock { [total] in $0 = total }
        isDone.signal()
      }
    }

    func found() -> Int {
      isDone.wait()
      return count.withLock { $0 }
    }
  }

  /// The reader of a named pipe waits for a writer, and may be interrupted.
  @Test("a pipe that nobody opens for writing")
  func noWriter() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/p"
    try #require(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: ChainError.self) {
      try Files.read(path, control: stopping(after: 2))
    }
    #expect(error?.kind == .interrupted)
  }
}
