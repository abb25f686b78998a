import CArguments

/// The words that a command was started with.
package enum Arguments {
  /// All of them but the name of the program.
  ///
  /// `CommandLine` reads them in `/proc` on Linux, and has none where that
  /// isn't mounted or may not be read: every command would be an empty one.
  package static let words: [String] = {
    let count = arguments_count()
    guard count >= 0 else { return Array(CommandLine.arguments.dropFirst()) }
    return (0..<count).dropFirst().map { String(cString: arguments_word($0)) }
  }()
}
