import Foundation
import JacobianChain
import Testing

@testable import jchain

/// `--memory-limit`, from the plan to the file.
struct MemoryLimitTests {
  @Test(arguments: [
    ("1", 1), ("512MiB", 536_870_912), ("2GB", 2_000_000_000),
    ("1.5 kib", 1536), ("0.5KB", 500), ("4611686018427387904", 1 << 62),
  ])
  func sizesAreRead(_ text: String, _ bytes: Int) {
    #expect(ByteSize(argument: text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "0", "-1", "MiB", "1 fortnight", "0.4", "1e9", "9TiBs",
    "4611686018427387905", "99999999TiB", "1.2.3GB", "٣MB",
  ])
  func whatIsNoSizeIsRefused(_ text: String) {
    #expect(ByteSize(argument: text) == nil)
  }

  @Test func plansInChunksAreCheckedAndRun() throws {
    let folder = try Scratch()
    let problem = [
      "60", "20", "3", "20", "60", "--memory-limit", "30300",
    ]
    let plan = folder("plan.json")
    let made = try Command(
      ["plan"] + problem + ["--output", plan, "--quiet"])
    #expect(made.status == 0, "\(made.errors)")
    let text = try String(contentsOfFile: plan, encoding: .utf8)
    #expect(text.contains("\"chunks\": ["))
    #expect(text.contains("\"peakBytes\": "))
    let check = try Command(["check"] + problem + [plan])
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.output.contains("parts"))
    let wrong = folder("wrong.json")
    for (a, b, place) in [
      ("\"peakBytes\": ", "\"peakBytes\": 1", "/cost/peakBytes"),
      ("\"parts\": ", "\"parts\": 9", "/chunks"),
    ] {
      try text.replacing(a, with: b, maxReplacements: 1)
        .write(toFile: wrong, atomically: true, encoding: .utf8)
      let refused = try Command(["check"] + problem + [wrong])
      #expect(refused.status != 0 && refused.errors.contains(place))
    }
  }

  @Test func aResultThatAloneDoesntFitIsComputedInItsFile() throws {
    let folder = try Scratch()
    let (whole, mapped) = (folder("a.npy"), folder("b.npy"))
    let plain = try Command(
      "run", "300", "4", "300", "--quiet", "--output", whole)
    #expect(plain.status == 0)
    let limit = ["--memory-limit", "30kB"]
    let run = try Command(
      ["run", "300", "4", "300", "--output", mapped] + limit)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("mapped .npy file"))
    #expect(run.output.contains("verified"))
    let (a, b) = (
      FileManager.default.contents(atPath: whole),
      FileManager.default.contents(atPath: mapped)
    )
    #expect(a != nil && a == b)
    let refused = try Command(["run", "300", "4", "300"] + limit)
    #expect(refused.status == 65)
    #expect(refused.errors.contains("--output J.npy"))
  }

  /// The best split costs less than the plan in chunks, and doesn't fit.
  @Test func whatDoesntFitIsNoAdvice() throws {
    let path = Command.root.appending(
      path: "problems/structured/autoencoder-activations.json"
    ).path
    let plan = try Command("plan", path, "--memory-limit", "33792")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("parts: rows in"))
    #expect(!plan.output.contains("use that instead"))
  }

  @Test func aLimitThatCantBeKeptIsRefusedWithTheLeastPeak() throws {
    let refused = try Command(
      "plan", "60", "20", "3", "20", "60", "--memory-limit", "7")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("the least peak that was found"))
    let zero = try Command("plan", "60", "3", "60", "--memory-limit", "0")
    #expect(zero.status == 64)
  }
}
