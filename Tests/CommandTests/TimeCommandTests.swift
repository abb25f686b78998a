import ChainFormats
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

@Suite struct TimeCommandTests {
  private static let chain = [
    "12x600", "12x12:diagonal", "1500x12", "1500x1500:banded(1,1)",
    "1500x1500:banded(1,1)", "40x1500",
  ]

  private static func profile(
    _ seed: UInt64, in folder: Scratch
  ) throws -> String {
    let path = folder("profile-\(seed).json")
    try Files.write(
      Array(ProfileFile.text(of: try randomProfile(seed: seed)).utf8),
      to: path)
    return path
  }

  @Test func reportsSpeakOfSecondsAndState() throws {
    let folder = try Scratch()
    let profile = try Self.profile(4, in: folder)
    let arguments = Self.chain + ["--objective", "time", "--profile", profile]
    let command = try Command(["plan"] + arguments + ["--format", "json"])
    #expect(command.status == 0, "\(command.errors)")
    let report = try command.json
    #expect(report["objective"] as? String == "time")
    #expect(report["unit"] as? String == "ns")
    #expect(report["status"] as? String == "optimal")
    let origin = try #require(report["profile"] as? [String: String])
    #expect(origin["processor"] == "seed 4")
    let cost = try #require(report["cost"] as? [String: Any])
    let seconds = try #require(cost["seconds"] as? Double)
    let bound = try #require(report["lowerBound"] as? Int)
    #expect(abs(seconds * 1e9 - Double(bound)) < 1e-3)
    #expect(cost["fma"] as? Int ?? 0 > 0)
    let baselines = try #require(
      report["baselines"] as? [String: [String: Any]])
    for (_, baseline) in baselines {
      #expect(baseline["seconds"] as? Double ?? 0 >= seconds)
    }
    let text = try Command(["plan"] + arguments).output
    #expect(text.contains("predicted · "))
    #expect(text.contains("profile   seed 4, none kernels, build test"))
    #expect(text.contains("objective time"))
    for format in ["markdown", "html", "dot"] {
      let document = try Command(["plan"] + arguments + ["--format", format])
      #expect(document.status == 0)
      #expect(!document.output.contains(" fma of makespan"))
    }
  }

  /// `--objective makespan` with a profile: nanoseconds in every format, and a
  /// check that says so.
  @Test func makespansAreSecondsWhereAProfileIsNamed() throws {
    let folder = try Scratch()
    let profile = try Self.profile(4, in: folder)
    let options = [
      "--objective", "makespan", "--machines", "2", "--profile", profile,
    ]
    let command = try Command(
      ["plan"] + Self.chain + options + ["--format", "json"])
    #expect(command.status == 0, "\(command.errors)")
    let report = try command.json
    #expect(report["unit"] as? String == "ns")
    #expect(report["objective"] as? String == "makespan")
    let machines = try #require(report["machines"] as? [String: Any])
    let serial = try #require(machines["serialPlan"] as? [String: Any])
    #expect(serial["ns"] as? Int ?? 0 > 0 && serial["fma"] == nil)
    let path = folder("report.json")
    func check(_ text: String, _ profile: String) throws -> Command {
      try Files.write(Array(text.utf8), to: path)
      return try Command(
        ["check"] + Self.chain + [
          "--machines", "2", path, "--profile", profile,
        ])
    }
    let good = try check(command.output, profile)
    #expect(good.status == 0, "\(good.errors)")
    // Tasks of other lengths than this profile says.
    let other = try check(command.output, try Self.profile(5, in: folder))
    #expect(other.status == 65 && other.errors.contains("/finish"))
    let value = try #require(command.output.firstMatch(of: /"makespan": (\d+)/))
    let tampered = try check(
      command.output.replacing(
        "\"makespan\": \(value.output.1)", with: "\"makespan\": 1",
        maxReplacements: 1), profile)
    #expect(
      tampered.status == 70 && tampered.errors.contains(" ns, the makespan"))
    let text = try Command(["plan"] + Self.chain + options).output
    #expect(text.contains("makespan") && text.contains("profile   seed 4"))
    #expect(!text.contains("fma of makespan") && !text.contains("kfma"))
    let html = try Command(
      ["plan"] + Self.chain + options + ["--format", "html"]
    ).output
    #expect(html.contains("µs") && !html.contains("kfma"))
    let compared = try Command(["compare"] + Self.chain + options).output
    #expect(compared.contains("predicted by the profile of seed 4"))
    func unit(_ options: [String]) throws -> String? {
      try Command(["compare"] + Self.chain + options + ["--format", "json"])
        .json["unit"] as? String
    }
    #expect(try unit(options) == "ns" && unit([]) == "fma")
    let refused = try Command(["plan", "3", "2", "1", "--profile", profile])
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--objective time or makespan"))
  }

  @Test func checkPredictsAgain() throws {
    let folder = try Scratch()
    let profile = try Self.profile(4, in: folder)
    let options = ["--objective", "time", "--profile", profile]
    let report = try Command(
      ["plan"] + Self.chain + options + ["--format", "json"]
    ).output
    func check(
      _ text: String, _ profile: String
    ) throws -> Command {
      let path = folder("report.json")
      try Files.write(Array(text.utf8), to: path)
      return try Command(
        ["check"] + Self.chain + [path, "--profile", profile])
    }
    let good = try check(report, profile)
    #expect(good.status == 0, "\(good.errors)")
    let value = try #require(
      report.firstMatch(of: /"seconds": ([0-9.e-]+),\s+"peakEntries"/))
    let wrong = report.replacing(
      value.output.1, with: "0.5", maxReplacements: 1)
    let tampered = try check(wrong, profile)
    #expect(tampered.status == 70)
    #expect(tampered.errors.contains("/cost/seconds"))
    let other = try check(report, try Self.profile(5, in: folder))
    #expect(other.status == 70)
    #expect(other.errors.contains("/profile/processor"))
    #expect(other.errors.contains("--profile"))
  }

  @Test func compareShowsPredictedAndMeasured() throws {
    let command = try Command(
      [
        "compare", "30", "35", "15", "5", "10", "--objective", "time",
        "--format", "json",
      ])
    #expect(command.status == 0, "\(command.errors)")
    let orders = try #require(
      try command.json["orders"] as? [[String: Any]])
    for name in [
      "forward", "reverse", "best split", "least fma", "dynamic-programming",
    ] {
      let order = try #require(orders.first { $0["name"] as? String == name })
      #expect(order["predicted"] as? Double ?? 0 > 0)
      #expect(order["measured"] as? Double ?? 0 > 0)
    }
    let text = try Command(
      ["compare", "30", "35", "15", "5", "10", "--objective", "time"]
    ).output
    #expect(text.contains("predicted"))
    #expect(text.contains("measured"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func wrongProfilesAreRefused() throws {
    let folder = try Scratch()
    let path = folder("wrong.json")
    try Files.write(Array("{\"format\": \"x\"}".utf8), to: path)
    let command = try Command(
      "plan", "3", "4", "5", "--objective", "time", "--profile", path)
    #expect(command.status == 65)
    #expect(command.errors.contains("jacobian-chain-profile/1"))
    let missing = try Command(
      "plan", "3", "4", "5", "--objective", "time", "--profile",
      folder("none.json"))
    #expect(missing.status == 66)
  }

  @Test func contradictionsAreUsageErrors() throws {
    for arguments in [
      ["plan", "3", "4", "5", "--profile", "p.json"],
      ["plan", "3", "4", "5", "--objective", "seconds"],
      ["plan", "3", "4", "5", "--objective", "time", "--prove"],
      ["calibrate", "--output", "profile.html"],
    ] {
      #expect(try Command(arguments).status == 64, "\(arguments)")
    }
    let nowhere = try Command(
      "calibrate", "--output", "/nonexistent/profile.json")
    #expect(nowhere.status == 74)
  }

  /// A run by seconds gives the Jacobian that a run by fma gives.
  @Test func runs() throws {
    let command = try Command(
      ["run"] + Self.chain + ["--objective", "time", "--format", "json"])
    #expect(command.status == 0, "\(command.errors)")
    let run = try #require(try command.json["run"] as? [String: Any])
    let cost = try #require(try command.json["cost"] as? [String: Any])
    #expect(run["countedFMA"] as? Int == cost["fma"] as? Int)
  }
}
