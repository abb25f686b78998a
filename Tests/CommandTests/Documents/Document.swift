import Foundation
import Testing

/// A Markdown document of this repository and the code in it.
struct Document: CustomTestStringConvertible {
  /// The lines between two fences, without the indentation of the first one.
  struct Block {
    /// What follows the opening fence.
    let language: String
    let lines: [String]
    /// Of the opening fence, counted from 1.
    let number: Int
  }

  let path: String
  let blocks: [Block]
  /// Code inside of sentences, where it may go on in the next line.
  let spans: [String]

  var testDescription: String { path }

  /// Reads the file at a path that starts at the package's root.
  init(_ path: String) throws {
    self.path = path
    let text = try String(
      contentsOf: Command.root.appending(path: path), encoding: .utf8)
    var blocks: [Block] = []
    var prose = ""
    var open: (language: String, indent: Int, number: Int)?
    var lines: [String] = []
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      let indent = line.prefix { $0 == " " }.count
      let isFence = line.dropFirst(indent).hasPrefix("```")
      if isFence, let block = open {
        blocks.append(
          Block(language: block.language, lines: lines, number: block.number))
        (open, lines) = (nil, [])
      } else if isFence {
        open = (String(line.dropFirst(indent + 3)), indent, index + 1)
      } else if let open {
        lines.append(String(line.dropFirst(min(indent, open.indent))))
      } else {
        prose += line.trimmingCharacters(in: .whitespaces) + " "
      }
    }
    self.blocks = blocks
    spans = prose.matches(of: /`([^`]+)`/).map { String($0.1) }
  }

  /// The pages for readers: README, the problems, the command, DocC.
  static let all: [Document] = (try? readAll()) ?? []

  private static func readAll() throws -> [Document] {
    var paths = [
      "README.md", "CONTRIBUTING.md", "problems/README.md",
      "Sources/jchain/README.md",
    ]
    let sources = Command.root.appending(path: "Sources")
    let rooms =
      (try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []
    for room in rooms.sorted() {
      let catalog = "\(room)/\(room).docc"
      let pages = try? FileManager.default.contentsOfDirectory(
        atPath: sources.appending(path: catalog).path)
      paths += (pages ?? []).sorted().map { "Sources/\(catalog)/\($0)" }
    }
    return try paths.map { try Document($0) }
  }
}
