import ChainCatalog
import ChainSolvers
import JacobianChain
import Testing

/// Products whose pattern is no closed form and has more entries than are held.
@Suite struct UnheldPatternTests {
  /// Every other entry of the first row and of the first column, and a diagonal:
  /// 40 000 entries; its square has 10⁸.
  private static func arrow(_ name: String) throws -> Factor {
    let size = 20_000
    let half = Array(stride(from: 2, to: size, by: 2))
    let rows = half.map { _ in 0 } + Array(0..<size) + half
    let columns = half + Array(0..<size) + half.map { _ in 0 }
    return Factor(
      name: name, rows: size, columns: size,
      structure: .sparse(
        try SparsePattern(
          rows: size, columns: size, rowIndices: rows, columnIndices: columns)))
  }

  private static func factors() throws -> [Factor] {
    [
      try arrow("a"), try arrow("b"),
      Factor(name: "sum", rows: 1, columns: 20_000),
    ]
  }

  @Test func anOrderThatHoldsItsValuesIsTaken() throws {
    let problem = try Problem(factors: Self.factors())
    let solved = try Solved(problem).compared()
    // Two products of a full row with 40 000 − 2 entries.
    #expect(solved.plan.fma == 2 * 39_998)
    #expect(!solved.isProven && solved.lowerBound <= solved.plan.fma)
    #expect(solved.choice!.reason.contains("can't hold all that it needs"))
    let baselines = solved.baselines!
    #expect(baselines[.forward] == nil && baselines.isUnheld)
    #expect(baselines[.reverse]?.fma == solved.plan.fma)
    #expect(baselines[.bestSplit]?.fma == solved.plan.fma)
  }

  @Test func severalTargetsAreTaken() throws {
    let problem = try Problem(
      factors: Self.factors(), targets: [[0, 1, 2], [1, 2]])
    let solved = try Solved(problem).compared()
    #expect(solved.plan.fma == 2 * 39_998)
    #expect(solved.baselines![.forward] == nil)
  }

  @Test func whatNoOrderHoldsIsRefused() throws {
    let problem = try Problem(factors: [Self.arrow("a"), Self.arrow("b")])
    let error = #expect(throws: ChainError.self) { try Solved(problem) }
    #expect(error?.kind == .tooLarge)
  }

  @Test func otherObjectivesAreTaken() throws {
    let limits = Limits(machines: 2)
    let problem = try Problem(factors: Self.factors(), limits: limits)
    let solved = try Solved(problem, objective: .makespan).compared()
    #expect(solved.machines!.schedule.makespan == 2 * 39_998)
    #expect(solved.machines!.serial!.fma == 2 * 39_998)
    #expect(
      try Solved(problem, objective: .time(.builtIn)).plan.fma == 2 * 39_998)
  }

  @Test func limitsOnMemoryAreKept() throws {
    let peak = try Solved(Problem(factors: Self.factors())).plan.peakBytes
    let limits = Limits(memory: Int(peak) - 1)
    let problem = try Problem(factors: Self.factors(), limits: limits)
    let solved = try Solved(problem)
    #expect(min(solved.plan.peakBytes, solved.plan.workingBytes!) < peak)
    #expect(solved.plan.fma >= 2 * 39_998)
  }

  @Test func ordersOfGraphsAreTaken() throws {
    let sizes = [("x", 20_000), ("u", 20_000), ("v", 20_000), ("y", 1)]
    let problem = try Problem(
      name: "arrows", factors: Self.factors(),
      graph: Graph(
        vertices: sizes.map { Graph.Vertex(name: $0.0, size: $0.1) },
        arcs: (0..<3).map { Graph.Arc(factor: $0, from: $0, to: $0 + 1) },
        wanted: [Graph.Block(from: 0, to: 3)]))
    let solved = try Solved(problem).compared()
    #expect(solved.plan.fma == 2 * 39_998)
    #expect(solved.baselines![.forward] == nil)
  }
}
