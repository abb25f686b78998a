import ChainFormats
import ChainReports
import ChainSystem
import Foundation
import JacobianChain

/// Standard output for results, standard error for everything else.
enum Terminal {
  /// Whether standard error is a terminal: progress is shown only there.
  static let showsProgress = isatty(STDERR_FILENO) == 1

  /// The columns of the terminal that results go to, which no text is wider
  /// than; 80 for a file or a pipe, so that the same run gives the same bytes.
  static let columns = columns(of: STDOUT_FILENO) ?? 80

  /// Whether results are shown in colours: on a terminal that has some, unless
  /// `NO_COLOR` is set to anything.
  static let isColoured: Bool = {
    let environment = ProcessInfo.processInfo.environment
    return isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
      && environment["NO_COLOR", default: ""].isEmpty
  }()

  /// nil unless it is a terminal. Longer lines than 160 columns are hard to
  /// read.
  private static func columns(of file: Int32) -> Int? {
    guard isatty(file) == 1 else { return nil }
    var size = winsize()
    let isKnown = ioctl(file, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return min(max(isKnown ? Int(size.ws_col) : 80, Report.leastColumns), 160)
  }

  /// Writes results; a closed pipe ends the process like any other filter.
  ///
  /// - Throws: `ChainError` when standard output takes no more: a result that
  ///   was lost must not look like success.
  static func write(_ text: String) throws(ChainError) {
    let code = Files.fill(
      STDOUT_FILENO, withAll: Array(text.utf8),
      control: Interruption.control())
    if let code {
      throw Files.unwritable("standard output", code)
    }
  }

  /// Writes diagnostic lines, without what the names of files and keys in them
  /// would do to a terminal.
  static func diagnose(_ message: String) {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { String($0).printable + "\n" }.joined()
    _ = Files.fill(STDERR_FILENO, withAll: Array(text.utf8))
  }

  /// Writes an error, its parts as wide as the terminal.
  static func diagnose(_ error: ChainError) {
    // No name makes a line of its own.
    let error = ChainError(
      error.kind, at: error.location.printable,
      expected: error.expected.printable, found: error.found.printable,
      advice: error.advice.printable)
    guard let columns = columns(of: STDERR_FILENO) else {
      return diagnose("jchain: \(error)")
    }
    let lines = error.description.split(separator: "\n").map(String.init)
    let indent = String(repeating: " ", count: 12)
    let parts = lines.dropFirst().map { line in
      line.prefix(12)
        + String(line.dropFirst(12)).wrapped(to: columns - 12)
        .joined(separator: "\n" + indent)
    }
    diagnose((["jchain: \(lines[0])"] + parts).joined(separator: "\n"))
  }

  /// Writes what is wrong with the arguments, as wide as the terminal.
  static func diagnose(usage text: String) {
    guard let columns = columns(of: STDERR_FILENO) else {
      return diagnose(text)
    }
    // Below what stands behind "Error: ", "Help:  " and "Usage: ".
    let indent = String(repeating: " ", count: 7)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let wrapped = lines.map { line in
      if String(line).columns <= columns { return String(line) }
      return line.prefix(7)
        + String(line.dropFirst(7)).wrapped(to: columns - 7)
        .joined(separator: "\n" + indent)
    }
    diagnose(wrapped.joined(separator: "\n"))
  }

  /// Overwrites the progress line; an empty text clears it.
  static func progress(_ text: String) {
    _ = Files.fill(
      STDERR_FILENO, withAll: Array("\r\u{1B}[2K\(text)".utf8))
  }
}
