import ChainFormats
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
    if let code = Files.fill(STDOUT_FILENO, withAll: Array(text.utf8)) {
      throw Files.unwritable("standard output", code)
    }
  }

  /// Writes one diagnostic line.
  static func diagnose(_ message: String) {
    _ = Files.fill(STDERR_FILENO, withAll: Array((message + "\n").utf8))
  }

  /// Overwrites the progress line; an empty text clears it.
  static func progress(_ text: String) {
    _ = Files.fill(
      STDERR_FILENO, withAll: Array("\r\u{1B}[2K\(text)".utf8))
  }
}
