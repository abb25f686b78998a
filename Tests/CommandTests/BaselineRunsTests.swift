import Foundation
import Testing

/// Which baselines `jchain run` runs, and what it says of the others.
@Suite struct BaselineRunsTests {
  /// Forward and reverse mode cost 18 times the optimum, which is a split.
  private static let bottleneck = ["60", "60", "60", "2", "60", "60", "60"]

  private func run(
    _ words: [String], _ options: [String]
  ) throws -> (report: [String: Any], run: [String: Any]) {
    let command = try Command(["run"] + words + ["--format", "json"] + options)
    #expect(command.status == 0, "\(command.errors)")
    let report = try command.json
    return (report, try #require(report["run"] as? [String: Any]))
  }

  private func reasons(_ run: [String: Any]) -> [String: String] {
    run["notRun"] as? [String: String] ?? [:]
  }

  @Test func whatIsDearOrTheSameIsNotRun() throws {
    let (_, run) = try run(Self.bottleneck, [])
    let measured = try #require(run["baselines"] as? [String: [String: Any]])
    #expect(measured["forward"] == nil && measured["reverse"] == nil)
    // The best split is the plan, and has its measurement.
    #expect(
      measured["bestSplit"]?["seconds"] as? Double
        == run["seconds"] as? Double)
    let reasons = reasons(run)
    #expect(reasons["forward"] == "more than 5 × the fma of the plan")
    #expect(reasons["bestSplit"] == "the same steps as the plan")
  }

  /// 2 and 3 times the optimum.
  @Test func whatIsCheapAndDifferentIsRun() throws {
    let (report, run) = try run(["20", "3", "40", "3", "20"], [])
    let measured = try #require(run["baselines"] as? [String: [String: Any]])
    let priced = try #require(report["baselines"] as? [String: [String: Any]])
    for baseline in ["forward", "reverse"] {
      #expect(
        measured[baseline]?["countedFMA"] as? Int
          == priced[baseline]?["fma"] as? Int)
      #expect(reasons(run)[baseline] == nil)
    }
  }

  @Test func allArePricedOrRun() throws {
    let (report, all) = try run(Self.bottleneck, ["--baselines", "all"])
    let measured = try #require(all["baselines"] as? [String: [String: Any]])
    let priced = try #require(report["baselines"] as? [String: [String: Any]])
    for baseline in ["forward", "reverse", "bestSplit"] {
      #expect(
        measured[baseline]?["countedFMA"] as? Int
          == priced[baseline]?["fma"] as? Int)
    }
    let none = try run(Self.bottleneck, ["--baselines", "none"]).run
    #expect(none["notRun"] == nil)
    let asked = try run(Self.bottleneck, ["--baselines", "priced"]).run
    #expect(reasons(asked)["forward"] == "only the price was asked for")
    #expect(
      try Command(["run"] + Self.bottleneck + ["--baselines", "some"]).status
        == 64)
  }

  /// Forward mode makes a matrix of two terabytes here.
  @Test func aBaselineThatDoesNotFitEndsNothing() throws {
    let (report, run) = try run(
      ["500000", "1", "500000", "1"], ["--baselines", "all"])
    #expect(report["status"] as? String == "optimal")
    #expect(
      try #require(reasons(run)["forward"]).contains("don't fit into memory"))
  }

  /// Who asks for a file alone gets it from a single run.
  @Test func quietRunsGiveTheSameBits() throws {
    let folder = try Scratch()
    for (name, options) in [("a.npy", ["--quiet"]), ("b.npy", [])] {
      let command = try Command(
        ["run", "30", "4", "50", "20", "--output", name] + options,
        in: folder.url)
      #expect(
        command.status == 0 && command.output.isEmpty == (name == "a.npy"))
    }
    #expect(try folder.array("a.npy") == folder.array("b.npy"))
    #expect(folder.names == ["a.npy", "b.npy"])
  }
}
