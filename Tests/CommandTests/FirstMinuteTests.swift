import Foundation
import Testing

/// What somebody meets who has never seen the command.
@Suite struct FirstMinuteTests {
  @Test(arguments: [
    (["pla"], "Did you mean 'plan'?"), (["comprae", "x"], "'compare'"),
    (["PLAN"], "'plan'"), (["solver"], "'solvers'"),
    (["slovers"], "'solvers'"), (["chekc"], "'check'"), (["hlep"], "'help'"),
    (["version"], "'--version'"), (["bench"], "There are plan, run"),
    (["1000", "10", "1"], "`jchain plan 1000`"), (["-"], "`jchain plan -`"),
    (["README.md"], "`jchain plan README.md`"),
    (["frobnicate"], "There are plan, run, compare, check, generate, cal"),
  ])
  func aWordThatIsNoCommandGetsAProposal(
    _ words: [String], proposal: String
  ) throws {
    let command = try Command(words)
    #expect(command.status == 64 && command.output.isEmpty)
    #expect(
      command.errors.contains("There is no command '\(words[0])'. "),
      "\(command.errors)")
    #expect(command.errors.contains(proposal), "\(command.errors)")
  }

  @Test func helpOnNoCommandGetsAProposal() throws {
    let command = try Command("help", "plann")
    #expect(command.status == 64)
    #expect(
      command.errors.contains("There is no command 'plann'. Did you mean"))
  }

  /// Behind an option, or as a size; other mistakes beside it keep their words.
  @Test func numbersBelowZeroAreNamed() throws {
    for words in [
      ["plan", "3", "-5"], ["plan", "3", "2", "--time-limit", "-5"],
    ] {
      let command = try Command(words)
      #expect(command.status == 64)
      #expect(command.errors.contains("Error: -5: sizes, limits"))
      #expect(command.errors.contains("Usage: jchain plan"))
    }
    let other = try Command(["plan", "3", "2", "--tim", "3", "-5"])
    #expect(other.errors.contains("Unknown option '--tim'"))
  }

  @Test(arguments: ["--verison", "--versoin", "--hepl", "--h"])
  func anOptionThatIsNoneGetsAProposal(_ word: String) throws {
    let command = try Command(word)
    #expect(command.status == 64 && command.output.isEmpty)
    #expect(
      command.errors.contains("There is no option '\(word)'. Did you mean '--")
    )
  }

  @Test func aForgottenPlanIsAskedFor() throws {
    let command = try Command("check", "10", "20", "30")
    #expect(command.status == 66)
    #expect(command.errors.contains("plan or report as the last argument"))
  }

  @Test(arguments: [[], ["--help"], ["help", "plan"], ["--version"]])
  func whatIsMeantIsUnderstood(_ words: [String]) throws {
    #expect(try Command(words).status == 0)
  }

  @Test(arguments: [
    "", "plan", "run", "compare", "check", "generate", "solvers",
  ])
  func helpFitsATerminal(_ name: String) throws {
    let command = try Command([name, "--help"].filter { !$0.isEmpty })
    for line in command.output.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func theVersionTellsCommitBuildAndLibraries() throws {
    let lines = try Command("--version").output.split(separator: "\n")
    let first = /0\.1\.0, commit (unknown|[0-9a-f]{12}(-dirty)?), \w+ build/
    #expect(try first.wholeMatch(in: lines[0]) != nil, "\(lines[0])")
    #expect(
      lines.dropFirst().map { $0.prefix { $0 != " " } } == [
        "products", "GLPK", "zlib",
      ])
  }

  /// A terminal is asked for its width, and gets colours unless somebody says
  /// no; a pipe has 80 columns and none, whatever the environment says.
  @Test func terminalsGetWidthAndColours() throws {
    let words = ["plan", "600", "60", "40", "10", "40", "60", "600"]
    let wide = try Pseudoterminal(columns: 130, words).output
    let narrow = try Pseudoterminal(columns: 60, words).output
    func widest(_ text: String) -> Int {
      text.replacing(/\u{1B}\[[0-9;]+m/, with: "")
        .split(whereSeparator: \.isNewline).map(\.count).max() ?? 0
    }
    #expect(widest(wide) > 80 && widest(wide) <= 130)
    #expect(widest(narrow) <= 60)
    #expect(wide.contains("\u{1B}["))
    let plain = try Pseudoterminal(
      columns: 80, words, environment: ["NO_COLOR": "1"]
    ).output
    #expect(!plain.contains("\u{1B}["))
    let dumb = try Pseudoterminal(
      columns: 80, words, environment: ["TERM": "dumb"]
    ).output
    #expect(!dumb.contains("\u{1B}["))
    let pipe = try Command(words).output
    #expect(!pipe.contains("\u{1B}["))
    #expect(widest(pipe) <= 80)
  }

  @Test func errorsWrapToTheTerminal() throws {
    let output = try Pseudoterminal(
      columns: 60, ["plan", "no-such-file.json"]
    ).output
    let lines = output.split(whereSeparator: \.isNewline)
    #expect(lines.count > 4 && lines.allSatisfy { $0.count <= 60 })
    #expect(lines[0].hasPrefix("jchain: no-such-file.json"))
  }

  @Test(arguments: [
    ["plan", "10", "20", "--objective", "flops"],
    ["plan", "--objectiv", "fma"],
    ["compare", "problems/structured/tridiagonal-6.json"], ["solvers"],
  ])
  func wordsStayWholeOnANarrowTerminal(_ words: [String]) throws {
    let narrow = try Pseudoterminal(
      columns: 60, words, environment: ["NO_COLOR": "1"]
    ).output
    let lines = narrow.split(whereSeparator: \.isNewline)
    #expect(lines.allSatisfy { $0.count <= 60 }, "\(narrow)")
    let wide = try Pseudoterminal(
      columns: 160, words, environment: ["NO_COLOR": "1"]
    ).output
    func parts(_ text: String) -> Set<Substring> {
      Set(text.split { $0.isWhitespace })
    }
    // Times differ from run to run.
    let made = parts(narrow).subtracting(parts(wide))
      .filter { Double($0) == nil }
    #expect(made.isEmpty, "\(made)")
  }
}

