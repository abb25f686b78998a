import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainSolvers

/// The fronts of (critical path, work) of all spans against their definition,
/// and against every plan there is.
@Suite struct SpanFrontsTests {
  /// A point as a pair: path, work.
  private typealias Point = (path: Int, work: Int)

  /// Every bracketing's path and work, but those that another one beats.
  private static func undominated(_ points: [Point]) -> [Point] {
    var front: [Point] = []
    for point in points.sorted(by: { $0 < $1 })
    where point.work < front.last?.work ?? .max {
      front.append(point)
    }
    return front
  }

  /// The fronts by their definition: all pairs of the operands' points.
  private static func definition(
    _ graph: ProductGraph, _ reach: SpanReach, horizon: Int, machines: Int
  ) -> [[Point]] {
    var fronts: [[Point]] = []
    for v in 0..<graph.count {
      let limits = reach.limits(of: v, horizon: horizon, machines: machines)
      var all: [Point] = []
      for id in graph.operations(of: v) where !graph.isFree[v] {
        let operation = graph.operations[id]
        let none: [Point] = [(0, 0)]
        let first = operation.first < 0 ? none : fronts[operation.first]
        let second = operation.second < 0 ? none : fronts[operation.second]
        for a in first {
          for b in second {
            all.append(
              (
                operation.price + max(a.path, b.path),
                operation.price + a.work + b.work
              ))
          }
        }
      }
      fronts.append(
        undominated(
          all.filter { $0.path <= limits.path && $0.work <= limits.work }))
    }
    return fronts
  }

  /// Holds the fronts of a problem against the definition; returns how many
  /// points there are.
  private func check(
    _ problem: Problem, horizon: Int, machines: Int
  ) throws -> Int {
    let graph = try ProductGraph(problem)
    let reach = SpanReach(graph)
    let spans = SpanOperations(
      graph, reach, horizon: horizon, machines: machines)
    let fronts = SpanFronts(spans, limit: .max) { false }!
    let expected = Self.definition(
      graph, reach, horizon: horizon, machines: machines)
    let isExact = fronts.isExact
    #expect(isExact)
    for v in 0..<graph.count where !graph.isFree[v] {
      var before = SpanFronts.impossible
      for point in expected[v] {
        let (early, due) = (
          fronts.leastWork(v, within: point.path - 1),
          fronts.leastWork(v, within: point.path)
        )
        #expect(early == before, "span \(v), path \(point.path)")
        #expect(due == point.work, "span \(v), path \(point.path)")
        before = point.work
      }
      let last = fronts.leastWork(v, within: .max / 2)
      #expect(last == before, "span \(v)")
    }
    return expected.reduce(0) { $0 + $1.count }
  }

  /// All structures, missing modes, tape limits; all horizons.
  @Test func equalsItsDefinitionOnSmallChains() throws {
    try withSeeds(0..<200) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 7)
      guard let graph = try? ProductGraph(problem),
        !graph.isFree[graph.targets[0]]
      else { return }
      let reach = SpanReach(graph)
      let root = graph.targets[0]
      guard reach.works[root] < .max else { return }
      for share in [0, 1, 4, 1000] {
        let horizon = reach.paths[root] + reach.works[root] * share / 4
        for machines in [1, 3] {
          _ = try check(problem, horizon: horizon, machines: machines)
        }
      }
    }
  }

  /// Long enough for spans of one length to be made on several threads, and
  /// for operations to be leapt over.
  @Test(arguments: [UInt64(0), 1])
  func equalsItsDefinitionOnLongChains(_ seed: UInt64) throws {
    let problem = try Family.jcdp.problem(factors: 46, seed: seed)
    let graph = try ProductGraph(problem)
    let reach = SpanReach(graph)
    let root = graph.targets[0]
    let horizon = reach.paths[root] + reach.paths[root] / 6
    let points = try check(problem, horizon: horizon, machines: 8)
    #expect(points > 4 * graph.count)
  }

  /// Points that are left out leave plans that can be had, and no bound.
  @Test func fewerPointsAreSomeOfAll() throws {
    let problem = try Family.jcdp.problem(factors: 20, seed: 3)
    let graph = try ProductGraph(problem)
    let reach = SpanReach(graph)
    let root = graph.targets[0]
    let horizon = 2 * reach.paths[root]
    let spans = SpanOperations(graph, reach, horizon: horizon, machines: 4)
    let all = SpanFronts(spans, limit: .max) { false }!
    let some = SpanFronts(spans, limit: 3) { false }!
    let isExact = some.isExact
    #expect(!isExact)
    for time in stride(from: 0, to: horizon, by: horizon / 50) {
      let (least, found) = (
        all.leastWork(root, within: time), some.leastWork(root, within: time)
      )
      #expect(found >= least)
      guard let chosen = some.plan(spans, within: time) else { continue }
      let priced = try graph.plan(chosen).priced(for: problem)
      #expect(Int(priced.fma) <= found)
      let path = priced.criticalPath.reduce(0) { $0 + priced.steps[$1].fma }
      #expect(Int(path) <= time)
    }
    if SpanFronts(spans, limit: .max, { true }) != nil {
      Issue.record("goes on although it was stopped")
    }
  }
}
