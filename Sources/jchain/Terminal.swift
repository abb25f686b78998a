import Foundation

/// Standard output for results, standard error for everything else.
enum Terminal {
  /// Whether standard error is a terminal: progress is shown only there.
  static let showsProgress = isatty(STDERR_FILENO) == 1

  /// Writes results; a closed pipe ends the process like any other filter.
  static func write(_ text: String) {
    write(Array(text.utf8), to: STDOUT_FILENO)
  }

  /// Writes one diagnostic line.
  static func diagnose(_ message: String) {
    write(Array((message + "\n").utf8), to: STDERR_FILENO)
  }

  /// Overwrites the progress line; an empty text clears it.
  static func progress(_ text: String) {
    write(Array("\r\u{1B}[2K\(text)".utf8), to: STDERR_FILENO)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let base = UnsafeRawBufferPointer(rebasing: rest)
        let count = Foundation.write(descriptor, base.baseAddress, base.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}