/// A run of the command on a terminal of its own.
private struct Pseudoterminal {
  let output: String

  init(
    columns: UInt16, _ arguments: [String], environment: [String: String] = [:]
  ) throws {
    let (leader, name) = try Self.pair()
    let follower = open(name, O_RDWR | O_NOCTTY)
    try #require(follower >= 0)
    var size = winsize(
      ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(follower, UInt(TIOCSWINSZ), &size) == 0)
    let process = Process()
    process.executableURL = Command.binary
    process.arguments = arguments
    process.environment = ["TERM": "xterm", "PATH": "/usr/bin:/bin"]
      .merging(environment) { $1 }
    process.currentDirectoryURL = Command.root
    let terminal = FileHandle(fileDescriptor: follower, closeOnDealloc: true)
    process.standardOutput = terminal
    process.standardError = terminal
    try process.run()
    // The far end is closed here, so that reading ends with the process.
    try terminal.close()
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while case let count = read(leader, &block, block.count), count > 0 {
      bytes += block[..<count]
    }
    close(leader)
    process.waitUntilExit()
    output = String(decoding: bytes, as: UTF8.self)
  }

  /// A terminal that is open at its near end, and the path of its far end.
  private static func pair() throws -> (leader: CInt, name: String) {
    #if canImport(Darwin)
      let leader = posix_openpt(O_RDWR | O_NOCTTY)
      try #require(grantpt(leader) == 0 && unlockpt(leader) == 0)
      return (leader, String(cString: try #require(ptsname(leader))))
    #else
      // TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>, macros that Swift
      // can't import, as it can't the functions that hide them.
      let leader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var (lock, number): (CInt, CInt) = (0, 0)
      try #require(ioctl(leader, 0x4004_5431, &lock) == 0)
      try #require(ioctl(leader, 0x8004_5430, &number) == 0)
      return (leader, "/dev/pts/\(number)")
    #endif
  }
}
