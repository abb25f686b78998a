import Foundation
import Testing

/// Several targets, certificates and linear programs from the command line.
@Suite struct JointCommandTests {
  private static let loss = "problems/targets/loss-600-60-40-10-1.json"

  /// A build without GLPK certifies nothing.
  private static let hasGLPK: Bool = {
    let solvers = try? Command("solvers", "--format", "json").output
    return solvers?.contains("built without GLPK") == false
  }()

  private func temporary(_ name: String) -> URL {
    FileManager.default.temporaryDirectory
      .appending(path: "\(UUID().uuidString)-\(name)")
  }

  private func generated(_ family: String, _ count: Int) throws -> String {
    try Command("generate", family, "--factors", "\(count)", "--seed", "1")
      .output
  }

  @Test func aFolderTakesTheJacobiansOfAllTargets() throws {
    let folder = temporary("jacobians")
    defer { try? FileManager.default.removeItem(at: folder) }
    let command = try Command(
      "run", Self.loss, "--quiet", "--output", folder.path + "/")
    #expect(command.status == 0, "\(command.errors)")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.path)
    #expect(names.sorted() == (1...5).map { "target-\($0).npy" })
    // 1 × 600 doubles by the input, and as many bytes of header as npy has.
    let sizes = try names.map {
      try Data(contentsOf: folder.appending(path: $0)).count
    }
    #expect(sizes.contains(128 + 8 * 600))
  }

  @Test func oneFileForSeveralTargetsIsRefusedBeforeAnyWork() throws {
    let file = temporary("J.npy")
    let command = try Command("run", Self.loss, "--output", file.path)
    #expect(command.status == 65)
    #expect(command.errors.contains("name a folder"))
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test(.enabled(if: Self.hasGLPK))
  func chainsAreCertifiedByDuality() throws {
    let text = try Command("plan", "30", "35", "15", "5", "10", "--prove")
    #expect(text.status == 0)
    #expect(text.output.contains("optimal, certified by LP duality"))
    let report = try Command(
      "plan", "problems/structured/tridiagonal-6.json", "--prove",
      "--format", "json"
    ).json
    let certificate = try #require(report["certificate"] as? [String: Any])
    #expect(certificate["dualBound"] as? Int == 19_188)
    let joint = try Command("plan", Self.loss, "--prove")
    #expect(joint.status == 69)
    #expect(joint.errors.contains("shared products"))
  }

  @Test(arguments: ["plain", "balanced", "positional"])
  func programsAreWrittenTheSameEachTime(_ formulation: String) throws {
    let files = (1...2).map { temporary("\($0).lp") }
    defer { files.forEach { try? FileManager.default.removeItem(at: $0) } }
    for file in files {
      let command = try Command(
        "plan", Self.loss, "--quiet", "--write-lp", file.path,
        "--formulation", formulation)
      #expect(command.status == 0, "\(command.errors)")
    }
    let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
    #expect(texts[0] == texts[1])
    #expect(texts[0].contains("Minimize") && texts[0].hasSuffix("End\n"))
  }

  @Test(arguments: [["--node-limit", "1"], ["--gap", "99"]])
  func limitsEndASearchWithPlanAndBound(_ limit: [String]) throws {
    let command = try Command(
      ["plan", "-", "--format", "json"] + limit,
      input: try generated("comb-widths", 24))
    #expect(command.status == 75, "\(command.errors)")
    let report = try command.json
    #expect(report["status"] as? String == "feasible")
    let reason = limit[0] == "--gap" ? "gapLimit" : "nodeLimit"
    #expect(report["stopReason"] as? String == reason)
    let cost = try #require(report["cost"] as? [String: Any])
    let fma = try #require(cost["fma"] as? Int)
    #expect(try #require(report["lowerBound"] as? Int) < fma)
  }

  /// What was asked for, what stopped the search, and what is printed are one
  /// and the same gap.
  @Test(
    arguments: ["1", "7", "20", "36", "55.9"],
    [["comb-widths", "20"], ["recurrence", "9"], ["window", "12"]])
  func theGapThatIsReportedIsTheOneAskedFor(
    _ percent: String, _ family: [String]
  ) throws {
    let asked = try #require(Double(percent))
    for objective in [["--objective", "fma"], Self.makespan] {
      let problem = try Command(
        ["generate", family[0], "--factors", family[1]]
      ).output
      let command = try Command(
        ["plan", "-", "--format", "json", "--gap", percent] + objective,
        input: problem)
      let report = try command.json
      guard report["stopReason"] as? String == "gapLimit" else {
        #expect(command.status == 0)
        continue
      }
      #expect(command.status == 75)
      let cost = try #require(report["cost"] as? [String: Any])
      let plan = try #require(
        (cost["makespan"] as? Double) ?? (cost["fma"] as? Double))
      let bound = try #require(report["lowerBound"] as? Double)
      let gap = try #require(report["gap"] as? Double)
      #expect(abs(gap - (plan - bound) / plan) < 1e-15)
      #expect(gap <= asked / 100)
      try expectChecked(command.output, problem)
      let text = try Command(
        ["plan", "-", "--gap", percent] + objective, input: problem
      ).output
      let match = try #require(text.firstMatch(of: /gap at most ([0-9.]+) %/))
      #expect(try #require(Double(match.1)) <= asked)
    }
  }

