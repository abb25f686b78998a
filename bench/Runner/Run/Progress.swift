import Foundation

/// Standard error: a line that is overwritten on a terminal, and one line a
/// suite elsewhere.
package struct Progress {
  private let suite: String
  private let total: Int
  private let start = ContinuousClock.now
  private let isShown: Bool
  private var done = 0
  private var measured = 0

  /// Begins with nothing done.
  package init(
    suite: String, total: Int, isShown: Bool = isatty(STDERR_FILENO) == 1
  ) {
    self.suite = suite
    self.total = total
    self.isShown = isShown
  }

  /// Shows what is being measured now.
  func show(_ name: String) {
    guard isShown else { return }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    var line = "\(suite)  \(done)/\(total)  \(Self.time(elapsed))"
    // What an earlier run had done says nothing about the time.
    if measured > 0 {
      let left = elapsed / Double(measured) * Double(total - done)
      line += "  left \(Self.time(left))"
    }
    Self.write("\r\u{1B}[2K\(line)  \(name)")
  }

  /// Counts a task, which may have had all its rows already.
  mutating func advance(wasMeasured: Bool) {
    done += 1
    if wasMeasured { measured += 1 }
  }

  /// Ends the line.
  package func end(_ text: String) {
    Self.write((isShown ? "\r\u{1B}[2K" : "") + text + "\n")
  }

  /// Seconds since the beginning, to be read.
  package var elapsed: String {
    Self.time((ContinuousClock.now - start) / .seconds(1))
  }

  /// Writes to standard error.
  package static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let rest = whole % 60
    return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
  }
}
