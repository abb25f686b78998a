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

  /// The first word that isn't UTF-8, as far as it can be shown: in `words` it
  /// is another one, the name of another file. nil when all of them are.
  package static let foreign: String? =
    (0..<max(0, arguments_count())).dropFirst()
    .first { String(validatingCString: arguments_word($0)) == nil }
    .map { String(cString: arguments_word($0)) }
}