  /// `check` repeats the claim, and sees through another one.
  private func expectChecked(_ report: String, _ problem: String) throws {
    let file = temporary("report.json")
    defer { try? FileManager.default.removeItem(at: file) }
    let lie = report.replacing(/"gap": [0-9.e-]+/) { _ in "\"gap\": 0.001" }
    for (text, status) in [(report, Int32(0)), (lie, 70)] {
      try Data(text.utf8).write(to: file)
      let check = try Command("check", "-", file.path, input: problem)
      #expect(check.status == status, "\(check.errors)")
      #expect(check.errors.contains("/gap: disagreement") == (status == 70))
    }
  }

  private static let makespan = ["--objective", "makespan", "--machines", "2"]

  /// At once, before the search has found anything better.
  @Test func aStoppedSearchIsNoWorseThanABaseline() throws {
    let command = try Command(
      "plan", "-", "--format", "json", "--time-limit", "0.000001",
      input: try Command("generate", "comb", "--factors", "40", "--seed", "3")
        .output)
    #expect(command.status == 75, "\(command.errors)")
    let report = try command.json
    let cost = try #require(report["cost"] as? [String: Any])
    let baselines = try #require(report["baselines"] as? [String: Any])
    let split = try #require(baselines["bestSplit"] as? [String: Any])
    let fma = try #require(cost["fma"] as? Int)
    #expect(fma <= (try #require(split["fma"] as? Int)))
  }

  @Test func anInterruptedSearchPrintsWhatItHas() throws {
    let command = try Command(
      "plan", "-", "--format", "json",
      input: try generated("recurrence", 60), interruptAfter: 1)
    #expect(command.status == 130, "\(command.errors)")
    let report = try command.json
    #expect(report["stopReason"] as? String == "interrupted")
    let cost = try #require(report["cost"] as? [String: Any])
    let fma = try #require(cost["fma"] as? Int)
    #expect(try #require(report["lowerBound"] as? Int) <= fma)
  }

  @Test func aReportOfSharedProductsIsCheckedLikeAnyOther() throws {
    let file = temporary("report.json")
    defer { try? FileManager.default.removeItem(at: file) }
    let plan = try Command(
      "plan", "problems/tied/power-63.json", "--output", file.path)
    #expect(plan.status == 0)
    let check = try Command("check", "problems/tied/power-63.json", file.path)
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.output.contains("1 000 000 fma"))
  }
}
