import Foundation
import Testing

/// `--objective makespan --machines P`, from plan to check.
@Suite struct MakespanCommandTests {
  private static let chain = [
    "45x117:tangent=39041,adjoint=39041",
    "29x45:tangent=85994,adjoint=85994",
    "213x29:tangent=33574,adjoint=33574",
  ]

  private static func plan(
    _ problem: [String], _ options: String...
  ) throws -> [String: Any] {
    let command = try Command(
      ["plan"] + problem + ["--objective", "makespan", "--format", "json"]
        + options)
    #expect(command.status == 0, "\(command.errors)")
    return try command.json
  }

  private static func makespan(_ report: [String: Any]) -> Int? {
    (report["cost"] as? [String: Any])?["makespan"] as? Int
  }

  @Test func aScheduleIsReportedWithWhatItGains() throws {
    let report = try Self.plan(Self.chain, "--machines", "2")
    #expect(report["objective"] as? String == "makespan")
    let makespan = try #require(Self.makespan(report))
    #expect(makespan == 3_453_200)
    #expect(report["status"] as? String == "optimal")
    #expect(report["lowerBound"] as? Int == makespan)
    let tasks = try #require(report["schedule"] as? [[String: Int]])
    #expect(tasks.compactMap { $0["finish"] }.max() == makespan)
    #expect(Set(tasks.compactMap { $0["machine"] }).isSubset(of: [0, 1]))
    let machines = try #require(report["machines"] as? [String: Any])
    #expect(machines["count"] as? Int == 2)
    let serial = try #require(machines["serialPlan"] as? [String: Any])
    #expect(serial["fma"] as? Int == 5_322_370)
    #expect(serial["makespan"] as? Int == 4_348_724)
    let savings = try #require(report["savings"] as? [String: Double])
    #expect(savings["forward"] == 18_557_253.0 / Double(makespan))
    let baselines = try #require(
      report["baselines"] as? [String: [String: Int]])
    #expect(baselines["forward"]?["makespan"] == 18_557_253)
    #expect(baselines["bestSplit"]?["fma"] == 5_322_370)
  }

  @Test func aLieAboutTheSerialPlanIsCaught() throws {
    let words = Self.chain + ["--machines", "2"]
    let honest = try Command(
      ["plan"] + words + ["--objective", "makespan", "--format", "json"]
    ).output
    func check(_ report: String) throws -> Command {
      try Command(["check"] + words + ["-"], input: report)
    }
    #expect(try check(honest).status == 0)
    let serial = #/(?s)("serialPlan": \{.*?"fma": )5322370/#
    let makespan = #/(?s)("serialPlan": \{.*?"makespan": )4348724/#
    for (report, place) in [
      // More than the plan of the report takes on one machine.
      (honest.replacing(serial) { "\($0.1)99999999" }, "serialPlan/fma"),
      (honest.replacing(serial) { "\($0.1)1" }, "serialPlan/fma"),
      // Neither less than half of the work on two machines nor more than it.
      (honest.replacing(makespan) { "\($0.1)2661184" }, "serialPlan/makespan"),
      (honest.replacing(makespan) { "\($0.1)5322371" }, "serialPlan/makespan"),
      (honest.replacing(makespan) { "\($0.1)3453199" }, "/status"),
    ] {
      try #require(report != honest, "\(place)")
      let refused = try check(report)
      #expect(refused.status == 70, "\(place)")
      #expect(refused.errors.contains("\(place):"), "\(refused.errors)")
    }
  }

  @Test func oneMachineTakesTheWork() throws {
    let report = try Self.plan(Self.chain, "--machines", "1")
    #expect(report["status"] as? String == "optimal")
    #expect(Self.makespan(report) == 5_322_370)
  }

  @Test func anyNumberOfMachinesAndHugeNumbersOfThem() throws {
    let free = try Self.plan(Self.chain)
    let machines = try #require(free["machines"] as? [String: Any])
    #expect(machines["count"] is NSNull)
    let huge = try Self.plan(Self.chain, "--machines", "9223372036854775807")
    let most = try #require(huge["machines"] as? [String: Any])
    #expect(most["count"] is String)
    #expect(try #require(most["used"] as? Int) <= 3)
    let makespan = try #require(Self.makespan(huge))
    #expect(try #require(Self.makespan(free)) >= makespan)
    #expect(makespan == 3_369_220)
  }

  @Test func pricesBeyond64BitsHaveASchedule() throws {
    let report = try Self.plan(
      Array(repeating: "1000000000x1000000000", count: 5))
    let cost = try #require(report["cost"] as? [String: Any])
    #expect(cost["makespan"] is String)
    let tasks = try #require(report["schedule"] as? [[String: Any]])
    #expect(tasks.contains { $0["start"] is String })
  }

  @Test(arguments: ["text", "json", "markdown", "html", "dot"])
  func everyFormat(_ format: String) throws {
    let command = try Command(
      "plan", "problems/targets/windows-12-of-4.json", "--objective",
      "makespan", "--machines", "4", "--format", format)
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.output.contains("achine"))
  }

  @Test func anFMAPlanOnMachinesSaysHowLongItTakes() throws {
    let command = try Command(["plan"] + Self.chain + ["--machines", "2"])
    #expect(command.output.contains("on 2 machines this plan takes 4 348 724"))
    let one = try Command(["plan"] + Self.chain + ["--machines", "1"])
    #expect(!one.output.contains("machine"))
  }

  @Test func compareHoldsMakespansSideBySide() throws {
    let command = try Command(
      ["compare"] + Self.chain + ["--objective", "makespan", "--machines", "2"])
    #expect(command.status == 0, "\(command.errors)")
    for word in ["least work", "branch-and-bound", "makespan", "18 557 253"] {
      #expect(command.output.contains(word), "\(word)")
    }
    #expect(
      command.output.contains(" minimises fma, not makespan"))
    #expect(command.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let huge = try Command(
      ["compare"] + Array(repeating: "100000000x100000000", count: 3)
        + ["--objective", "makespan", "--machines", "2"])
    #expect(huge.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func aKnownMakespanIsHeldAgainstTheProvenOne() throws {
    func compare(_ known: Int) throws -> Command {
      try Command(
        "compare", "-", "--objective", "makespan",
        input: """
          {"format": "jacobian-chain/1", "limits": {"machines": 1},
           "factors": [{"rows": 3, "columns": 4}, {"rows": 2, "columns": 3}],
           "known": {"makespan": \(known)}}
          """)
    }
    #expect(try compare(24).status == 0)
    let wrong = try compare(23)
    #expect(wrong.status == 65)
    #expect(wrong.errors.contains("/known/makespan"))
  }

  @Test func certificatesAreOfFMA() throws {
    let command = try Command(
      "plan", "4", "3", "2", "--objective", "makespan", "--prove")
    #expect(command.status == 64)
  }
}
