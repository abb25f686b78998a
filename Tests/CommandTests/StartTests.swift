import Foundation
import Testing

/// However the command is started, it knows what it was asked.
@Suite struct StartTests {
  private static func run(
    _ script: String, in folder: URL
  ) throws -> (status: Int32, output: String) {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", script]
    shell.environment = ProcessInfo.processInfo.environment
      .merging(["JCHAIN": Command.binary.path]) { $1 }
    shell.currentDirectoryURL = folder
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let output = String(
      decoding: pipe.fileHandleForReading.readDataToEndOfFile(),
      as: UTF8.self)
    shell.waitUntilExit()
    return (shell.terminationStatus, output)
  }

  @Test(arguments: [
    "ln -s \"$JCHAIN\" link && ./link plan 3 4 5",
    "mkdir -p a/b && cp \"$JCHAIN\" a/j && cd a/b && ../j plan 3 4 5",
    "cp \"$JCHAIN\" j && PATH=. && j plan 3 4 5",
    // Gone while it waits for its input.
    "cp \"$JCHAIN\" j && { sleep 0.5; rm j; echo 3 4 5; } | ./j plan @/dev/stdin",
  ])
  func startedInAnyWay(_ script: String) throws {
    let folder = try Scratch()
    let (status, output) = try Self.run(script, in: folder.url)
    #expect(status == 0)
    #expect(output.contains(" · 2 factors · Jacobian 5 × 3"), "\(output)")
  }

  #if os(Linux)
    @Test(
      .enabled(if: FileManager.default.fileExists(atPath: "/bin/bash")),
      arguments: ["", "nothing", "/no/such/file"])
    func startedUnderAnyName(_ name: String) throws {
      let (status, output) = try Self.run(
        "exec bash -c 'exec -a \"$0\" \"$JCHAIN\" plan 3 4 5' '\(name)'",
        in: URL(filePath: "/"))
      #expect(status == 0)
      #expect(output.hasPrefix("3-4-5"), "\(output)")
    }

    /// A shell may have a `/proc` of its own, if the system lets it.
    private static let hides =
      (try? run(
        "unshare -m sh -c 'mount -t tmpfs none /proc' 2>/dev/null",
        in: URL(filePath: "/")))?.status == 0

    /// What the system tells there is missed, arguments aren't.
    @Test(
      .enabled(if: hides, "only root may hide /proc"),
      arguments: [
        "plan 3 4 5", "run 3 4 5", "plan 3 4 5 --objective time",
        "compare 3 4 5", "generate uniform --factors 3", "solvers", "--version",
      ])
    func withoutProc(_ words: String) throws {
      let (status, output) = try Self.run(
        "exec unshare -m sh -c 'mount -t tmpfs none /proc && "
          + "exec \"$JCHAIN\" \(words)'", in: URL(filePath: "/"))
      #expect(status == 0, "\(words)")
      #expect(!output.isEmpty && !output.hasPrefix("OVERVIEW"), "\(output)")
    }
  #endif
}
