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

  @Test("A search that doesn't see what tied factors share says so")
  func tiedFactors() throws {
    let sizes = [2, 2, 2, 3]
    func solved(_ factors: [Int]) throws -> Solved {
      let arcs = zip([(0, 1), (1, 2), (0, 2), (2, 3)], factors)
      return try Solved(
        Problem(
          factors: (0...factors.max()!).map {
            Factor(name: "f\($0)", rows: $0 == factors[3] ? 3 : 2, columns: 2)
          },
          graph: Graph(
            vertices: sizes.enumerated().map {
              Graph.Vertex(name: "v\($0)", size: $1)
            },
            arcs: arcs.map { Graph.Arc(factor: $1, from: $0.0, to: $0.1) }))
      ).compared()
    }
    for format in [ReportFormat.markdown, .html] {
      let tied = try Report(solved([0, 0, 1, 2])).rendered(as: format)
        .replacing("&#39;", with: "'")
      #expect(tied.contains("search doesn't see what tied factors share"))
      let free = try Report(solved([0, 1, 2, 3])).rendered(as: format)
      #expect(!free.contains("tied"))
    }
  }
}
