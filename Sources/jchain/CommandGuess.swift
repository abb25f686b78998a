import ArgumentParser
import Foundation

/// What somebody may have meant by a first word that names no command.
struct CommandGuess {
  private let word: String
  private let names = JChain.configuration.subcommands.compactMap {
    $0.configuration.commandName
  }

  init(_ word: String) { self.word = word }

  /// The word, and what is proposed; nil for commands and options.
  var refusal: ValidationError? {
    guard !word.hasPrefix("-") || word == "-",
      !(names + ["help"]).contains(word)
    else { return nil }
    let advice =
      if isProblem {
        "Did you mean `jchain plan \(word)`?"
      } else if let nearest {
        "Did you mean '\(nearest)'?"
      } else {
        "There are \(names.dropLast().joined(separator: ", ")) and "
          + "\(names[names.count - 1])."
      }
    return ValidationError("There is no command '\(word)'. \(advice)")
  }

  /// Whether the word is what commands take: a shape or a file.
  private var isProblem: Bool {
    word == "-" || word.hasPrefix("@") || word.first?.isNumber ?? false
      || access(word, F_OK) == 0
  }

  /// The command that begins so, or differs in two letters at most.
  private var nearest: String? {
    let word = word.lowercased()
    return names.first { $0.hasPrefix(word) }
      ?? names.map { (name: $0, distance: Self.distance(word, $0)) }
      .filter { $0.distance <= 2 && $0.distance < $0.name.count - 1 }
      .min { $0.distance < $1.distance }?.name
  }

  /// How many letters have to be put in, left out or changed, or swapped with
  /// their neighbours, to make one word of the other (Damerau 1964,
  /// doi:10.1145/363958.363994).
  private static func distance(_ one: String, _ other: String) -> Int {
    let (a, b) = (Array(one), Array(other))
    var before: [Int] = []
    var above = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(row[j], above[j + 1]) + 1
        least = min(least, above[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, before[j - 1] + 1)
        }
        row.append(least)
      }
      (before, above) = (above, row)
    }
    return above[b.count]
  }
}
