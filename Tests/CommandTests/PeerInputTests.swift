import Foundation
import Testing

/// The peers' own inputs, through the command.
@Suite struct PeerInputTests {
  private static let chain = "3\n10 1 75\n5 10 22\n1 5 25\n"

  @Test func chainFilesOfADMissionStandWhereverAProblemDoes() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "peers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "problem_dense3").path
    try Data(Self.chain.utf8).write(to: URL(filePath: file))

    let plan = try Command("plan", file, "--format", "json")
    #expect(plan.status == 0, "\(plan.errors)")
    let cost = try #require(try plan.json["cost"] as? [String: Any])
    #expect(cost["fma"] as? Int == 122)
    let problem = try #require(try plan.json["problem"] as? [String: Any])
    #expect(problem["name"] as? String == "problem_dense3")

    let report = folder.appending(path: "report.json")
    try Data(plan.output.utf8).write(to: report)
    #expect(try Command("check", file, report.path).status == 0)
    #expect(try Command("compare", file).status == 0)
    #expect(try Command("plan", "-", input: Self.chain).status == 0)
    let run = try Command("run", file, "--quiet")
    #expect(run.status == 0, "\(run.errors)")

    let bad = try Command("plan", "-", input: "2\n3 4 5\n")
    #expect(bad.status == 65)
    #expect(bad.errors.contains("-:3: malformed"))
  }

  @Test func generateTakesTheFamilyInBothSpellings() throws {
    let one = try Command("generate", "jcdp", "--seed", "7")
    #expect(one.status == 0)
    let other = try Command("generate", "--family", "jcdp", "--seed", "7")
    #expect(one.output == other.output)
    #expect(one.output.contains("\"tangent\": 9107, \"adjoint\": 9107"))
    #expect(try Command("generate").status == 64)
    #expect(try Command("generate", "jcdp", "--family", "jcdp").status == 64)
  }

  @Test func optionsOverrideConfigurationsOfJcdp() throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "config-\(UUID().uuidString).in")
    defer { try? FileManager.default.removeItem(at: file) }
    let text = """
      length 1,2,3
      amount 10000
      size_range 5 50
      dag_size_range 1000 10000
      available_threads 8
      available_memory 0
      matrix_free 1
      seed 7
      """
    try Data(text.utf8).write(to: file)
    let family = ["generate", "jcdp"]
    let configured = family + ["--config", file.path, "--factors", "3"]
    let command = try Command(configured)
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.errors.contains("amount"))
    let same = try Command(
      family + [
        "--factors", "3", "--seed", "7", "--dimensions", "5-50", "--costs",
        "1000-10000", "--tangent-factors", "1", "--adjoint-factors", "1",
        "--matrix-free", "--machines", "8",
      ])
    #expect(command.output == same.output && same.errors.isEmpty)
    let changed = try Command(configured + ["--machines", "2"])
    #expect(changed.output.contains("\"machines\": 2"))

    let open = try Command(family + ["--config", file.path])
    #expect(open.status == 65 && open.errors.contains("--factors"))
    let foreign = try Command("generate", "uniform", "--config", file.path)
    #expect(foreign.status == 65)
    #expect(foreign.errors.contains("the family jcdp"))
    try Data("sed 4\n".utf8).write(to: file)
    let typo = try Command(configured)
    #expect(typo.status == 65)
    #expect(typo.errors.contains("did you mean \"seed\"?"))
  }

  @Test func optionsThatAFamilyDoesNotKnowAreRefused() throws {
    let command = try Command("generate", "uniform", "--costs", "1-2")
    #expect(command.status == 65)
    #expect(command.errors.contains("--costs: malformed"))
    #expect(
      try Command("generate", "jcdp", "--costs", "2-1").status == 64)
    #expect(
      try Command("generate", "jcdp", "--tangent-factors", "x").status == 64)
    let limited = try Command("generate", "uniform", "--machines", "2")
    #expect(limited.status == 0)
  }
}
