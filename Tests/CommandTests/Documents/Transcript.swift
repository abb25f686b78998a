import Foundation

/// Commands of a document with what they print there.
///
/// After a line `$ command` stands all that it prints, but for times; a line
/// `…` stands for any lines that are left out. Blocks without `$` are commands
/// alone, one a line, and `#` begins a comment.
struct Transcript {
  struct Step {
    let command: String
    /// nil where the document shows no output.
    var output: [String]?
  }

  var steps: [Step] = []

  /// What a line of a block of commands begins with.
  private static let programs: Set = ["jchain", "make", "swift"]

  /// nil for a block that is no list of commands.
  init?(_ block: Document.Block) {
    if block.lines.contains(where: { $0.hasPrefix("$ ") }) {
      for line in block.lines {
        if line.hasPrefix("$ ") {
          steps.append(Step(command: String(line.dropFirst(2)), output: []))
        } else if steps.isEmpty {
          return nil
        } else {
          steps[steps.count - 1].output!.append(line)
        }
      }
      return
    }
    for line in block.lines {
      let command = line.prefix { $0 != "#" }
        .trimmingCharacters(in: .whitespaces)
      guard let program = command.split(separator: " ").first else { continue }
      guard Self.programs.contains(String(program)) else { return nil }
      steps.append(Step(command: command))
    }
  }

  /// The first line that a document expects and a program didn't print, or the
  /// other way round; nil when all is there.
  static func difference(_ expected: [String], _ printed: String) -> String? {
    let expected = normalised(expected)
    let actual = normalised(printed.components(separatedBy: "\n"))
    var place = 0
    var isFree = false
    for (index, line) in expected.enumerated() {
      if line == "…" {
        isFree = true
        continue
      }
      let rest = expected[index...].prefix { $0 != "…" }
      let isLast = index + rest.count == expected.count
      if isFree {
        // All up to the next line left out, or up to the end, as one piece.
        let starts = actual.indices.filter {
          $0 >= place && actual[$0...].starts(with: rest)
            && (!isLast || actual.count - $0 == rest.count)
        }
        guard let start = starts.first else { return "no “\(line)”" }
        place = start
        isFree = false
      }
      guard place < actual.count else { return "“\(line)” is not printed" }
      guard actual[place] == line else {
        return "“\(line)” is printed as “\(actual[place])”"
      }
      place += 1
    }
    guard !isFree, place < actual.count else { return nil }
    return "“\(actual[place])” is not in the document"
  }

  /// Without times, blanks at the ends of lines, and empty lines at the end.
  private static func normalised(_ lines: [String]) -> [String] {
    var lines = lines.map { line in
      line.replacing(/[0-9][0-9.]* (ns|µs|ms|s)\b/, with: "TIME")
        .replacing(/\s+$/, with: "")
    }
    while lines.last == "" { lines.removeLast() }
    return lines
  }
}
