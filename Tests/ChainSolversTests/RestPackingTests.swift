import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainSolvers

/// What the packing of the remaining operations rules out, against every
/// bracketing and every assignment to machines.
@Suite struct RestPackingTests {
  private typealias Random = ChainRandom.SplitMix64
  private typealias Field = StateLayer.Field

  /// The prices of every way to make `pending`, each span within `time`.
  private func choices(
    _ pending: [(span: Int, time: Int)], _ spans: borrowing SpanOperations
  ) -> [[Int]] {
    guard let (span, time) = pending.last else { return [[]] }
    var all: [[Int]] = []
    for o in spans.operations(of: span) where spans[o].path <= time {
      let operands = [spans.first(o), spans.second(o)].filter { $0 >= 0 }
      let rest =
        pending.dropLast() + operands.map { ($0, time - spans.price(o)) }
      all += choices(rest, spans).map { $0 + [spans.price(o)] }
    }
    return all
  }

  /// A set of pending spans with at most `rank` operations left; empty where
  /// nothing makes one of them in time.
  private func draw(
    _ spans: borrowing SpanOperations, rank: Int, _ random: inout Random
  ) -> [Int] {
    var pending = [spans.root]
    while true {
      var sum = 0
      for v in pending { sum += spans.rank(v) }
      if sum <= rank { return pending.sorted(by: >) }
      let v = pending.remove(
        at: Int.random(in: pending.indices, using: &random))
      guard let o = spans.operations(of: v).randomElement(using: &random)
      else { return [] }
      pending += [spans.first(o), spans.second(o)].filter { $0 >= 0 }
    }
  }

  /// A state with nearly enough time left on each machine, or just enough.
  private func state(
    of pending: [Int], _ choices: [[Int]], target: Int, machines: Int,
    _ random: inout Random
  ) -> [Int] {
    var busy = [Int](repeating: target, count: machines)
    for price in choices.randomElement(using: &random)! {
      busy[Int.random(in: busy.indices, using: &random)] -= price
    }
    for k in busy.indices where Bool.random(using: &random) {
      busy[k] += Int.random(in: -target / 200...target / 200, using: &random)
    }
    busy = busy.map { min(max(0, $0), target) }.sorted()
    var state = [Int](repeating: 0, count: Field.count)
    state[Field.pending] = pending.count
    return state + pending + pending.map { _ in busy[0] } + busy
  }

  @Test(arguments: [2, 3, 4])
  func equalsEveryChoiceInEveryPlace(_ machines: Int) throws {
    var (ruledOut, missed, asked) = (0, 0, 0)
    try withSeeds(0..<100) { seed in
      var random = Random(seed: seed)
      let problem = try Family.jcdp.problem(factors: 6, seed: seed)
        .with(matrixFree: seed.isMultiple(of: 2))
      let graph = try ProductGraph(problem)
      let reach = SpanReach(graph)
      let root = graph.targets[0]
      let target = reach.paths[root] + reach.works[root] / machines
      let spans = SpanOperations(
        graph, reach, horizon: target, machines: machines)
      let fronts = SpanFronts(spans, limit: .max) { false }!
      let pending = draw(spans, rank: 7, &random)
      guard !pending.isEmpty else { return }
      let all = choices(pending.map { ($0, target) }, spans)
      guard !all.isEmpty else { return }
      var layer = StateLayer(tail: machines)
      for _ in 0..<100 {
        layer.insert(
          state(
            of: pending, all, target: target, machines: machines, &random))
      }
      let states = layer.states.map { layer.words + $0 }
      var rest = RestPacking(machines: machines)
      var rank = 0
      for v in pending { rank += spans.rank(v) }
      rest.markHopeless(in: layer, rank: rank, spans, fronts, target: target)
      for state in states {
        let busy = (0..<machines).map {
          state[Field.count + 2 * pending.count + $0]
        }
        let left = busy.map { target - $0 }
        if state[Field.slack] < 0 {
          ruledOut += 1
          let inTime = choices(
            pending.map { ($0, target - busy[0]) }, spans)
          #expect(!inTime.contains { fits($0[...], in: left) }, "seed \(seed)")
        } else if !all.contains(where: { fits($0[...], in: left) }) {
          missed += 1
        }
      }
      asked += states.count
    }
    #expect(ruledOut > asked / 10 && ruledOut < asked * 9 / 10)
    // Too many choices, or too many ways to begin.
    #expect(missed <= asked / 100, "\(missed) of \(asked)")
  }
}
