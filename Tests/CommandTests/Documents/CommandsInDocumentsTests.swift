import Foundation
import Testing

/// Whoever types what is written gets what is shown.
@Suite struct CommandsInDocumentsTests {
  /// Commands that no test runs, and why.
  private static let notRun = [
    "make demo": "builds everything for release; .ci/run does it",
    "make test": "would run this test",
  ]

  /// The pages' commands run in this order, in one folder for each page, beside
  /// the problems of the repository.
  @Test(arguments: Document.all)
  func commandBlocksPrintWhatTheyShow(_ page: Document) throws {
    let folder = try Self.folder()
    for block in page.blocks where block.language.isEmpty {
      let place = "\(page.path):\(block.number)"
      let transcript = try #require(
        Transcript(block), "\(place): no commands; name the language")
      for step in transcript.steps where Self.notRun[step.command] == nil {
        let run = try Shell(step.command, in: folder.url)
        #expect(run.status == 0, "\(place): \(step.command)\n\(run.errors)")
        guard let output = step.output else { continue }
        let difference = Transcript.difference(output, run.output)
        #expect(difference == nil, "\(place): \(step.command)")
      }
    }
  }

  /// Inside of sentences; those with a FILE or “…” are patterns.
  @Test(arguments: Document.all)
  func commandsInSentencesWork(_ page: Document) throws {
    let folder = try Self.folder()
    for span in page.spans where span.hasPrefix("jchain ") {
      if span.contains("…") || span.contains(/\b[A-Z]{2,}\b/) { continue }
      let isNameAlone = span.split(separator: " ").count == 2
      let run = try Shell(isNameAlone ? span + " --help" : span, in: folder.url)
      #expect(run.status == 0, "\(page.path): \(span)\n\(run.errors)")
    }
  }

  /// Examples of the help texts begin their line.
  @Test func commandsOfHelpTextsWork() throws {
    let folder = try Self.folder()
    let overview = try Shell("jchain --help", in: folder.url).output
    let names = overview.components(separatedBy: "SUBCOMMANDS:").last!
      .matches(of: /\n  ([a-z]+) {2}/).map { String($0.1) }
    #expect(names.contains("plan") && names.contains("solvers"))
    var examples = 0
    for name in names {
      let help = try Shell("COLUMNS=999 jchain \(name) --help", in: folder.url)
      let text = help.output.components(separatedBy: "USAGE:")[0]
      for line in text.components(separatedBy: "\n")
      where line.hasPrefix("jchain ") {
        examples += 1
        let run = try Shell(line, in: folder.url)
        #expect(
          run.status == 0, "jchain \(name) --help: \(line)\n\(run.errors)")
      }
    }
    #expect(examples >= 4)
  }

  @Test func problemsInDocumentsArePlanned() throws {
    var planned = 0
    for page in Document.all {
      for block in page.blocks where block.language == "json" {
        let run = try Command(
          "plan", "-", input: block.lines.joined(separator: "\n"))
        #expect(run.status == 0, "\(page.path):\(block.number)\n\(run.errors)")
        planned += 1
      }
    }
    #expect(planned > 0)
  }

  @Test func whatIsNotRunIsWrittenSomewhere() {
    let commands = Document.all.flatMap(\.blocks).compactMap(Transcript.init)
      .flatMap(\.steps).map(\.command)
    for command in Self.notRun.keys {
      #expect(commands.contains(command), "\(command)")
    }
    #expect(commands.count > 10)
  }

  /// The comparison itself.
  @Test(
    arguments: [
      (["a", "b"], "a\nb\n", true), (["a"], "a\nb\n", false),
      (["a", "…"], "a\nb\nc\n", true), (["…", "c"], "a\nb\nc\n", true),
      (["…", "b"], "a\nb\nc\n", false), (["a", "…", "c"], "a\nb\nc\n", true),
      (["a", "…", "x", "…"], "a\nb\nc\n", false),
      (["a", "b", "c"], "a\nb", false),
      (["planned in 64.6 µs"], "planned in 1.02 ms", true),
      (["cost 64 fma"], "cost 65 fma", false), (["a", "…", "b"], "a\nb", true),
    ] as [([String], String, Bool)])
  func linesAreLeftOutOnlyWhereItIsSaid(
    _ expected: [String], _ printed: String, _ agrees: Bool
  ) {
    #expect((Transcript.difference(expected, printed) == nil) == agrees)
  }

  private static func folder() throws -> Scratch {
    let folder = try Scratch()
    try FileManager.default.createSymbolicLink(
      at: folder.url.appending(path: "problems"),
      withDestinationURL: Command.root.appending(path: "problems"))
    return folder
  }
}

/// One line for the shell, with `jchain` on its path.
private struct Shell {
  let status: Int32
  let output: String
  let errors: String

  init(_ line: String, in folder: URL) throws {
    let files = try Scratch()
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    let path = environment["PATH"] ?? "/usr/bin:/bin"
    environment["PATH"] =
      Command.binary.deletingLastPathComponent().path + ":" + path
    process.environment = environment
    let streams = try ["out", "err"].map {
      try FileHandle(forWritingTo: URL(filePath: files.write("", to: $0)))
    }
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (streams[0], streams[1])
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    output = try files.text("out")
    errors = try files.text("err")
  }
}
