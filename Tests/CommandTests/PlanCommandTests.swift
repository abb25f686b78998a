import Foundation
import Testing

@Suite struct PlanCommandTests {
  /// Hand-checked chains of one target, from the command line, as JSON.
  @Test(arguments: [
    ("1000 100 10 1", 1_010_000, 101_000, 101_000),
    ("1000 1 1000 1 1000", 3_000_000, 3_000_000, 1_002_000),
    ("30 35 15 5 10 20 25", 40_500, 47_500, 15_125),
    ("600 60 40 10 40 60 600", 24_960_000, 24_960_000, 4_368_000),
    (
      "3072 1024 256 32 256 1024 3072", 11_324_620_800, 11_324_620_800,
      520_093_696
    ),
    ("784 512 256 10", 104_767_488, 5_324_800, 5_324_800),
    (
      "60x600 60x60:diagonal 40x60 40x40:diagonal 10x40 10x10:diagonal 40x10 "
        + "40x40:diagonal 60x40 60x60:diagonal 600x60",
      25_086_000, 25_086_000, 4_370_400
    ),
    (
      Array(repeating: "200x200:banded(1,1)", count: 6)
        .joined(separator: " "), 20_750, 20_750, 19_188
    ),
    (
      "1000000x1000000:diagonal,tangent=1000000,adjoint=1000000", 1_000_000,
      1_000_000, 1_000_000
    ),
    (
      "45x117:tangent=39041,adjoint=39041 29x45:tangent=85994,adjoint=85994 "
        + "213x29:tangent=33574,adjoint=33574", 18_557_253, 33_783_717,
      5_322_370
    ),
  ])
  func handChecked(
    _ shapes: String, forward: Int, reverse: Int, optimum: Int
  ) throws {
    let arguments = shapes.split(separator: " ").map(String.init)
    let command = try Command(["plan"] + arguments + ["--format", "json"])
    #expect(command.status == 0, "\(command.errors)")
    let report = try command.json
    #expect(report["format"] as? String == "jacobian-chain-report/1")
    #expect(report["status"] as? String == "optimal")
    let cost = try #require(report["cost"] as? [String: Any])
    #expect(cost["fma"] as? Int == optimum)
    #expect(report["lowerBound"] as? Int == optimum)
    let baselines = try #require(
      report["baselines"] as? [String: [String: Any]])
    #expect(baselines["forward"]?["fma"] as? Int == forward)
    #expect(baselines["reverse"]?["fma"] as? Int == reverse)
    let plan = try #require(report["plan"] as? [String: Any])
    let steps = try #require(plan["steps"] as? [[String: Any]])
    #expect(steps.compactMap { $0["fma"] as? Int }.reduce(0, +) == optimum)
  }

  @Test func bestSplitOfSixBands() throws {
    let band = Array(repeating: "200x200:banded(1,1)", count: 6)
    let report = try Command(["plan"] + band + ["--format", "json"]).json
    let baselines = try #require(
      report["baselines"] as? [String: [String: Any]])
    #expect(baselines["bestSplit"]?["fma"] as? Int == 19_192)
  }

  @Test func savingOfOneIsSaidPlainly() throws {
    let reverse = try Command("plan", "1000", "100", "10", "1")
    #expect(reverse.output.contains("everse mode is already optimal"))
    let forward = try Command("plan", "1", "10", "100", "1000")
    #expect(forward.output.contains("orward mode is already optimal"))
  }

  @Test func sameInputSameBytes() throws {
    // Planning seconds are the only field that may differ.
    func plan() throws -> String {
      try Command("plan", "30", "35", "15", "5", "--format", "json").output
        .replacing(/"plan": [0-9.e-]+/, with: "")
    }
    #expect(try plan() == plan())
  }

  @Test func hugeDimensionsArePricedExactly() throws {
    let command = try Command(
      "plan", "10000000", "10000000", "10000000", "10000000", "--format",
      "json")
    let cost = try #require(try command.json["cost"] as? [String: Any])
    #expect(cost["fma"] as? String == "2000000000000000000000")
  }

  @Test func everyFormat() throws {
    let starts = [
      "json": "{", "markdown": "#", "html": "<!DOCTYPE html>",
      "dot": "digraph",
    ]
    for (format, start) in starts {
      let command = try Command("plan", "4", "3", "2", "--format", format)
      #expect(command.status == 0)
      #expect(
        command.output.lowercased().hasPrefix(start.lowercased()), "\(format)")
    }
  }

  @Test func severalShapeLists() throws {
    let lists = FileManager.default.temporaryDirectory
      .appending(path: "lists-\(UUID().uuidString).txt")
    try Data("# two chains\n4 3 2\n\n9 1 9\n".utf8).write(to: lists)
    defer { try? FileManager.default.removeItem(at: lists) }
    let text = try Command("plan", "@\(lists.path)")
    #expect(text.status == 0)
    let json = try Command("plan", "@\(lists.path)", "--format", "json")
    let value = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    #expect((value as? [Any])?.count == 2)
    let html = try Command("plan", "@\(lists.path)", "--format", "html")
    #expect(html.status == 65)
  }

  @Test func standardInput() throws {
    let problem = """
      {"format": "jacobian-chain/1",
       "factors": [{"rows": 3, "columns": 4}, {"rows": 2, "columns": 3}]}
      """
    let command = try Command("plan", "-", "--format", "json", input: problem)
    let cost = try #require(try command.json["cost"] as? [String: Any])
    #expect(cost["fma"] as? Int == 24)
  }

  @Test func tapeLimitOfTheCommandLine() throws {
    func fma(_ extra: String...) throws -> Int? {
      let factors = [
        "1x30:tangent=90,adjoint=90,tape=90",
        "40x1:tangent=90,adjoint=90,tape=90",
      ]
      let command = try Command(
        ["plan"] + factors + ["--format", "json"] + extra)
      return (try command.json["cost"] as? [String: Any])?["fma"] as? Int
    }
    let free = try #require(try fma())
    let limited = try #require(try fma("--tape-limit", "89"))
    #expect(free < limited)
  }

  @Test func reportsToFiles() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "reports-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let html = folder.appending(path: "r.html").path
    let both = try Command("plan", "4", "3", "2", "--output", html)
    #expect(both.output.contains("fma"))
    #expect(
      try String(contentsOfFile: html, encoding: .utf8).contains("<svg"))
    let json = folder.appending(path: "report").path
    let silent = try Command(
      "plan", "4", "3", "2", "--format", "json", "--output", json)
    #expect(silent.output.isEmpty)
    #expect(
      try String(contentsOfFile: json, encoding: .utf8).hasPrefix("{"))
  }
}
