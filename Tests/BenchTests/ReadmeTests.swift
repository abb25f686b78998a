import ChainBenchReport
import Foundation
import Testing

/// The headline table of the README is a function of the results.
@Suite struct ReadmeTests {
  private static let root = ReportFixture.here("../..").standardizedFileURL
  private static let readme =
    (try? String(
      contentsOf: root.appending(path: "README.md"), encoding: .utf8)) ?? ""
  private static var hasMarkers: Bool {
    readme.contains("<!-- bench:begin -->")
  }

  @Test func rewrittenInPlace() throws {
    let before =
      "# A\n\n<!-- bench:begin -->\nformer\n<!-- bench:end -->\n\nend\n"
    let report = ReportFixture.report()
    let after = try #require(report.readme(before))
    #expect(after.hasPrefix("# A\n\n<!-- bench:begin -->\n| workload |"))
    #expect(after.hasSuffix("\n<!-- bench:end -->\n\nend\n"))
    #expect(after.contains("| w01-autoencoder-600 | 25.0 M | 25.0 M | 4.37 M"))
    #expect(!after.contains("former"))
    #expect(report.readme(after) == after)
  }

  /// Processor, BLAS core type and build; older results have the type in the
  /// configuration of OpenBLAS, and no build.
  @Test func figuresSayWhereTheyAreFrom() throws {
    func legend(_ change: (String) -> String) throws -> String {
      var files = ReportFixture.files
      files["seconds"] = change(try #require(files["seconds"]))
      return try #require(
        ReportFixture.report(files)
          .readme("<!-- bench:begin --><!-- bench:end -->"))
    }
    let now = try legend { $0 }
    #expect(now.contains("; BLAS core type Haswell; build tuned for AVX2."))
    let older = try legend {
      $0.replacing("# blas core: Haswell\n", with: "")
        .replacing("# build: tuned for AVX2\n", with: "")
        .replacing("0.3.21\n", with: "0.3.21 NO_AFFINITY Zen MAX_THREADS=64\n")
    }
    #expect(older.contains("; BLAS core type Zen; build not recorded."))
    let silent = try legend {
      $0.replacing("# blas core: Haswell\n", with: "")
    }
    #expect(silent.contains("BLAS core type not recorded"))
  }

  @Test func withoutMarkers() {
    let report = ReportFixture.report()
    #expect(report.readme("# A\n") == nil)
    #expect(report.readme("<!-- bench:begin -->\n") == nil)
    #expect(
      report.readme("<!-- bench:end -->\n<!-- bench:begin -->\n") == nil)
  }

  @Test func withoutResults() {
    let text = ReportFixture.report([:])
      .readme("<!-- bench:begin --><!-- bench:end -->")
    #expect(text?.contains("There are no results yet") == true)
  }

  @Test(
    "The README shows what bench/results give",
    .enabled(
      if: hasMarkers, "README.md has no <!-- bench:begin --> yet"))
  func inStep() throws {
    let results = try BenchResults(
      folder: Self.root.appending(path: "bench/results"))
    #expect(
      BenchReport(results).readme(Self.readme) == Self.readme,
      "run `jchain-bench report`")
  }
}
