import ArgumentParser
import ChainFormats
import Foundation

/// What somebody may have meant by a first word that names no command.
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

  /// Whether a word is a number below 0, which reads as an option.
  static func isNegative(_ word: String) -> Bool {
    word.hasPrefix("-") && Double(word) != nil
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
