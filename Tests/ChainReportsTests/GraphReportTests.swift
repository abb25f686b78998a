import ChainReports
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Reports on graphs")
struct GraphReportTests {
  /// A graph whose cheapest order is none of those that need no search.
  private static func searched() throws -> Solved {
    for seed in 0..<200 as Range<UInt64> {
      var draw = GraphDraw()
      (draw.vertices, draw.matrixFree) = (10...14, 0)
      let solved = try Solved(randomGraph(seed: seed, draw)).compared()
      let known = Baseline.all(for: solved.problem).compactMap {
        solved.baselines![$0]?.fma
      }
      if known.allSatisfy({ $0 > solved.plan.fma }) { return solved }
    }
    throw NoSuchGraph()
  }

  private struct NoSuchGraph: Error {}

  @Test("A plan is called better than what has a price, and no more than that")
  func missingBaselines() throws {
    var solved = try Self.searched()
    #expect(
      Report(solved).verdict == "better than every order that needs no search")
    var told: Set<String> = []
    for calls in 0..<200 {
      solved.baselines = try Baselines(
        of: solved.problem, control: stopping(after: calls))
      let baselines = solved.baselines!
      let verdict = Report(solved).verdict
      told.insert(verdict)
      let known = Baseline.all(for: solved.problem).filter {
        baselines[$0] != nil
      }
      #expect(baselines.areAll == (known.count == 3))
      #expect(verdict.hasPrefix("nothing to hold it against") == known.isEmpty)
      #expect(
        verdict.hasSuffix("could be priced") == [1, 2].contains(known.count))
    }
    #expect(told.count == 3)
  }
}
