import ChainCatalog
import Foundation
import JacobianChain
import Testing

/// What shells complete: the values that there are, and names of files.
@Suite struct CompletionTests {
  /// An option or argument as `--experimental-dump-help` describes it.
  private struct Completed: Decodable {
    struct Kind: Decodable {
      struct List: Decodable { let values: [String] }
      struct File: Decodable {}
      let list: List?
      let file: File?
    }
    let valueName: String
    let allValues: [String]?
    let completionKind: Kind?
    let kind: String

    var words: [String]? { completionKind?.list?.values }
  }

  private struct Help: Decodable {
    struct Command: Decodable {
      let commandName: String
      let subcommands: [Command]?
      let arguments: [Completed]?

      var all: [Completed] {
        (arguments ?? []) + (subcommands ?? []).flatMap(\.all)
      }
    }
    let command: Command
  }

  private static func arguments() throws -> [Completed] {
    let text = try Command("--experimental-dump-help").output
    return try JSONDecoder().decode(Help.self, from: Data(text.utf8))
      .command.all
  }

  /// A parameter without such a set, or a file, has a number or a flag.
  @Test func everyFixedSetIsCompleted() throws {
    let arguments = try Self.arguments()
    for argument in arguments {
      if let values = argument.allValues {
        #expect(argument.words == values, "\(argument.valueName)")
      }
      if ["file", "problem", "problem-and-plan"].contains(argument.valueName) {
        #expect(argument.completionKind?.file != nil, "\(argument.valueName)")
      }
      if argument.valueName == "solver" {
        #expect(argument.words == ["auto"] + Catalog.solvers.map(\.name))
      }
    }
    let names = Set(arguments.filter { $0.words != nil }.map(\.valueName))
    #expect(
      names.isSuperset(of: [
        "objective", "format", "formulation", "baselines", "solver", "family",
      ]))
  }

  /// The words stand in the script of each shell, as it lists them.
  @Test(arguments: [
    ("bash", "'", "'$'\\n''", "'"), ("zsh", "('", "' '", "')"),
    ("fish", "'", " ", "'"),
  ])
  func scriptsHaveTheWords(
    _ shell: String, _ start: String, _ between: String, _ end: String
  ) throws {
    let script = try Command("--generate-completion-script", shell).output
    for argument in try Self.arguments() {
      guard let words = argument.words else { continue }
      let list = start + words.joined(separator: between) + end
      #expect(script.contains(list), "\(shell): \(list)")
    }
  }

  /// What bash and fish offer behind an option, where they are installed.
  @Test func shellsOfferThem() throws {
    let folder = try Scratch()
    for (shell, ask) in [
      (
        "/bin/bash",
        "COMP_WORDS=(jchain plan --objective ''); COMP_CWORD=3; "
          + "COMP_LINE='jchain plan --objective '; COMP_POINT=${#COMP_LINE}; "
          + "_jchain jchain '' --objective; printf '%s\\n' \"${COMPREPLY[@]}\""
      ), ("/usr/bin/fish", "complete -C 'jchain plan --objective '"),
    ] where FileManager.default.isExecutableFile(atPath: shell) {
      let name = String(shell.split(separator: "/").last!)
      let script = try folder.write(
        Command("--generate-completion-script", name).output, to: name)
      let process = Process()
      process.executableURL = URL(filePath: shell)
      process.arguments = ["-c", "source \(script); \(ask)"]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let offered = String(
        decoding: pipe.fileHandleForReading.readDataToEndOfFile(),
        as: UTF8.self)
      process.waitUntilExit()
      #expect(
        // Behind a tab fish says what the option is.
        offered.split(separator: "\n").map { $0.prefix { $0 != "\t" } }.sorted()
          == ["fma", "makespan", "time"], "\(shell): \(offered)")
    }
  }
}
