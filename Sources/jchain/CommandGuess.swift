import ArgumentParser
import ChainFormats
import Foundation

/// What somebody may have meant by a word in the place of a command, which is
/// none.
struct CommandGuess {
  private let word: String
  private let names = JChain.configuration.subcommands.compactMap {
    $0.configuration.commandName
  }
  private let options = ["--help", "--version"]

  init(_ word: String) { self.word = word }

  /// The word, and what is proposed; nil for commands, and for options that are
  /// right or nothing like the right ones.
  var refusal: ValidationError? {
    if (names + options + ["help"]).contains(word) { return nil }
    if word.hasPrefix("-"), word != "-" {
      return nearest(among: options).map {
        ValidationError("There is no option '\(word)'. Did you mean '\($0)'?")
      }
    }
    let advice =
      if isProblem {
        "Did you mean `jchain plan \(word)`?"
      } else if let nearest = nearest(among: names + ["help"])
        ?? options.first(where: { $0.dropFirst(2) == word.lowercased() })
      {
        "Did you mean '\(nearest)'?"
      } else {
        "There are \(names.dropLast().joined(separator: ", ")) and "
          + "\(names[names.count - 1])."
      }
    return ValidationError("There is no command '\(word)'. \(advice)")
  }

  /// What is said of refused arguments. A number below 0 reads as an option,
  /// which is no help to whoever wrote it as a size, or behind an option.
  ///
  /// - Parameters:
  ///   - text: all that is said.
  ///   - reason: the part of it that says what is wrong.
  static func explained(
    _ text: String, _ reason: String, _ arguments: [String]
  ) -> String {
    let negative = arguments.first { word in
      word.hasPrefix("-") && Double(word) != nil
        && (reason.contains("'\(word)'") || reason.hasPrefix("Missing value"))
    }
    guard let negative else { return text }
    return text.replacing(
      reason, with: "\(negative): sizes, limits and seeds are positive numbers",
      maxReplacements: 1)
  }

  /// Whether the word is what commands take: a shape or a file.
  private var isProblem: Bool {
    if word == "-" || word.hasPrefix("@") || word.first?.isNumber ?? false {
      return true
    }
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(
      atPath: word, isDirectory: &isFolder) && !isFolder.boolValue
  }

  /// The one that begins so, or is spelt nearly so.
  private func nearest(among names: [String]) -> String? {
    let word = word.lowercased()
    return names.first { !word.isEmpty && $0.hasPrefix(word) && word != "--" }
      ?? Spelling.nearest(to: word, among: names)
  }
}
