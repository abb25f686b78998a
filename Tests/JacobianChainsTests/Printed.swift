import Synchronization

/// What `print` prints, kept for the test instead.
enum Printed {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  @TaskLocal private static var lines: Lines?

  /// The lines that `body` prints.
  static func collect(_ body: () throws -> Void) throws -> [String] {
    let lines = Lines()
    try $lines.withValue(lines, operation: body)
    return lines.all.withLock { $0 }
  }

  fileprivate static func add(_ line: String) {
    lines?.all.withLock { $0.append(line) }
  }
}

/// Takes the place of the standard library's in this module.
func print(
  _ items: Any..., separator: String = " ", terminator: String = "\n"
) {
  Printed.add(items.map { "\($0)" }.joined(separator: separator))
}
