import Foundation
import Testing

/// Files, pipes and claims that can't be trusted.
@Suite struct HostileWorldTests {
  /// A folder for one test, and a problem of two factors in it.
  private static func withFolder(
    _ factor: String, _ body: (_ folder: URL, _ problem: String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "hostile-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let problem = folder.appending(path: "chain.json")
    try Data(
      """
      {"format": "jacobian-chain/1", "factors": [
        {"rows": 2, "columns": 2},
        {"rows": 2, "columns": 2, \(factor)}
      ]}
      """.utf8
    ).write(to: problem)
    try body(folder, problem.path)
  }

  #if os(Linux)
    /// What a line of a shell ends with; JCHAIN stands for the command.
    private static func status(ofShell line: String) throws -> Int32 {
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = [
        "-c", line.replacing("JCHAIN", with: Command.binary.path),
      ]
      shell.standardOutput = FileHandle.nullDevice
      shell.standardError = FileHandle.nullDevice
      try shell.run()
      shell.waitUntilExit()
      return shell.terminationStatus
    }

    /// No text holds such a name: the file of another one would be written.
    @Test func namesThatAreNotUTF8AreRefused() throws {
      try Self.withFolder(#""structure": "diagonal""#) { folder, problem in
        let name = "\(folder.path)/\"$(printf 'p\\377.json')\""
        for line in [
          "cp \(problem) \(name); JCHAIN plan \(name)",
          "JCHAIN plan \(problem) --output \(name)",
        ] {
          let status = try Self.status(ofShell: line)
          #expect(status == 64, "\(line)")
        }
        #expect(
          !FileManager.default.fileExists(
            atPath: "\(folder.path)/p\u{FFFD}.json"))
      }
    }

    @Test func aFullDiskIsNoSuccess() throws {
      #expect(try Self.status(ofShell: "JCHAIN plan 4 3 2 > /dev/full") == 74)
      for words in [
        "--help", "--version", "help plan", "plan --help",
        "--generate-completion-script bash",
      ] {
        #expect(try Self.status(ofShell: "JCHAIN \(words) > /dev/full") == 74)
      }
      let file = try Command(
        "plan", "4", "3", "2", "--format", "json", "--output", "/dev/full")
      #expect(file.status == 74)
      #expect(file.errors.contains("a full disk"))
    }

    @Test func standardInputIsNotOverwritten() throws {
      try Self.withFolder(#""structure": "diagonal""#) { _, problem in
        let before = try Data(contentsOf: URL(filePath: problem))
        let line = "JCHAIN plan - --output \(problem) < \(problem)"
        #expect(try Self.status(ofShell: line) == 64)
        #expect(try Data(contentsOf: URL(filePath: problem)) == before)
      }
    }
  #endif

