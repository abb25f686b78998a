import Foundation
import Testing

/// `jchain run` on data that doubles can hardly hold.
@Suite struct VerificationCommandTests {
  /// A problem file with the entries of its factors beside it.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "verify-\(UUID().uuidString)")

    init(
      _ factors: [(name: String, entries: [[String]], structure: String?)]
    ) throws {
      try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true)
      var lines: [String] = []
      for (name, entries, structure) in factors {
        let (m, n) = (entries.count, entries[0].count)
        let columns = (0..<n).flatMap { j in entries.map { $0[j] } }
        try write(
          "%%MatrixMarket matrix array real general\n\(m) \(n)\n"
            + columns.joined(separator: "\n") + "\n", "\(name).mtx")
        lines.append(
          "{\"name\": \"\(name)\", \"rows\": \(m), \"columns\": \(n), "
            + (structure.map { "\"structure\": \($0), " } ?? "")
            + "\"data\": \"\(name).mtx\"}")
      }
      try write(
        "{\"format\": \"jacobian-chain/1\", \"factors\": ["
          + lines.joined(separator: ", ") + "]}", "problem.json")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    private func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: url.appending(path: name))
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func run(_ options: String...) throws -> Command {
      try Command(["run", path("problem.json")] + options)
    }

    /// Runs and says whether the Jacobian was written.
    func runWriting(
      _ name: String, _ options: String...
    ) throws -> (Command, isWritten: Bool) {
      let command = try Command(
        ["run", path("problem.json"), "--output", path(name)] + options)
      return (command, FileManager.default.fileExists(atPath: path(name)))
    }
  }

  /// diag(1e18, 1e299): b·a overflows at one entry, c·b at the other.
  @Test(arguments: ["J.npy", "J.mtx"])
  func anOverflowOnTheWay(_ output: String) throws {
    var b = [[String]](repeating: ["0", "0"], count: 8)
    b[0][0] = "1e308"
    b[4][1] = "1e200"
    var c = [[String]](repeating: .init(repeating: "0", count: 8), count: 2)
    c[0][0] = "1e-300"
    c[1][4] = "1e109"
    func blocks(_ rows: Int, _ columns: Int) -> String {
      "{\"blockDiagonal\": {\"count\": 2, \"rows\": \(rows), "
        + "\"columns\": \(columns)}}"
    }
    let folder = try Folder([
      ("a", [["1e10", "0"], ["0", "1e-10"]], "\"diagonal\""),
      ("b", b, blocks(4, 1)), ("c", c, blocks(1, 4)),
    ])
    let (command, isWritten) = try folder.runWriting(output)
    #expect(command.status == 70)
    #expect(!isWritten)
    #expect(command.errors.contains("overflow"))
    #expect(command.errors.contains("/steps/3"))
    #expect(command.output.contains("WRONG RESULT"))
    #expect(!command.output.contains("verified"))
  }

  @Test func anUnderflowOnTheWay() throws {
    // Wider in the middle, so that the plan takes the order that fails.
    let folder = try Folder([
      ("a", [["1e-200"]], nil), ("b", [["8e-200"], ["0"], ["1e-200"]], nil),
      (
        "c",
        (0..<3).map { i in (0..<3).map { $0 == i ? "1e300" : "0" } }, nil
      ),
    ])
    let (command, isWritten) = try folder.runWriting("J.npy")
    #expect(command.status == 70)
    #expect(!isWritten)
    #expect(command.errors.contains("an underflow"))
    #expect(command.errors.contains("b·a in the range of doubles"))
    #expect(command.errors.contains("(c·b)·a"))
  }

  /// A wrong result for which there is no time is neither told nor written.
  @Test func noTimeForAWrongResult() throws {
    let folder = try Folder([
      ("a", [["1e200"]], nil), ("b", [["1e200"]], nil),
      ("c", [["1e-200"]], nil), ("d", [["1e-200"]], nil),
    ])
    let (command, isWritten) = try folder.runWriting(
      "J.npy", "--time-limit", "0.000000001")
    #expect(command.status == 75)
    #expect(!isWritten)
    #expect(!command.output.contains("verified"))
  }

  @Test func cancellation() throws {
    let folder = try Folder([
      ("v", [["1"], ["1"]], nil),
      ("m", [["1e17", "1"], ["-1e17", "1"]], nil), ("w", [["1", "1"]], nil),
    ])
    let (command, isWritten) = try folder.runWriting("J.mtx")
    #expect(command.status == 0, "\(command.errors)")
    #expect(isWritten)
    #expect(command.output.contains("ill-conditioned: not verified"))
    let run = try #require(
      try folder.run("--format", "json").json["run"] as? [String: Any])
    #expect(run["verdict"] as? String == "ill-conditioned")
    #expect(try #require(run["errorBound"] as? Double) > 1)
    #expect(run["maxRelativeError"] != nil)
  }

  @Test func nothingLessThanADoubleHolds() throws {
    let folder = try Folder([
      ("a", [["1e200"]], nil), ("b", [["1e200"]], nil),
    ])
    let (command, isWritten) = try folder.runWriting("J.npy")
    #expect(command.status == 70)
    #expect(!isWritten)
    #expect(command.errors.contains("1.7976931348623157e+308"))
    #expect(command.errors.contains("scale the factors"))
  }

  @Test func zerosAndSmallNumbersAreVerified() throws {
    for entries in [("0", "3"), ("1e-160", "1e-160"), ("-0.0", "1e300")] {
      let folder = try Folder([
        ("a", [[entries.0, "0"]], nil), ("b", [[entries.1], ["0"]], nil),
      ])
      let run = try #require(
        try folder.run("--format", "json").json["run"] as? [String: Any])
      #expect(run["verdict"] as? String == "verified")
    }
  }

  @Test(arguments: ["nan", "inf", "1e400"])
  func dataThatAreNoNumbers(_ entry: String) throws {
    let folder = try Folder([
      ("a", [["1", "2"]], nil), ("b", [["1"], [entry]], nil),
    ])
    let (command, isWritten) = try folder.runWriting("J.npy")
    #expect(command.status == 65)
    #expect(!isWritten)
    #expect(command.errors.contains("b"))
  }

  /// On several machines, too.
  @Test func workersAreChecked() throws {
    let folder = try Folder([
      ("a", [["1e200"]], nil), ("b", [["1e200"]], nil),
      ("c", [["1e-200"]], nil), ("d", [["1e-200"]], nil),
    ])
    let command = try folder.run("--machines", "2")
    #expect(command.status == 70)
    #expect(command.errors.contains("an overflow"))
  }
}
