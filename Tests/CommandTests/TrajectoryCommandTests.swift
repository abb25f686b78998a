import Foundation
import Testing

/// Long words of one tied step, from the command line.
@Suite struct TrajectoryCommandTests {
  /// A step [A B; 0 I] of ten states, A tridiagonal, and one parameter.
  private static func problem(_ words: [Int]) -> String {
    let n = 10
    var (rows, columns): ([Int], [Int]) = ([n], [n])
    for row in 0..<n {
      let reached = [row - 1, row, row + 1].filter { (0..<n).contains($0) }
      rows += [Int](repeating: row, count: reached.count + 1)
      columns += reached + [n]
    }
    let targets = words.map {
      "[" + [String](repeating: "\"S\"", count: $0).joined(separator: ",") + "]"
    }.joined(separator: ",")
    return """
      {"format": "jacobian-chain/1", "name": "trajectory", "factors": [
      {"name": "S", "rows": \(n + 1), "columns": \(n + 1), "structure":
      {"sparse": {"rowIndices": \(rows), "columnIndices": \(columns)}}}],
      "targets": [\(targets)]}
      """
  }

  /// What `plan` says survives `check`.
  private func planned(_ words: [Int]) throws -> [String: Any] {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "\(UUID().uuidString)-plan.json")
    defer { try? FileManager.default.removeItem(at: file) }
    let problem = Self.problem(words)
    let command = try Command(
      ["plan", "-", "--format", "json"], input: problem)
    #expect(command.status == 0, "\(command.errors)")
    try Data(command.output.utf8).write(to: file)
    let check = try Command(
      ["check", "-", file.path, "--format", "json"], input: problem)
    #expect(check.status == 0, "\(check.errors)")
    let (report, checked) = (try command.json, try check.json)
    let cost = try #require(report["cost"] as? [String: Any])
    let same = try #require(checked["cost"] as? [String: Any])
    #expect(cost["fma"] as? Int == same["fma"] as? Int)
    return report
  }

  @Test func aThousandTiedSteps() throws {
    let report = try planned([1000])
    #expect(report["status"] as? String == "optimal")
    let cost = try #require(report["cost"] as? [String: Any])
    #expect(report["lowerBound"] as? Int == cost["fma"] as? Int)
    let savings = try #require(report["savings"] as? [String: Double])
    #expect(savings["bestSplit"]! > 10)
  }

  @Test func allStatesOfALongTrajectory() throws {
    let report = try planned(Array(1...250))
    #expect(report["status"] as? String == "optimal")
    let savings = try #require(report["savings"] as? [String: Double])
    #expect(savings["forward"] == 1)
    #expect((report["bracketings"] as? [String])?.count == 250)
  }

  @Test func onTwoMachines() throws {
    let command = try Command(
      [
        "plan", "-", "--format", "json", "--objective", "makespan",
        "--time-limit", "20",
      ],
      input: Self.problem([300]).replacing(
        "]]}", with: "]],\"limits\":{\"machines\":2}}"))
    #expect(command.status == 0, "\(command.errors)")
  }
}
