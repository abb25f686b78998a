import ChainBenchResults
import ChainBenchRunner
import Foundation
import Testing

/// `jchain-bench` as a process that is killed.
@Suite(.serialized) struct RunTests {
  private static let suites = ["savings", "joint", "machines"]
  private static let smoke =
    ["--smoke"] + suites.flatMap { ["--suite", $0] }

  /// The binary that this test was built with.
  private static let binary: URL = {
    var folder = URL(filePath: CommandLine.arguments[0])
    for _ in 0..<6 {
      folder.deleteLastPathComponent()
      let candidate = folder.appending(path: "jchain-bench")
      if FileManager.default.isExecutableFile(atPath: candidate.path) {
        return candidate
      }
    }
    fatalError("no jchain-bench near \(CommandLine.arguments[0])")
  }()

  /// Runs without peers, and is killed once something has happened.
  ///
  /// - Returns: how it ended, and standard error.
  private func run(
    _ folder: BenchFolder, _ chosen: [String] = smoke,
    signalling number: Int32 = SIGKILL, once isTime: (() -> Bool)? = nil
  ) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = Self.binary
    process.currentDirectoryURL = URL(filePath: BenchFolder.root)
    process.arguments =
      ["run", "--results", folder.path, "--python", "none"]
      + ["--chains", "none"] + chosen
    try folder.write(Data(), "errors.txt")
    process.standardError = try FileHandle(
      forWritingTo: URL(filePath: "\(folder.path)/errors.txt"))
    try process.run()
    if let isTime {
      while process.isRunning, !isTime() { usleep(500) }
      kill(process.processIdentifier, number)
      // Nobody waits for a run that doesn't listen.
      for _ in 0..<300 where process.isRunning {
        Thread.sleep(forTimeInterval: 0.1)
      }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    return (
      process.terminationStatus,
      String(decoding: try folder.read("errors.txt"), as: UTF8.self)
    )
  }

  private func keys(
    _ folder: BenchFolder
  ) throws -> [[ChainBenchResults.Measurement.Key]] {
    try Self.suites.map { suite in
      try ResultsFile(
        text: String(
          decoding: folder.read("\(suite).csv"), as: UTF8.self)
      ).measurements.map(\.key)
    }
  }

  /// Killed five times, then left alone: the rows of a run that
  /// wasn't disturbed.
  @Test func killedRunsGoOn() throws {
    let undisturbed = try BenchFolder(), killed = try BenchFolder()
    let whole = try run(undisturbed)
    #expect(whole.status == 0, "\(whole.errors)")
    func hasLines(_ count: Int, _ name: String) -> () -> Bool {
      {
        let bytes = (try? killed.read("\(name).csv")) ?? Data()
        return bytes.count { $0 == UInt8(ascii: "\n") } >= count
      }
    }
    for (count, name) in [
      (1, "savings"), (20, "savings"), (30, "savings"), (1, "joint"),
      (16, "machines"),
    ] {
      _ = try run(killed, once: hasLines(count, name))
    }
    let last = try run(killed)
    #expect(last.status == 0, "\(last.errors)")
    #expect(last.errors.contains("of them kept"))
    #expect(try keys(killed) == keys(undisturbed))
    #expect(try !killed.names.contains { $0.contains("previous") })
  }

  /// One line a suite and a line for what is missing, no control characters.
  @Test func silentWithoutATerminal() throws {
    let folder = try BenchFolder()
    let (status, errors) = try run(folder)
    #expect(status == 0)
    #expect(!errors.contains("\u{1B}") && !errors.contains("\r"))
    let lines = errors.split(separator: "\n")
    #expect(lines.count == 2 + Self.suites.count, "\(errors)")
    #expect(lines.first == "skipped: C++ peers, not built")
    for (suite, line) in zip(Self.suites, lines.dropFirst(2)) {
      #expect(line.hasPrefix("\(suite): "))
    }
  }

  @Test func interruptedRunsSaySo() throws {
    let folder = try BenchFolder()
    let (status, errors) = try run(
      folder, ["--suite", "machines"], signalling: SIGINT,
      once: { (try? folder.read("machines.csv")) != nil })
    #expect(status == 130, "\(errors)")
    #expect(errors.hasSuffix("stopped; the same command goes on from here\n"))
  }

  @Test func unknownSuitesAreRefused() throws {
    let folder = try BenchFolder()
    let (status, errors) = try run(folder, ["--suite", "saving"])
    #expect(status == 65)
    #expect(errors.contains("did you mean \"savings\"?"))
  }
}
