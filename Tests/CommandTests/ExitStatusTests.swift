import Foundation
import Testing

@Suite struct ExitStatusTests {
  @Test func usage() throws {
    #expect(try Command("plan").status == 64)
    #expect(try Command("plan", "4", "3", "--format", "pdf").status == 64)
    #expect(try Command("frobnicate").status == 64)
    #expect(try Command("plan", "4", "3", "--time-limit", "0").status == 64)
  }

  @Test(
    arguments: [
      ["plan", "4", "3", "--machines", "0"],
      ["plan", "4", "3", "--tape-limit", "0"],
      ["generate", "uniform", "--tape-total", "0"], ["plan", "4", "-3"],
      ["plan", "4", "3", "--time-limit", "-1"],
    ])
  func numbersThatAreTooSmallAreNamedAsTheyWereWritten(
    _ words: [String]
  ) throws {
    let command = try Command(words)
    #expect(command.status == 64 && command.output.isEmpty)
    #expect(command.errors.contains(words[words.count - 1]))
    if words.contains("0") {
      #expect(command.errors.contains(words[words.count - 2]))
    }
  }

  @Test func badInput() throws {
    let zero = try Command("plan", "4", "0", "3")
    #expect(zero.status == 65)
    for word in ["expected", "found", "advice"] {
      #expect(zero.errors.contains(word))
    }
    #expect(zero.output.isEmpty)
    #expect(try Command("plan", "-", input: "{").status == 65)
  }

  @Test func noSuchFile() throws {
    let command = try Command("plan", "no-such-file.json")
    #expect(command.status == 66)
    #expect(command.errors.contains("no-such-file.json"))
  }

  @Test func missingSolver() throws {
    let unknown = try Command("plan", "4", "3", "--solver", "oracle")
    #expect(unknown.status == 69)
    #expect(unknown.errors.contains("dynamic-programming"))
    let other = try Command(
      "plan", "4", "3", "--solver", "hu-shing", "--objective", "makespan")
    #expect(other.status == 69)
    #expect(other.errors.contains("minimises fma, not makespan"))
  }

  @Test func infeasible() throws {
    let command = try Command(
      "plan", "4x3:adjoint=12,tape=9", "--tape-limit", "8")
    #expect(command.status == 65)
    #expect(command.errors.contains("tapePerStep"))
    #expect(command.errors.contains("J1"))
  }

  /// Long enough to plan that it can be stopped.
  private static func longProblem() throws -> String {
    try Command("generate", "matrix-free", "--factors", "1200").output
  }

  @Test func limitReachedStillPrintsAPlanAndItsBound() throws {
    let command = try Command(
      "plan", "-", "--time-limit", "0.001", "--format", "json",
      input: Self.longProblem())
    #expect(command.status == 75)
    let report = try command.json
    #expect(report["status"] as? String == "feasible")
    #expect(report["stopReason"] as? String == "timeLimit")
    #expect(report["lowerBound"] != nil)
    #expect(report["plan"] != nil)
  }

  /// Three pairs of arrowheads without their corners, with waists between them:
  /// the pattern of each product has 49 million entries, and prices need it.
  private static func heavyPatterns() -> String {
    let pairs = [7_000, 6_999, 6_998].map { n in
      let rows =
        Array(repeating: 0, count: n - 1) + (1..<n).flatMap { [$0, $0] }
      let columns = Array(1..<n) + (1..<n).flatMap { [0, $0] }
      let factor = """
        {"rows": \(n), "columns": \(n), "tangent": 2, "adjoint": 3, \
        "structure": {"sparse": {"rowIndices": \(rows), \
        "columnIndices": \(columns)}}}
        """
      return """
        {"rows": \(n), "columns": 1}, \(factor), \(factor), \
        {"rows": 1, "columns": \(n)}
        """
    }
    return """
      {"format": "jacobian-chain/1", "name": "arrows", \
      "factors": [\(pairs.joined(separator: ", "))]}
      """
  }

  @Test func limitsReachPatterns() throws {
    let limited = try Command(
      "plan", "-", "--time-limit", "0.01", input: Self.heavyPatterns())
    #expect(limited.status == 75)
    #expect(limited.errors.contains("a limit") || !limited.output.isEmpty)
    let interrupted = try Command(
      "plan", "-", input: Self.heavyPatterns(), interruptAfter: 0.75)
    #expect(interrupted.status == 130)
    #expect(
      interrupted.errors.contains("an interruption")
        || !interrupted.output.isEmpty)
  }

  /// A problem of some mebibytes, most of them blanks, as file and as input.
  @Test(arguments: ["plan", "run", "compare"])
  func limitsReachReading(_ command: String) throws {
    let scratch = try Scratch()
    let text =
      "{\"format\": \"jacobian-chain/1\", \"factors\": ["
      + String(repeating: " ", count: 3 << 20)
      + "{\"name\": \"a\", \"rows\": 2, \"columns\": 2}]}"
    let path = try scratch.write(text, to: "large.json")
    for (word, input) in [(path, ""), ("-", text)] {
      let limited = try Command(
        command, word, "--time-limit", "0.000000001", input: input)
      #expect(limited.status == 75)
      #expect(limited.errors.contains("time to read the whole file"))
      #expect(try Command(command, word, input: input).status == 0)
    }
  }

  @Test func interruptStillPrintsAPlan() throws {
    // The time limit is there so that a lost signal fails and doesn't hang.
    let command = try Command(
      "plan", "-", "--time-limit", "60", "--format", "json",
      input: Self.longProblem(), interruptAfter: 3)
    #expect(command.status == 130)
    #expect(try command.json["stopReason"] as? String == "interrupted")
  }

  /// Twenty bands, for which parts are searched much longer: with a plan that
  /// fits or without any, an interrupted search is none that came to its end.
  @Test func searchesUnderALimitOnMemoryEndAtSignals() throws {
    let command = try Command(
      ["plan"] + Array(repeating: "8000x8000:banded(1,1)", count: 20)
        + ["--memory-limit", "3963728", "--format", "json"]
        + ["--time-limit", "60"], interruptAfter: 3, by: SIGTERM)
    #expect(command.status == 143, "\(command.errors)")
    if command.output.isEmpty {
      #expect(command.errors.contains("/limits/memory: interrupted"))
    } else {
      #expect(try command.json["stopReason"] as? String == "interrupted")
    }
  }

  /// Eleven million steps take seconds to be priced and laid out: so long
  /// nobody is left without an answer.
  @Test func longPlansAreSaidToBeOnTheirWay() throws {
    let scratch = try Scratch()
    let stencil = try Command(
      "generate", "stencil", "--factors", "100", "--seed", "1")
    let path = try scratch.write(stencil.output, to: "stencil.json")
    let command = try Command("plan", path, interruptAfter: 1, by: SIGTERM)
    // A machine may be slow enough not to have read it all by then.
    #expect(
      ["stopping: what was found so far", ": interrupted"].contains {
        command.errors.contains($0)
      }, "\(command.errors)")
    #expect([0, 143].contains(command.status))
  }
}
