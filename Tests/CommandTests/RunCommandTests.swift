import Foundation
import Testing

@Suite struct RunCommandTests {
  @Test(arguments: [
    "workloads/w01-autoencoder-600", "structured/tridiagonal-6",
    "structured/selection-both-ends",
    "workloads/w09-bundle-adjustment", "seeds/sigmoid-1000000",
    "structured/mixed-given-and-matrix-free", "structured/tape-limited",
    "structured/sparse-mesh", "targets/matrix-free-controls",
    "tied/through-time-12", "budgets/controls-under-tape",
  ])
  func verifiedCountedAndMeasured(_ name: String) throws {
    let command = try Command(
      "run", "problems/\(name).json", "--format", "json", "--baselines", "all")
    #expect(command.status == 0, "\(command.errors)")
    let report = try command.json
    let run = try #require(report["run"] as? [String: Any])
    let cost = try #require(report["cost"] as? [String: Any])
    #expect(try #require(run["maxRelativeError"] as? Double) < 1e-12)
    #expect(run["countedFMA"] as? Int == cost["fma"] as? Int)
    #expect(try #require(run["seconds"] as? Double) > 0)
    #expect(try #require(run["peakBytes"] as? Int) < 100_000_000)
    let measured = try #require(run["baselines"] as? [String: Any])
    let priced = try #require(report["baselines"] as? [String: Any])
    for baseline in ["forward", "reverse", "bestSplit"] {
      let counted = (measured[baseline] as? [String: Any])?["countedFMA"]
      let price = (priced[baseline] as? [String: Any])?["fma"]
      #expect(counted as? Int == price as? Int, "\(baseline)")
    }
  }

  /// J of (x1 + x2, x1 · x2) at (4, 5), through data files and back.
  @Test func theDataOfTheFileIsUsed() throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "J-\(UUID().uuidString).npy")
    defer { try? FileManager.default.removeItem(at: file) }
    let command = try Command(
      "run", "problems/seeds/sum-and-product.json", "--output", file.path)
    #expect(command.status == 0, "\(command.errors)")
    let values = try Data(contentsOf: file).suffix(32)
    let entries = stride(from: 0, to: 32, by: 8).map { offset in
      Double(
        bitPattern: values.dropFirst(offset).prefix(8).reversed()
          .reduce(0) { $0 << 8 | UInt64($1) })
    }
    #expect(entries == [1, 1, 5, 4])
  }

  /// Two machines: the plan takes one of three ways (of one, where there is
  /// only one processor), and the Jacobian is the same in all of them.
  @Test func machinesBecomeWorkers() throws {
    let shapes = ["run", "60", "50", "40", "4", "40", "50", "60"]
    let json = try Command(shapes + ["--machines", "2", "--format", "json"])
      .json
    let run = try #require(json["run"] as? [String: Any])
    let cost = try #require(json["cost"] as? [String: Any])
    #expect(run["countedFMA"] as? Int == cost["fma"] as? Int)
    let others = run["alternatives"] as? [[String: Any]] ?? []
    if ProcessInfo.processInfo.activeProcessorCount > 1 {
      #expect(others.count == 2)
    }
    for other in others {
      #expect(other["countedFMA"] as? Int == cost["fma"] as? Int)
      #expect(
        try #require(other["seconds"] as? Double)
          >= #require(run["seconds"] as? Double))
    }
    // With --threads there is no choice.
    let fixed = try Command(
      shapes + ["--machines", "2", "--threads", "1", "--format", "json"]
    ).json
    let only = try #require(fixed["run"] as? [String: Any])
    #expect(only["alternatives"] == nil)
    #expect(only["threads"] as? Int == 1)
  }

  @Test func sameSeedSameJacobian() throws {
    func jacobian(_ seed: String) throws -> Data {
      let file = FileManager.default.temporaryDirectory
        .appending(path: "J-\(UUID().uuidString).mtx")
      defer { try? FileManager.default.removeItem(at: file) }
      try Command(
        "run", "5", "4", "3", "--seed", seed, "--quiet", "--output", file.path)
      return try Data(contentsOf: file)
    }
    #expect(try jacobian("1") == jacobian("1"))
    #expect(try jacobian("1") != jacobian("2"))
  }

  @Test func compareNamesEverySolverAndAgreesWithWhatIsKnown() throws {
    let command = try Command(
      "compare", "problems/structured/tridiagonal-6.json")
    #expect(command.status == 0)
    for word in [
      "forward", "reverse", "best split", "hu-shing", "dynamic-programming",
      "exhaustive", "19 188", "19 192", "as proven here",
    ] {
      #expect(command.output.contains(word), "\(word)")
    }
    #expect(command.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func solversAreListed() throws {
    let json = try Command("solvers", "--format", "json").json
    let solvers = try #require(json["solvers"] as? [[String: Any]])
    #expect(
      solvers.compactMap { $0["name"] as? String }
        == [
          "hu-shing", "dynamic-programming", "shared-products",
          "branch-and-bound", "vertex-elimination", "face-elimination",
          "integer-program", "exhaustive",
        ])
    let objectives = solvers.map { $0["objectives"] as? [String] }
    #expect(objectives[0] == ["fma"] && objectives[3] == ["makespan"])
    #expect(objectives[4] == ["fma", "time"], "graphs alone")
    #expect(objectives[5] == ["fma"], "graphs alone")
  }

  @Test func generatedProblemsArePlannedAndChecked() throws {
    let draw = ["generate", "mixed", "--factors", "6", "--seed", "9"]
    let problem = try Command(draw)
    #expect(try Command(draw).output == problem.output)
    let plan = try Command(
      "plan", "-", "--format", "json", input: problem.output)
    #expect(plan.status == 0)
    let file = FileManager.default.temporaryDirectory
      .appending(path: "plan-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(plan.output.utf8).write(to: file)
    let check = try Command("check", "-", file.path, input: problem.output)
    #expect(check.status == 0, "\(check.errors)")
  }
}