  /// Names of files, keys and factors can't write on the terminal.
  @Test func namesInErrorsArePrintable() throws {
    let name = "a\u{1B}[2Jb\u{7}\n\u{202E}c"
    let key = "\\u001b[2J\\n\\u202e"
    let document = #"{"format": "jacobian-chain/1", "factors": ["#
    try Self.withFolder("") { folder, _ in
      for (file, text) in [
        ("none", nil), ("\(name).json", "{"),
        ("key.json", document + "], \"\(key)\": 1}"),
        (
          "factor.json",
          document + #"{"name": "\#(key)", "rows": 2, "columns": 0}]}"#
        ),
        ("data.json", document + #"{"rows": 2, "\#(key)": 2}]}"#),
        (
          "target.json",
          document + #"{"rows": 1, "columns": 1}], "targets": [["\#(key)"]]}"#
        ),
      ] {
        let path = folder.appending(path: file).path
        if let text { try Data(text.utf8).write(to: URL(filePath: path)) }
        let command = try Command("plan", text == nil ? path + name : path)
        #expect(command.status == (text == nil ? 66 : 65))
        let lines = command.errors.split(
          separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5, "\(command.errors)")
        let raw = command.errors.unicodeScalars.filter {
          $0 != "\n" && ($0.value < 0x20 || $0 == "\u{202E}")
        }
        #expect(raw.isEmpty, "\(command.errors)")
      }
    }
  }

  @Test func theOtherKindOfListIsAdvised() throws {
    try Self.withFolder(#""structure": "diagonal""#) { folder, problem in
      let wrong = try Command("plan", "@\(problem)")
      #expect(wrong.status == 65)
      #expect(wrong.errors.contains("without @"), "\(wrong.errors)")
      let shapes = folder.appending(path: "shapes.txt")
      try Data("1000 10 1\n".utf8).write(to: shapes)
      let list = try Command("plan", shapes.path)
      #expect(list.status == 65)
      #expect(list.errors.contains("@FILE"), "\(list.errors)")
      #expect(try Command("plan", "@\(shapes.path)").status == 0)
    }
  }

  @Test func aPipeAsPatternDoesNotHang() throws {
    try Self.withFolder(#""structure": {"sparse": {"file": "p.mtx"}}"#) {
      folder, problem in
      let made = folder.appending(path: "p.mtx").path.withCString {
        mkfifo($0, 0o600)
      }
      try #require(made == 0)
      let command = try Command("plan", problem)
      #expect(command.status == 66)
      #expect(command.errors.contains("pipe"))
    }
  }

  /// A 2 × 2 matrix as a data file.
  private static func write(_ entries: [Double], to file: URL) throws {
    var data = Data("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) })
    let shape = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }"
    let header =
      shape + String(repeating: " ", count: 117 - shape.count) + "\n"
    data.append(contentsOf: [1, 0, UInt8(header.utf8.count), 0])
    data.append(contentsOf: header.utf8)
    for entry in entries {
      withUnsafeBytes(of: entry.bitPattern.littleEndian) {
        data.append(contentsOf: $0)
      }
    }
    try data.write(to: file)
  }

  @Test func aJacobianThatOverflowsIsNotWritten() throws {
    try Self.withFolder(#""data": "d.npy""#) { folder, problem in
      let huge = Double.greatestFiniteMagnitude
      try Self.write(
        [huge, huge, -huge, huge], to: folder.appending(path: "d.npy"))
      let path = folder.appending(path: "j.npy").path
      let command = try Command("run", problem, "--output", path)
      #expect(command.status == 70)
      #expect(command.errors.contains("a Jacobian of finite numbers"))
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// As an entry that no double holds is, and as MatrixMarket's are.
  @Test func dataOfAnotherTypeIsBadInput() throws {
    try Self.withFolder(#""data": "d.npy""#) { folder, problem in
      let file = folder.appending(path: "d.npy")
      try Self.write([1, 2, 3, 4], to: file)
      var data = try Data(contentsOf: file)
      let type = try #require(data.range(of: Data("<f8".utf8)))
      data.replaceSubrange(type, with: Data("<c8".utf8))
      try data.write(to: file)
      let command = try Command("run", problem)
      #expect(command.status == 65)
      #expect(command.errors.contains("d.npy: descr"), "\(command.errors)")
    }
  }

  @Test(arguments: ["nan", "inf"])
  func dataThatIsNoNumberIsRefused(_ value: String) throws {
    try Self.withFolder(#""data": "d.npy""#) { folder, problem in
      try Self.write(
        [1, 2, 3, try #require(Double(value))],
        to: folder.appending(path: "d.npy"))
      let command = try Command("run", problem)
      #expect(command.status == 65)
      #expect(command.errors.contains("d.npy: [1, 1]"), "\(command.errors)")
    }
  }

  @Test func aReportThatLiesIsCaught() throws {
    try Self.withFolder(#""structure": "diagonal""#) { folder, problem in
      let honest = try Command("plan", problem, "--format", "json").output
      let plan = folder.appending(path: "report.json")
      try Data(honest.utf8).write(to: plan)
      let check = try Command("check", problem, plan.path)
      #expect(check.status == 0)
      #expect(!check.output.contains("solver"))
      for (claim, lie, place) in [
        ("\"fma\": 4", "\"fma\": 3", "/cost/fma"),
        ("\"peakEntries\": 4", "\"peakEntries\": 5", "/cost/peakEntries"),
        ("\"tape\": 0", "\"tape\": 1", "/cost/tape"),
        ("\"lowerBound\": 4", "\"lowerBound\": 5", "/lowerBound"),
        (
          "\"lowerBound\": 4", "\"certificate\": {\"dualBound\": 5}",
          "/certificate/dualBound"
        ),
        ("\"tape\": 0", "\"workingBytes\": 7", "/cost/workingBytes"),
        ("\"bracketing\":", "\"order\": [], \"bracketing\":", "/order"),
        ("\"lowerBound\": 4", "\"lowerBound\": 3", "/status"),
        ("\"rows\": 2", "\"rows\": 3", "/problem/rows"),
        ("\"factors\": 2", "\"factors\": 1", "/problem/factors"),
        ("\"unit\": \"fma\"", "\"unit\": \"ns\"", "/unit"),
        (
          "\"reverse\": {\"fma\": 4}", "\"reverse\": {\"fma\": 5}",
          "/baselines/reverse"
        ),
        ("\"forward\": 1.0", "\"forward\": 1.00000001", "/savings/forward"),
        ("\"bracketing\": \"J2·J1", "\"bracketing\": \"J1·J2", "/bracketing"),
      ] {
        let report = honest.replacing(claim, with: lie, maxReplacements: 1)
        try #require(report != honest, "\(claim)")
        try Data(report.utf8).write(to: plan)
        let check = try Command("check", problem, plan.path)
        #expect(check.status == 70)
        #expect(check.errors.contains("\(place):"), "\(check.errors)")
      }
    }
  }

  /// A word that no report has says nothing that could be checked.
  @Test(arguments: ["objective", "status", "peakStatus"])
  func anUnknownWordIsRefused(_ key: String) throws {
    try Self.withFolder(#""structure": "diagonal""#) { folder, problem in
      let honest = try Command("plan", problem, "--format", "json").output
      let plan = folder.appending(path: "report.json")
      let report = honest.replacing("\"\(key)\": \"", with: "\"\(key)\": \"x")
      try #require(report != honest)
      try Data(report.utf8).write(to: plan)
      let check = try Command("check", problem, plan.path)
      #expect(check.status == 65)
      #expect(check.errors.contains("/\(key): malformed"), "\(check.errors)")
    }
  }

  @Test func aLieAboutARunIsCaught() throws {
    try Self.withFolder(#""structure": "diagonal""#) { folder, problem in
      let honest = try Command(
        "run", problem, "--format", "json", "--baselines", "all"
      ).output
      let plan = folder.appending(path: "report.json")
      for (claim, place) in [
        (#/(?s)("run": \{.*?"countedFMA": )4/#, "/run/countedFMA"),
        (
          #/(?s)("run": \{.*"reverse": \{[^}]*"countedFMA": )4/#,
          "/run/baselines/reverse/countedFMA"
        ),
      ] {
        let report = honest.replacing(claim) { "\($0.1)5" }
        try #require(report != honest)
        try Data(report.utf8).write(to: plan)
        let check = try Command("check", problem, plan.path)
        #expect(check.status == 70)
        #expect(check.errors.contains("\(place):"), "\(check.errors)")
      }
      try Data(honest.utf8).write(to: plan)
      #expect(try Command("check", problem, plan.path).status == 0)
    }
  }

  /// Nobody writes into the one or reads from the other.
  @Test(arguments: [
    ["plan", "PIPE"],
    ["plan", "4", "3", "2", "--objective", "time", "--profile", "PIPE"],
    ["plan", "4", "3", "2", "--output", "PIPE", "--format", "json"],
    ["run", "4", "3", "2", "--output", "PIPE.npy"],
    ["compare", "4", "3", "2", "--output", "PIPE", "--format", "json"],
  ])
  func aPipeWithoutAnotherEndIsInterrupted(_ words: [String]) throws {
    try Self.withFolder(#""structure": "diagonal""#) { folder, _ in
      let pipe = folder.appending(path: "pipe").path
      for path in [pipe, pipe + ".npy"] {
        try #require(mkfifo(path, 0o600) == 0)
      }
      let command = try Command(
        words.map { $0.replacing("PIPE", with: pipe) }, interruptAfter: 3)
      #expect(command.status == 130, "\(command.errors)")
      #expect(command.errors.contains("pipe"))
    }
  }

  @Test func jacobiansAreWrittenByRunOnly() throws {
    #expect(try Command("plan", "4", "3", "--output", "j.npy").status == 64)
    #expect(try Command("run", "4", "3", "--output", "j.pdf").status == 64)
  }

  @Test func tablesThatDoNotFitAreRefusedBeforehand() throws {
    let long = try Command("generate", "banded", "--factors", "20000").output
    let command = try Command("plan", "-", input: long)
    #expect(command.status == 69)
    #expect(command.errors.contains("GiB"))
  }

  @Test func pricesBeyondEveryDoubleAreSharedAndProven() throws {
    let problem = """
      {"format": "jacobian-chain/1",
       "factors": [{"name": "A", "rows": 300000, "columns": 300000}],
       "targets": [["A", "A"], ["A"]]}
      """
    let price = ["plan": "27 000 000 000 000 000", "compare": "2.70e16"]
    for (command, price) in price {
      let result = try Command(command, "-", input: problem)
      #expect(result.status == 0, "\(command)")
      #expect(result.output.contains(price), "\(command)")
    }
  }

  @Test func controlCharactersNeverReachTheTerminal() throws {
    let problem = """
      {"format": "jacobian-chain/1", "factors": [
        {"name": "a\\u001b[2J", "rows": 3, "columns": 3,
         "structure": "diagonal"}]}
      """
    for command in ["plan", "compare"] {
      let result = try Command(command, "-", input: problem)
      #expect(result.status == 0)
      #expect(!result.output.unicodeScalars.contains("\u{1B}"), "\(command)")
    }
  }
}
