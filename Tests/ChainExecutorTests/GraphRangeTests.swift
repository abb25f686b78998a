import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

/// Values of graphs beyond the range of doubles: the step is named, and an order
/// of the vertices that keeps to it.
struct GraphRangeTests {
  /// A graph of numbers: each arc is an entry.
  private struct Numbers {
    let problem: Problem
    let operands: [Operand]

    init(
      _ vertices: [String], _ arcs: [(String, String, Double)],
      wanted: [Graph.Block]? = nil
    ) throws {
      func place(_ name: String) -> Int { vertices.firstIndex(of: name)! }
      problem = try Problem(
        factors: arcs.indices.map {
          Factor(
            name: String("abcdefgh".dropFirst($0).first!), rows: 1, columns: 1)
        },
        graph: Graph(
          vertices: vertices.map { Graph.Vertex(name: $0, size: 1) },
          arcs: arcs.enumerated().map {
            Graph.Arc(factor: $0, from: place($1.0), to: place($1.1))
          }, wanted: wanted))
      operands = try arcs.map {
        Operand(
          try Matrix(
            pattern: Pattern(denseRows: 1, columns: 1), denseEntries: [$0.2]))
      }
    }

    func plan(_ baseline: Baseline) throws -> PricedPlan {
      try #require(Baselines(of: problem)[baseline])
    }

    func check(
      _ plan: PricedPlan, target: Int = 0
    ) throws -> (Verification, ChainError) {
      let run = try Executor().run(plan, of: problem, operands: operands)
      let check = try Verification(
        of: run.targets[target], target: target, in: problem,
        operands: operands)
      let error = check.refusal(
        of: plan, target: target, in: problem, operands: operands)
      return (check, error)
    }
  }

  /// c·b·a beside d: one order of u and v leaves the range, the other doesn't.
  @Test(arguments: [(1e200, "overflow"), (1e-200, "underflow")])
  func anotherOrderIsOffered(_ size: Double, _ what: String) throws {
    for isInner in [true, false] {
      let numbers = try Numbers(
        ["x", "u", "v", "y"],
        [
          ("x", "u", isInner ? size : 1 / size), ("u", "v", 8 * size),
          ("v", "y", isInner ? 1 / size : size),
          ("x", "y", size > 1 ? 3 : 3e-290),
        ])
      let (bad, good) = isInner ? ("b·a", "c·b") : ("c·b", "b·a")
      let modes: [Baseline] =
        isInner ? [.forward, .reverse] : [.reverse, .forward]
      let (check, error) = try numbers.check(numbers.plan(modes[0]))
      try #require(check.verdict == .disagrees)
      #expect(error.expected == "\(bad) in the range of doubles")
      #expect(error.found.contains(what), "\(error)")
      let order = isInner ? "v, u" : "u, v"
      #expect(
        error.advice.contains("the order \(order), \(modes[1].phrase),"),
        "\(good): \(error)")
      #expect(try numbers.check(numbers.plan(modes[1])).0.verdict == .agrees)
    }
  }

  /// Neither forward nor reverse mode will do, nor lowest Markowitz.
  @Test func anyOrderOfFewVerticesMayBeOffered() throws {
    let numbers = try Numbers(
      ["x", "u", "v", "w", "y"],
      [
        ("x", "u", 1e200), ("u", "v", 1e200), ("v", "w", 1e-200),
        ("w", "y", 1e-200), ("x", "y", 1),
      ])
    for baseline in Baseline.all(for: numbers.problem) {
      let (check, error) = try numbers.check(numbers.plan(baseline))
      #expect(check.verdict == .disagrees)
      let step = baseline == .reverse ? "d·c" : "b·a"
      #expect(error.expected == "\(step) in the range of doubles")
      #expect(error.advice.contains("the order v, "), "\(error)")
    }
  }

  /// A sum on the way that is too large, and a right result.
  @Test func sumsAreNamed() throws {
    let numbers = try Numbers(
      ["x", "u", "y"],
      [
        ("x", "u", 1.5e308), ("x", "u", 1.5e308), ("u", "y", 1e-10),
        ("x", "y", 1),
      ])
    let (check, error) = try numbers.check(numbers.plan(.forward))
    #expect(check.verdict == .disagrees)
    #expect(error.location.hasPrefix("/steps/"))
    #expect(error.expected.contains(" + "), "\(error)")
    #expect(error.found.contains("overflow"))
    #expect(error.advice.contains("no other order was found"))
  }

  /// Of several blocks each has its own step; one that is right has none.
  @Test func severalBlocks() throws {
    let numbers = try Numbers(
      ["x", "u", "v", "y", "z"],
      [
        ("x", "u", 1e-200), ("u", "v", 1e-200), ("v", "y", 1e300),
        ("u", "z", 1e200), ("x", "z", 2),
      ])
    #expect(numbers.problem.graph?.wanted.count == 2)
    let plan = try numbers.plan(.forward)
    let (first, error) = try numbers.check(plan)
    #expect(first.verdict == .disagrees)
    #expect(error.expected == "b·a in the range of doubles")
    #expect(error.advice.contains("the order v, u, reverse mode,"))
    #expect(try numbers.check(plan, target: 1).0.verdict == .agrees)
  }

  /// Values that many paths make have names that end.
  @Test func longNamesEnd() throws {
    let layers = (0..<12).map { "l\($0)" }
    var arcs: [(String, String, Double)] = []
    for (from, to) in zip(layers, layers.dropFirst()) {
      arcs += [(from, to, 1e20), (from, to, 2e20)]
    }
    let names = arcs.indices.map { "factor with the number \($0)" }
    let problem = try Problem(
      factors: names.map { Factor(name: $0, rows: 1, columns: 1) },
      graph: Graph(
        vertices: layers.map { Graph.Vertex(name: $0, size: 1) },
        arcs: arcs.indices.map {
          Graph.Arc(factor: $0, from: $0 / 2, to: $0 / 2 + 1)
        }))
    var entries = arcs.map(\.2)
    // Too large on the way, and small at the end.
    entries.replaceSubrange(
      16..., with: [Double](repeating: 0x1p-300, count: 6))
    entries.replaceSubrange(
      0..<16, with: [Double](repeating: 0x1p140, count: 16))
    let operands = try entries.map {
      Operand(
        try Matrix(
          pattern: Pattern(denseRows: 1, columns: 1), denseEntries: [$0]))
    }
    let plan = try #require(Baselines(of: problem)[.forward])
    let run = try Executor().run(plan, of: problem, operands: operands)
    let check = try Verification(
      of: run.targets[0], in: problem, operands: operands)
    #expect(check.verdict == .disagrees)
    let error = check.refusal(
      of: plan, target: 0, in: problem, operands: operands)
    #expect(error.found.contains("overflow"))
    #expect(error.expected.contains("…"))
    #expect(error.expected.count < 500)
    #expect(error.advice.contains("reverse mode"), "\(error)")
  }
}
