import Foundation
import Testing

/// How `jchain run` ends when it is told to, and when there is no room for what
/// it makes.
@Suite struct RunEndTests {
  /// Much longer than any of these tests wait.
  private static let long = ["run", "4000", "4000", "4000"]

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signalsStillPrintThePlan(_ signal: Int32, _ status: Int32) throws {
    let folder = try Scratch()
    let command = try Command(
      Self.long + ["--format", "json", "--output", folder("J.npy")],
      interruptAfter: 2, by: signal)
    #expect(command.status == status, "\(command.errors)")
    let report = try command.json
    #expect(report["status"] as? String == "optimal")
    #expect(report["lowerBound"] as? Int == 64_000_000_000)
    #expect(report["run"] == nil)
    #expect(command.errors.contains("compute, verify and write the Jacobian"))
    #expect(command.errors.contains("an interruption"))
    #expect(folder.names.isEmpty)
  }

  @Test func theTimeLimitCoversTheMeasuring() throws {
    let folder = try Scratch()
    let command = try Command(
      Self.long + [
        "--format", "json", "--output", folder("J.npy"), "--time-limit", "1",
      ])
    #expect(command.status == 75, "\(command.errors)")
    #expect(try command.json["status"] as? String == "optimal")
    #expect(command.errors.contains("compute, verify and write the Jacobian"))
    #expect(command.errors.contains("a limit"))
    #expect(folder.names.isEmpty)
  }

  /// Nobody reads at the other end, so the file is never begun.
  @Test func aPipeWithoutReadersIsSaid() throws {
    let folder = try Scratch()
    let pipe = folder("J.npy")
    #expect(mkfifo(pipe, 0o600) == 0)
    let command = try Command([
      "run", "4", "3", "2", "--quiet", "--output", pipe, "--time-limit", "1",
    ])
    #expect(command.status == 75)
    #expect(command.errors.contains("only the plan and whole files are there"))
  }

  /// What a writer left that was killed; and what only looks like it.
  @Test func leftoversAreRemoved() throws {
    let folder = try Scratch()
    try folder.write("lost", to: "J.npy.0123456789abcdef.partial")
    try folder.write("kept", to: "J.npy.mine.partial")
    try folder.write("kept", to: "K.npy.0123456789abcdef.partial")
    let command = try Command(
      ["run", "4", "3", "2", "--quiet", "--output", "J.npy"], in: folder.url)
    #expect(command.status == 0, "\(command.errors)")
    #expect(
      folder.names == [
        "J.npy", "J.npy.mine.partial", "K.npy.0123456789abcdef.partial",
      ])
  }

  /// No disk has 8 · 2^52 bytes.
  @Test func aJacobianThatFitsOnNoDiskIsNotComputed() throws {
    let folder = try Scratch()
    for output in ["J.npy", "new/"] {
      let command = try Command(
        ["run", "67108864", "1", "67108864", "--output", output],
        in: folder.url)
      #expect(command.status == 74, "\(command.errors)")
      #expect(command.errors.contains("room for 36028797018963968 bytes"))
      #expect(folder.names.isEmpty)
    }
  }

  /// Steps, factors and vectors of the verification that fit nowhere.
  @Test(
    arguments: [
      (["1099511627776x1099511627776:identity"], "/targets/0"),
      (["1099511627776x1099511627776:identity,tangent=5"], "/targets/0"),
      (["1099511627776x1099511627776:diagonal"], "/targets/0"),
      (["1x1099511627776"], "/targets/0"),
      (["67108864", "1", "67108864"], "/steps/2"),
      (["67108864", "67108864"], "/factors/0"),
    ] as [([String], String)])
  func whatDoesNotFitIsRefused(_ shapes: [String], _ place: String) throws {
    let command = try Command(["run"] + shapes)
    #expect(command.status == 65)
    #expect(command.output.isEmpty)
    #expect(command.errors.hasPrefix("jchain: \(place): tooLarge"))
    #expect(command.errors.contains("which fit into memory"))
  }

  #if os(Linux)
    @Test(arguments: [
      "run 2147483648x2147483648:identity", "run 5000 5000", "run 9000 1 9000",
      "run 9000 1 9000 --quiet --output J.npy",
    ])
    func littleMemoryIsRefusedToo(_ words: String) throws {
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = [
        "-c", "ulimit -v 300000; \(Command.binary.path) \(words) 2>/dev/null",
      ]
      let folder = try Scratch()
      shell.currentDirectoryURL = folder.url
      try shell.run()
      shell.waitUntilExit()
      #expect(shell.terminationReason == .exit)
      #expect(shell.terminationStatus == 65)
      #expect(folder.names.isEmpty)
    }
  #endif
}
