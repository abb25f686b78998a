import Foundation
import Testing

/// Graphs from the command line.
@Suite struct GraphCommandTests {
  private static let residual = "problems/graphs/residual-network.json"
  private static let skip = "problems/graphs/skip.json"

  @Test func planNamesTheOrderAndTheBaselines() throws {
    let command = try Command("plan", Self.residual)
    #expect(command.status == 0, "\(command.errors)")
    let text = command.output
    #expect(text.contains("12 vertices · 14 edges · Jacobian 24 × 24"))
    // By paths, of all plans: not among orders of vertices only.
    #expect(text.contains("optimal"))
    #expect(!text.contains("optimal among orders"))
    #expect(text.contains("vertex-elimination · objective fma"))
    for row in ["forward", "reverse", "Markowitz", "optimum"] {
      #expect(text.contains("\n  \(row)"), "\(row)")
    }
    #expect(!text.contains("best split"))
  }

  @Test func reportsAreChecked() throws {
    for problem in [
      Self.residual, Self.skip, "problems/graphs/roeflux-1d.json",
    ] {
      let report = try Command("plan", problem, "--format", "json")
      let json = try report.json
      #expect(json["order"] is [String], "\(problem)")
      let baselines = try #require(json["baselines"] as? [String: Any])
      #expect(
        baselines.keys.sorted() == ["forward", "markowitz", "reverse"])
      let check = try Command("check", problem, "-", input: report.output)
      #expect(check.status == 0, "\(check.errors)")
    }
  }

  @Test func aLieAboutAGraphIsCaught() throws {
    let honest = try Command("plan", Self.residual, "--format", "json").output
    for (claim, lie, place) in [
      ("\"vertices\": 12", "\"vertices\": 11", "/problem/vertices"),
      ("\"edges\": 14", "\"edges\": 15", "/problem/edges"),
      ("\"order\": [", "\"order\": [\"x\", ", "/order"),
    ] {
      let report = honest.replacing(claim, with: lie)
      try #require(report != honest, "\(place)")
      let check = try Command("check", Self.residual, "-", input: report)
      #expect(check.status == 70)
      #expect(check.errors.contains(" \(place):"), "\(check.errors)")
    }
  }

  @Test func aPlanWithoutAnAddendIsRefused() throws {
    let plan = """
      {"format": "jacobian-chain-plan/1", "steps": [
        {"id": 0, "kind": "given", "factor": "A"},
        {"id": 1, "kind": "given", "factor": "y/u"},
        {"id": 2, "kind": "multiply", "outer": 1, "inner": 0}],
       "targets": [2]}
      """
    let check = try Command("check", Self.skip, "-", input: plan)
    #expect(check.status == 65)
    #expect(check.errors.contains("∂y/x, the sum over 3 paths"))
    #expect(check.errors.contains("/targets/0"))
  }

  @Test func runsAreVerified() throws {
    for problem in [Self.residual, Self.skip, "problems/graphs/diamond.json"] {
      let json = try Command(
        "run", problem, "--format", "json", "--baselines", "all"
      ).json
      let run = try #require(json["run"] as? [String: Any])
      #expect(run["verdict"] as? String == "verified", "\(problem)")
      let cost = try #require(json["cost"] as? [String: Any])
      #expect(run["countedFMA"] as? Int == cost["fma"] as? Int)
    }
  }

  @Test func allSolversAreCompared() throws {
    let command = try Command("compare", Self.residual)
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.output.contains("Markowitz"))
    #expect(command.output.contains("solves products, no graphs"))
  }

  @Test func makespans() throws {
    let command = try Command(
      "plan", Self.residual, "--objective", "makespan", "--machines", "2")
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.output.contains("branch-and-bound"))
  }

  @Test func drawings() throws {
    let dot = try Command("plan", Self.skip, "--format", "dot")
    #expect(dot.output.contains("subgraph cluster_graph"))
    #expect(dot.output.contains("negated identity"))
    let html = try Command("plan", Self.residual, "--format", "html")
    #expect(html.output.contains("<h2>Graph</h2>"))
    #expect(html.output.contains("edge unit"))
    let markdown = try Command("plan", Self.skip, "--format", "markdown")
    #expect(markdown.status == 0)
  }

  @Test func whatTakesProductsRefusesGraphs() throws {
    for arguments in [
      ["--solver", "hu-shing"], ["--prove"], ["--write-lp", "x.lp"],
    ] {
      let command = try Command(["plan", Self.residual] + arguments)
      #expect(command.status == 69, "\(arguments): \(command.errors)")
    }
  }
}
