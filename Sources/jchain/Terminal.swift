import Foundation
import JacobianChain

/// Standard output for results, standard error for everything else.
enum Terminal {
  /// Whether standard error is a terminal: progress is shown only there.
  static let showsProgress = isatty(STDERR_FILENO) == 1

  /// Writes results; a closed pipe ends the process like any other filter.
  ///
  /// - Throws: `ChainError` when standard output takes no more: a result that
  ///   was lost must not look like success.
  static func write(_ text: String) throws(ChainError) {
    guard write(Array(text.utf8), to: STDOUT_FILENO) else {
      throw ChainError(
        .missingFile, at: "standard output", expected: "a place to write to",
        found: String(cString: strerror(errno)),
        advice: "free some space, or name a file with --output")
    }
  }

  /// Writes one diagnostic line.
  static func diagnose(_ message: String) {
    write(Array((message + "\n").utf8), to: STDERR_FILENO)
  }

  /// Overwrites the progress line; an empty text clears it.
  static func progress(_ text: String) {
    write(Array("\r\u{1B}[2K\(text)".utf8), to: STDERR_FILENO)
  }

  @discardableResult
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let base = UnsafeRawBufferPointer(rebasing: rest)
        let count = Foundation.write(descriptor, base.baseAddress, base.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
