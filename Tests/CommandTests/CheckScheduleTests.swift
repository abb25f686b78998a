import Foundation
import Testing

/// Schedules that come back from a file, honest and not.
@Suite struct CheckScheduleTests {
  private static let problem = "problems/targets/windows-12-of-4.json"

  /// Plans, changes the report, and checks it.
  private func check(
    _ options: [String] = [], change: (String) -> String = { $0 }
  ) throws -> (command: Command, file: String) {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "schedule-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let plan = try Command(
      "plan", Self.problem, "--objective", "makespan", "--machines", "3",
      "--format", "json")
    #expect(plan.status == 0, "\(plan.errors)")
    let report = change(plan.output)
    try Data(report.utf8).write(to: file)
    return (
      try Command(["check", Self.problem, file.path] + options), file.path
    )
  }

  @Test func anHonestScheduleComesBack() throws {
    for options in [[], ["--machines", "3"]] {
      let (command, _) = try check(options)
      #expect(command.status == 0, "\(command.errors)")
      #expect(command.output.contains("objective makespan"))
      #expect(command.output.contains("━ critical path"))
    }
  }

  /// The bound of a plan for the least work is above its makespan.
  @Test func aPlanForTheWorkMayHaveASchedule() throws {
    let folder = try Scratch()
    let plan = try Command(
      "plan", Self.problem, "--machines", "3", "--format", "json")
    let file = try folder.write(plan.output, to: "plan.json")
    let command = try Command("check", Self.problem, "--machines", "3", file)
    #expect(command.status == 0, "\(command.errors)")
  }

  @Test func tooManyMachinesAreRefused() throws {
    let (command, file) = try check(["--machines", "2"])
    #expect(command.status == 65)
    #expect(command.errors.contains("\(file): /schedule/"))
    #expect(command.errors.contains("a machine from 0 to 1"))
  }

  /// The first task begins one fma late, and nobody noticed.
  @Test func aTamperedScheduleIsCaught() throws {
    let (command, file) = try check {
      $0.replacing("\"start\": 0,", with: "\"start\": 1,", maxReplacements: 1)
    }
    #expect(command.status == 65)
    let lines = command.errors.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.first == "jchain: \(file): /schedule/0/finish: invalidPlan")
    #expect(
      command.errors.contains("expected  start plus the step's price of "))
    #expect(command.errors.contains("after a start at 1\n"))
    #expect(
      command.errors.contains("advice    a step runs without a pause\n"))
  }

  @Test func aLieAboutTheMakespanIsCaught() throws {
    let (command, file) = try check {
      $0.replacing(
        /"makespan": [0-9]+,\s+"seconds"/,
        with: { _ in "\"makespan\": 7, \"seconds\"" })
    }
    #expect(command.status == 70)
    #expect(command.errors.contains("\(file): /cost/makespan: disagreement"))
    #expect(command.errors.contains("the makespan of the schedule"))
  }

  /// Each with what stands behind the key, and what is put there.
  @Test(arguments: [
    ("used", "", "1", "used"), ("idle", "", "1", "idle"),
    ("fma", "", "1", "criticalPath/fma"),
    ("steps", "[", "[0, 1, ", "criticalPath/steps"),
    ("speedUp", "", "1", "speedUp"),
  ])
  func aLieAboutTheMachinesIsCaught(
    _ key: String, _ claim: String, _ lie: String, _ place: String
  ) throws {
    let (command, file) = try check { report in
      guard let start = report.range(of: "\"machines\": {")?.lowerBound
      else { return report }
      return report[..<start]
        + String(report[start...]).replacing(
          "\"\(key)\": \(claim)", with: "\"\(key)\": \(lie)",
          maxReplacements: 1)
    }
    #expect(command.status == 70, "\(command.errors)")
    #expect(
      command.errors.contains("\(file): /machines/\(place): disagreement"),
      "\(command.errors)")
  }

  /// On the machines of the report; others say nothing of them.
  @Test func aLieAboutABaselineIsCaught() throws {
    for baseline in ["forward", "reverse", "bestSplit"] {
      let lie: (String) -> String = { report in
        report.split(separator: "\n").map { line in
          line.contains("\"\(baseline)\": {")
            ? line.replacing("\"makespan\": ", with: "\"makespan\": 1")
            : line
        }.joined(separator: "\n")
      }
      let (command, file) = try check(["--machines", "3"], change: lie)
      #expect(command.status == 70)
      #expect(
        command.errors.contains(
          "\(file): /baselines/\(baseline)/makespan: disagreement"),
        "\(command.errors)")
      #expect(try check(change: lie).command.status == 0)
    }
    let (command, file) = try check(["--machines", "3"]) {
      $0.replacing(/"forward": [0-9.]+/, with: { _ in "\"forward\": 1.5" })
    }
    #expect(command.status == 70)
    #expect(command.errors.contains("\(file): /savings/forward: disagreement"))
  }

  @Test func aMakespanWithoutAScheduleIsNoProof() throws {
    let (command, _) = try check {
      $0.replacing("\"schedule\": [", with: "\"agenda\": [")
    }
    #expect(command.status == 70)
    #expect(command.errors.contains("a schedule that shows it"))
  }
}
